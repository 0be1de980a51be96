package pollux.examples.keyvalue;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Writes answers in the serialisation of Redis. */
final class Reply {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Reply ok() {
        return line("+OK");
    }

    Reply simple(String text) {
        return line("+" + text);
    }

    Reply error(String text) {
        return line("-" + text.replaceAll("[\r\n]", " "));
    }

    Reply integer(long value) {
        return line(":" + value);
    }

    Reply bulk(byte[] value) {
        line("$" + value.length);
        bytes.writeBytes(value);
        return line("");
    }

    Reply bulk(String value) {
        return bulk(value.getBytes(UTF_8));
    }

    /** Nothing, as the version of the protocol has it. */
    Reply nothing(int version) {
        return line(version == 3 ? "_" : "$-1");
    }

    /** The head of an array; its items follow. */
    Reply array(int items) {
        return line("*" + items);
    }

    /** The head of a map, which version 2 has as an array of keys and values; those follow. */
    Reply map(int entries, int version) {
        return line(version == 3 ? "%" + entries : "*" + 2 * entries);
    }

    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private Reply line(String text) {
        bytes.writeBytes((text + "\r\n").getBytes(UTF_8));
        return this;
    }
}
