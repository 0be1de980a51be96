package pollux.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** Lines and counted bytes, from pieces of any size, cancelled at any moment. */
@Timeout(value = 120)
class AsyncBufferedReaderTest {

    /** A reader of pieces that the test brings, one read each; null is the end. */
    private static final class Pieces implements AsyncReader {

        final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
        boolean ends;
        int pendingReads;

        Pieces add(String... more) {
            for (String piece : more) {
                pieces.add(piece.getBytes(UTF_8));
            }
            return this;
        }

        Pieces end() {
            ends = true;
            return this;
        }

        @Override
        public Future<Integer> read(ByteBuffer into) {
            return new RawFuture<>() {
                @Override
                public Object pollRaw(Context cx) {
                    if (cx.mustYield()) {
                        return PENDING;
                    }
                    byte[] piece = pieces.poll();
                    if (piece == null) {
                        pendingReads += ends ? 0 : 1;
                        return ends ? -1 : PENDING;
                    }
                    cx.spend();
                    int count = Math.min(piece.length, into.remaining());
                    into.put(piece, 0, count);
                    if (count < piece.length) {
                        pieces.push(java.util.Arrays.copyOfRange(piece, count, piece.length));
                    }
                    return count;
                }
            };
        }
    }

    private static final Context CX = new Context(Waker.noop(), Services.NONE);

    private final Pieces source = new Pieces();
    private final AsyncBufferedReader reader = source.buffered();

    private static Object poll(Future<?> future) {
        CX.begin(Waker.noop(), Services.NONE);
        return RawFuture.pollAny(future, CX);
    }

    @Test
    void linesEndWithEitherEnd() {
        source.add("one\ntw", "o\r\n\nla", "st").end();
        assertThat(poll(reader.lines().toList())).isEqualTo(List.of("one", "two", "", "last"));
        assertThat(poll(reader.readLine())).isNull();
    }

    @Test
    void lineLongerThanAllowedIsRefused() {
        source.add("123456", "7890");
        assertThatThrownBy(() -> poll(reader.readLine(8)))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("within 8 bytes");
        assertThat(new String((byte[]) poll(reader.readExactly(10)), UTF_8))
                .as("nothing is lost")
                .isEqualTo("1234567890");
    }

    @Test
    void lineAsLongAsAllowedIsFine() {
        source.add("1234567\nrest");
        assertThat(poll(reader.readLine(8))).isEqualTo("1234567");
    }

    /** Every length around a limit, each way in which a line can end, in one piece and byte by byte. */
    @Test
    void limitsCountToTheByte() {
        int cases = 0;
        for (int limit = 1; limit <= 6; limit++) {
            for (int length = Math.max(0, limit - 2); length <= limit + 2; length++) {
                for (String lineEnd : List.of("\n", "\r\n", "")) {
                    for (String after : lineEnd.isEmpty() ? List.of("") : List.of("", "next")) {
                        for (boolean whole : new boolean[] {true, false}) {
                            limitCountsToTheByte(limit, "x".repeat(length), lineEnd, after, whole);
                            cases++;
                        }
                    }
                }
            }
        }
        assertThat(cases).isEqualTo(290);
    }

    private void limitCountsToTheByte(int limit, String line, String lineEnd, String after, boolean whole) {
        String counted = line + lineEnd;
        boolean fits = counted.length() <= limit;
        String as = "limit " + limit + ", "
                + (counted + after).replace("\r", "\\r").replace("\n", "\\n") + ", whole " + whole;
        record Read(String name, Function<AsyncBufferedReader, Future<?>> operation, Object result) {}
        for (Read read : List.of(
                new Read("readLine", in -> in.readLine(limit), counted.isEmpty() ? "null" : line),
                new Read(
                        "readUntil",
                        in -> in.readUntil((byte) '\n', limit).map(AsyncBufferedReaderTest::text),
                        counted.isEmpty() ? "null" : counted),
                new Read("lines", in -> in.lines(limit).first(), counted.isEmpty() ? "null" : line))) {
            Pieces pieces = pieces(counted + after, whole);
            Future<?> future = read.operation.apply(pieces.buffered());
            if (fits) {
                assertThat(String.valueOf(poll(future)))
                        .as("%s, %s", read.name, as)
                        .isEqualTo(read.result);
            } else {
                assertThatThrownBy(() -> poll(future))
                        .as("%s, %s", read.name, as)
                        .isInstanceOf(LimitExceededException.class);
            }
        }
        String all = counted + after;
        Future<String> toEnd = pieces(all, whole).buffered().readToEnd(limit).map(AsyncBufferedReaderTest::text);
        if (all.length() <= limit) {
            assertThat(poll(toEnd)).as("readToEnd, " + as).isEqualTo(all);
        } else {
            assertThatThrownBy(() -> poll(toEnd)).as("readToEnd, " + as).isInstanceOf(LimitExceededException.class);
        }
    }

