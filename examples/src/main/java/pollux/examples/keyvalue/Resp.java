package pollux.examples.keyvalue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.io.AsyncBufferedReader;

/** Reads commands in the serialisation of Redis: an array of strings with their lengths, or a line of words. */
final class Resp {

    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_PARTS = 1024 * 1024;
    private static final int LONGEST_PART = 8 * 1024 * 1024;
    private static final int LONGEST_COMMAND = 32 * 1024 * 1024;

    /** What a part takes in memory besides its bytes, roughly. */
    private static final int PART_OVERHEAD = 24;

    private Resp() {}

    /** Returns a future that ends with the name of a command and its arguments, or with null if the client has gone. */
    static Future<@Nullable List<byte[]>> readCommand(AsyncBufferedReader in) {
        return async(() -> {
            String head = await(in.readLine(LONGEST_LINE));
            if (head == null) {
                return null;
            }
            if (!head.startsWith("*")) {
                return words(head);
            }
            int count = number(head, '*', MOST_PARTS);
            List<byte[]> parts = new ArrayList<>();
            long bytes = 0;
            for (int i = 0; i < count; i++) {
                int length = number(await(in.readLine(LONGEST_LINE)), '$', LONGEST_PART);
                bytes += length + PART_OVERHEAD;
                if (bytes > LONGEST_COMMAND) {
                    throw new ProtocolError("command longer than " + LONGEST_COMMAND + " bytes");
                }
                byte[] part = await(in.readExactly(length + 2));
                parts.add(Arrays.copyOf(part, length));
            }
            return parts;
        });
    }

    private static List<byte[]> words(String line) {
        List<byte[]> words = new ArrayList<>();
        for (String word : line.trim().split("\\s+")) {
            if (!word.isEmpty()) {
                words.add(word.getBytes(UTF_8));
            }
        }
        return words;
    }

    private static int number(@Nullable String line, char kind, int most) {
        if (line == null || line.isEmpty() || line.charAt(0) != kind) {
            throw new ProtocolError("expected '" + kind + "', got " + (line == null ? "the end" : "'" + line + "'"));
        }
        try {
            int number = Integer.parseInt(line, 1, line.length(), 10);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new ProtocolError("invalid length '" + line + "'");
    }
}
