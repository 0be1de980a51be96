package pollux.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.Reports;
import pollux.future.Future;
import pollux.future.RawFuture;

/**
 * The position of a file, that of the caller's buffer, and what is in the file agree, whatever fails, wherever it is
 * cancelled. The calls are made on the thread of the test, so each case is the same each time.
 */
@Timeout(value = 180)
class FilePositionsTest {

    private static final int CHUNK = 256 * 1024;
    private static final int SIZE = 2 * CHUNK + 1_000;
    private static final byte[] DATA = new byte[SIZE];

    static {
        Random random = new Random(7);
        for (int i = 0; i < SIZE; i++) {
            DATA[i] = (byte) (1 + random.nextInt(255));
        }
    }

    /** Where the wait ends. */
    enum Phase {
        NOT_STARTED,
        QUEUED,
        RUNNING,
        RETURNED
    }

    private record Write(String name, BiFunction<AsyncFile, ByteBuffer, Future<?>> operation) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Write> WRITES =
            List.of(new Write("write", AsyncFile::write), new Write("writeAll", AsyncFile::writeAll));

    private static final int[] BYTES = {0, 1, 4_096, CHUNK - 1, CHUNK, CHUNK + 1, SIZE - 1};

    private final QueuedCalls calls = new QueuedCalls();

    @AfterEach
    void nothingWasWrongInTheMiddleOfACall() {
        List<Throwable> wrong = List.copyOf(FaultyChannel.WRONG);
        FaultyChannel.WRONG.clear();
        assertThat(wrong).isEmpty();
    }

    private static AsyncFile file(FaultyChannel channel) {
        return new AsyncFile(Path.of("made up"), channel, 0);
    }

    // ------------------------------------------------------------------ writes that fail