    private static Pieces pieces(String text, boolean whole) {
        Pieces pieces = new Pieces().end();
        return whole
                ? text.isEmpty() ? pieces : pieces.add(text)
                : pieces.add(text.isEmpty() ? new String[0] : text.split(""));
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    /** A last line as long as allowed is pending until the input tells whether it was the last. */
    @Test
    void lineOfExactlyTheLimitWaitsForTheEnd() {
        source.add("12345678");
        Future<String> line = reader.readLine(8);
        assertThat(poll(line)).isSameAs(RawFuture.PENDING);
        source.end();
        assertThat(poll(line)).isEqualTo("12345678");
    }

    /** What has ended may grow: each operation asks again, as with a file that another process writes. */
    @Test
    void readerReadsOnAfterTheEnd() {
        source.end();
        assertThat(poll(reader.readLine())).isNull();
        source.add("one\n");
        assertThat(poll(reader.readLine())).isEqualTo("one");
        assertThat(poll(reader.lines().toList())).isEqualTo(List.of());
        source.add("two\nthr");
        assertThat(poll(reader.lines().toList())).isEqualTo(List.of("two", "thr"));
        assertThat(poll(reader.readUntil((byte) '\n', 10))).isNull();
        source.add("ee\n");
        assertThat(poll(reader.readUntil((byte) '\n', 10).map(AsyncBufferedReaderTest::text)))
                .isEqualTo("ee\n");
        assertThatThrownBy(() -> poll(reader.readExactly(2))).isInstanceOf(EOFException.class);
        source.add("4");
        assertThatThrownBy(() -> poll(reader.readExactly(2))).isInstanceOf(EOFException.class);
        source.add("5");
        assertThat(poll(reader.readExactly(2).map(AsyncBufferedReaderTest::text)))
                .isEqualTo("45");
        assertThat(poll(reader.readToEnd(10).map(AsyncBufferedReaderTest::text)))
                .isEqualTo("");
        source.add("6");
        assertThat(poll(reader.readToEnd(10).map(AsyncBufferedReaderTest::text)))
                .isEqualTo("6");
        assertThat(poll(reader.read(ByteBuffer.allocate(1)))).isEqualTo(-1);
        source.add("7");
        assertThat(poll(reader.read(ByteBuffer.allocate(1)))).isEqualTo(1);
    }

    @Test
    void bufferGrowsWithALongLineAndShrinksAgain() {
        String longLine = "x".repeat(100_000);
        source.add(longLine, "\n", "short\n");
        assertThat(poll(reader.readLine(200_000))).isEqualTo(longLine);
        assertThat(poll(reader.readLine(200_000))).isEqualTo("short");
    }

    @Test
    void countedBytesComeWholeOrNotAtAll() {
        source.add("abc");
        Future<byte[]> five = reader.readExactly(5);
        assertThat(poll(five)).isSameAs(RawFuture.PENDING);
        source.add("defgh").end();
        assertThat((byte[]) poll(five)).asString().isEqualTo("abcde");
        assertThatThrownBy(() -> poll(reader.readExactly(5)))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("after 3 of the 5");
    }

    @Test
    void everythingUpToALimit() {
        source.add("12345", "67890").end();
        assertThatThrownBy(() -> poll(reader.readToEnd(9))).isInstanceOf(LimitExceededException.class);
        assertThat((byte[]) poll(reader.readToEnd(10))).asString().isEqualTo("1234567890");
        assertThat((byte[]) poll(reader.readToEnd(0))).isEmpty();
    }

    @Test
    void secondOperationIsRefused() {
        Future<String> first = reader.readLine();
        assertThat(poll(first)).isSameAs(RawFuture.PENDING);
        Future<String> second = reader.readLine();
        assertThatThrownBy(() -> poll(second)).isInstanceOf(IllegalStateException.class);
        first.cancel();
        source.add("free again\n");
        assertThat(poll(reader.readLine())).isEqualTo("free again");
    }

    @Test
    void linesOutOfTheBufferSpendTheBudget() {
        source.add("x\n".repeat(1_000));
        Future<Void> loop = new RawFuture<>() {
            @Override
            public Object pollRaw(Context cx) {
                for (int i = 0; i < 1_000; i++) {
                    if (RawFuture.pollAny(reader.readLine(), cx) == PENDING) {
                        return PENDING;
                    }
                }
                return null;
            }
        };
        assertThat(poll(loop)).isSameAs(RawFuture.PENDING);
        assertThat(source.pendingReads).as("it yields before it waits").isZero();
    }

    /** Random pieces, random operations, every second one cancelled while it is pending. */
    @Test
    void noByteIsLostToCancellation() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Pieces pieces = new Pieces();
            AsyncBufferedReader cancelled = pieces.buffered();
            StringBuilder sent = new StringBuilder();
            StringBuilder got = new StringBuilder();
            List<String> log = new ArrayList<>();
            int left = 60;
            while (left > 0 || !pieces.pieces.isEmpty()) {
                Future<?> operation = switch (random.nextInt(3)) {
                    case 0 -> cancelled.readUntil((byte) '\n', 1_000);
                    case 1 -> cancelled.readExactly(1 + random.nextInt(20));
                    default -> cancelled.readUntil((byte) ' ', 1_000);
                };
                log.add(operation.toString());
                Object answer = poll(operation);
                while (answer == RawFuture.PENDING && left > 0 && random.nextBoolean()) {
                    left--;
                    String piece = "abc def\nghi".substring(random.nextInt(11));
                    sent.append(piece);
                    pieces.add(piece);
                    answer = poll(operation);
                }
                if (answer == RawFuture.PENDING) {
                    assertThat(operation.cancel()).isTrue();
                    left -= random.nextInt(2);
                } else {
                    got.append(new String((byte[]) answer, UTF_8));
                }
            }
            pieces.end();
            got.append(new String((byte[]) poll(cancelled.readToEnd(10_000)), UTF_8));
            assertThat(got.toString()).as("seed %s, %s", seed, log).isEqualTo(sent.toString());
        }
    }
}