    static List<Object[]> failures() {
        List<Object[]> cases = new ArrayList<>();
        for (Write write : WRITES) {
            for (int room : BYTES) {
                for (int atOnce : new int[] {100, 5_000, Integer.MAX_VALUE}) {
                    for (Throwable failure : List.of(
                            new IOException("No space left on device (made up)"),
                            new IllegalStateException("made up"),
                            new AssertionError("made up"))) {
                        cases.add(new Object[] {write, room, atOnce, failure});
                    }
                }
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{0} with room for {1} bytes, {2} at once, {3}")
    @MethodSource("failures")
    void failedWriteIsRepeatedWithTheSameBuffer(Write write, int room, int atOnce, Throwable failure) {
        FaultyChannel channel = new FaultyChannel();
        channel.room = room;
        channel.atOnce = atOnce;
        channel.failure = failure;
        AsyncFile file = file(channel);
        ByteBuffer buffer = ByteBuffer.wrap(DATA);
        while (true) {
            Throwable thrown = catchThrowable(() -> calls.run(write.operation.apply(file, buffer)));
            assertThat(buffer.position()).isEqualTo(channel.content().length);
            assertThat(file.position()).isEqualTo(channel.content().length);
            if (thrown != null) {
                assertThat(thrown).isSameAs(failure);
                assertThat(buffer.position()).isEqualTo(room);
                break;
            }
        }
        channel.room = Long.MAX_VALUE;
        calls.run(file.writeAll(buffer));
        assertThat(channel.content()).isEqualTo(DATA);
        assertThat(file.position()).isEqualTo(SIZE);
    }

    @Test
    void channelThatWritesNothingIsAFailureNotALoop() {
        FaultyChannel channel = new FaultyChannel();
        channel.atOnce = 0;
        assertThatThrownBy(() -> calls.run(file(channel).writeAll(ByteBuffer.wrap(DATA))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing can be written");
    }

    // ------------------------------------------------------------------ writes that are cancelled

    static List<Object[]> cancels() {
        List<Object[]> cases = new ArrayList<>();
        for (Write write : WRITES) {
            for (Phase phase : Phase.values()) {
                for (int at : BYTES) {
                    cases.add(new Object[] {write, phase, at});
                }
            }
        }
        return cases;
    }

    /** Starts a write and cancels it in a phase of the call that writes the byte `at`. */
    private void cancel(Write write, Phase phase, int at, FaultyChannel channel, AsyncFile file, ByteBuffer buffer) {
        Future<?> future = write.operation.apply(file, buffer);
        if (phase == Phase.NOT_STARTED) {
            assertThat(future.cancel()).isTrue();
            return;
        }
        if (phase == Phase.RUNNING) {
            channel.midwayAt = at;
            channel.midway = () -> assertThat(future.cancel()).as("at once").isTrue();
        }
        while (channel.midwayAt == at || phase != Phase.RUNNING) {
            Object answer = calls.poll(future);
            if (answer != RawFuture.PENDING) {
                channel.midwayAt = Long.MAX_VALUE;
                return; // write() has ended before the byte
            }
            boolean due = file.position() + CHUNK > at;
            if (phase == Phase.QUEUED && due) {
                assertThat(future.cancel()).isTrue();
                return;
            }
            calls.makeCalls();
            if (phase == Phase.RETURNED && due) {
                assertThat(future.cancel()).isTrue();
                return;
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}, at byte {2}")
    @MethodSource("cancels")
    void writeGoesOnWithTheBufferOfACancelledOne(Write write, Phase phase, int at) {
        FaultyChannel channel = new FaultyChannel();
        AsyncFile file = file(channel);
        ByteBuffer buffer = ByteBuffer.wrap(DATA);
        cancel(write, phase, at, channel, file, buffer);
        assertThat(file.position()).isEqualTo(buffer.position());
        assertThat(buffer.position())
                .as("a call that was begun has taken its bytes")
                .isEqualTo(channel.content().length);
        calls.run(file.writeAll(buffer));
        assertThat(channel.content()).isEqualTo(DATA);
        assertThat(file.position()).isEqualTo(SIZE);
    }

    @ParameterizedTest(name = "{0}, {1}, at byte {2}")
    @MethodSource("cancels")
    void failureOfAWriteThatWasGivenUpIsToldToTheNextOperation(Write write, Phase phase, int at) {
        if (phase == Phase.NOT_STARTED || phase == Phase.QUEUED) {
            return; // there is no call
        }
        FaultyChannel channel = new FaultyChannel();
        channel.atOnce = 10_000;
        channel.room = at;
        AsyncFile file = file(channel);
        ByteBuffer buffer = ByteBuffer.wrap(DATA);
        int before = channel.content().length;
        cancel(write, phase, at, channel, file, buffer);
        if (file.position() == channel.content().length) {
            return; // write() has ended before the byte
        }
        assertThat(file.position()).isEqualTo(buffer.position()).isGreaterThan(before);
        assertThatThrownBy(() -> calls.run(file.writeAll(buffer)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of " + (buffer.position() - at / CHUNK * CHUNK) + " bytes")
                .hasMessageContaining("the first " + at % CHUNK + " are written")
                .hasCause(channel.failure);
        assertThat(file.position()).as("behind what is written").isEqualTo(channel.content().length);
        channel.room = Long.MAX_VALUE;
        calls.run(file.writeAll(buffer.position((int) file.position())));
        assertThat(channel.content()).isEqualTo(DATA);
    }

    @Test
    void operationWaitsForTheCallBeforeItAndIsWoken() {
        FaultyChannel channel = new FaultyChannel();
        AsyncFile file = file(channel);
        ByteBuffer buffer = ByteBuffer.wrap(DATA);
        Future<Integer> first = file.write(buffer);
        channel.midwayAt = 10;
        channel.midway = () -> {
            assertThat(first.cancel()).isTrue();
            for (Future<?> next : List.of(
                    file.write(buffer), file.writeAll(buffer), file.read(ByteBuffer.allocate(1)), file.force())) {
                assertThat(calls.poll(next)).isSameAs(RawFuture.PENDING);
                assertThat(calls.queued()).as("calls of " + next).isZero();
                assertThatThrownBy(() -> file.position(0)).isInstanceOf(IllegalStateException.class);
                assertThat(next.cancel()).isTrue();
            }
            assertThat(buffer.position()).isEqualTo(CHUNK);
            calls.poll(file.force());
            assertThat(calls.wakes).isZero();
        };
        calls.poll(first);
        calls.makeCalls();
        assertThat(calls.wakes)
                .as("the call that was left wakes the one that waits")
                .isPositive();
    }

    @Test
    void forceComesAfterTheWriteThatWasGivenUp() {
        FaultyChannel channel = new FaultyChannel();
        AsyncFile file = file(channel);
        Future<Integer> write = file.write(ByteBuffer.wrap(DATA, 0, 100));
        channel.midwayAt = 50;
        channel.midway = () -> {
            write.cancel();
            calls.poll(file.force());
            assertThat(channel.forced).isZero();
        };
        calls.poll(write);
        calls.makeCalls();
        assertThat(channel.content()).hasSize(100);
    }

    // ------------------------------------------------------------------ closing

    @Test
    void closeTakesEffectAfterTheCallThatWasLeft() {
        for (Throwable failure : Arrays.asList(null, new IOException("No space left on device (made up)"))) {
            FaultyChannel channel = new FaultyChannel();
            AsyncFile file = file(channel);
            Future<Integer> write = file.write(ByteBuffer.wrap(DATA, 0, 100));
            channel.midwayAt = 50;
            channel.midway = () -> {
                write.cancel();
                file.close();
                file.close();
                assertThat(channel.isOpen()).isTrue();
                if (failure != null) {
                    channel.room = 60;
                    channel.failure = failure;
                }
            };
            calls.poll(write);
            calls.makeCalls();
            assertThat(channel.isOpen()).isFalse();
            assertThat(channel.content()).hasSize(failure == null ? 100 : 60);
            assertThat(Reports.all().stream().filter(report -> failure != null && report.getCause() == failure))
                    .hasSize(failure == null ? 0 : 1);
            assertThatThrownBy(() -> calls.run(file.force())).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void closeReportsAFailureThatNoOperationHasTaken() {
        FaultyChannel channel = new FaultyChannel();
        channel.room = 60;
        AsyncFile file = file(channel);
        Future<Integer> write = file.write(ByteBuffer.wrap(DATA, 0, 100));
        calls.poll(write);
        calls.makeCalls();
        write.cancel();
        file.close();
        file.close();
        assertThat(Reports.all().stream().filter(report -> report.getCause() == channel.failure))
                .hasSize(1);
    }

    // ------------------------------------------------------------------ reads

    static List<Object[]> reads() {
        List<Object[]> cases = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (int at : BYTES) {
                cases.add(new Object[] {phase, at});
            }
        }
        return cases;
    }

    /** Reads up to near a byte, cancels there, fails there as well, and reads on. */
    @ParameterizedTest(name = "{0}, at byte {1}")
    @MethodSource("reads")
    void readsLoseNoByte(Phase phase, int at) {
        FaultyChannel channel = FaultyChannel.of(DATA);
        channel.failsAt = at;
        AsyncFile file = file(channel);
        ByteBuffer into = ByteBuffer.allocate(SIZE);
        assertThatThrownBy(() -> calls.run(file.readExactly(into))).isSameAs(channel.failure);
        assertThat(into.position()).isEqualTo(at);
        assertThat(file.position()).isEqualTo(at);
        channel.failsAt = Long.MAX_VALUE;
        Future<Integer> read = file.read(into);
        if (phase == Phase.RUNNING) {
            channel.midwayAt = at;
            channel.midway = () -> assertThat(read.cancel()).isTrue();
        }
        if (phase != Phase.NOT_STARTED) {
            calls.poll(read);
        }
        if (phase == Phase.RUNNING || phase == Phase.RETURNED) {
            calls.makeCalls();
        }
        assertThat(phase == Phase.RUNNING || read.cancel()).isTrue();
        assertThat(into.position()).isEqualTo(at);
        assertThat(file.position()).isEqualTo(at);
        calls.run(file.readExactly(into));
        assertThat(into.array()).isEqualTo(DATA);
        assertThat(calls.run(file.read(ByteBuffer.allocate(1)))).isEqualTo(-1);
    }

    /** The buffered reader, its source cancelled in each phase of each of its calls. */
    @ParameterizedTest(name = "{0}, at byte {1}")
    @MethodSource("reads")
    void bufferedReadsLoseNoByte(Phase phase, int at) {
        FaultyChannel channel = FaultyChannel.of(DATA);
        AsyncFile file = file(channel);
        AsyncBufferedReader reader = file.buffered();
        byte[] got = calls.run(reader.readExactly(at));
        Future<byte[]> cancelled = reader.readUntil((byte) 0, 2 * SIZE).map(line -> {
            throw new AssertionError("the file has no 0");
        });
        if (phase != Phase.NOT_STARTED && calls.poll(cancelled) == RawFuture.PENDING) {
            if (phase == Phase.RUNNING) {
                channel.midwayAt = file.position();
                channel.midway = () -> assertThat(cancelled.cancel()).isTrue();
                calls.makeCalls();
            } else if (phase == Phase.RETURNED) {
                calls.makeCalls();
            }
        }
        if (phase != Phase.RUNNING || channel.midwayAt != Long.MAX_VALUE) {
            assertThat(cancelled.cancel()).isTrue();
        }
        byte[] rest = calls.run(reader.readToEnd(SIZE));
        assertThat(got).isEqualTo(Arrays.copyOf(DATA, at));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(DATA, at, SIZE));
    }

    @Test
    void readOnlyBufferIsRefused() {
        AsyncFile file = file(FaultyChannel.of(DATA));
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                .isInstanceOf(ReadOnlyBufferException.class);
    }

    // ------------------------------------------------------------------ files that grow, files that are opened late

    @Test
    void bufferedReaderOfAFileThatGrowsReadsOn() {
        FaultyChannel channel = FaultyChannel.of(new byte[] {'o', 'n', 'e', '\n'});
        AsyncBufferedReader reader = file(channel).buffered();
        assertThat(calls.run(reader.readLine())).isEqualTo("one");
        assertThat(calls.run(reader.readLine())).isNull();
        calls.run(new AsyncFile(Path.of("other end"), channel, 4).writeAll(ByteBuffer.wrap("two\n".getBytes())));
        assertThat(calls.run(reader.readLine())).isEqualTo("two");
        assertThat(calls.run(reader.readLine())).isNull();
    }
}
