package pollux.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.sync.Promise;

/**
 * Small writes go out together; no byte is lost or written twice, whatever the target does and wherever it is
 * cancelled.
 */
@Timeout(value = 120)
class AsyncBufferedWriterTest {

    /** A target that takes as many bytes as the test allows, fails when it is told to, and notes each write. */
    private static final class Target implements AsyncWriter {

        final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        final List<Integer> writes = new ArrayList<>();
        long allowed = Long.MAX_VALUE;
        int flushes;
        boolean ended;
        IOException failure;

        /** Whether a pending write that is cancelled ends only when it is polled again. */
        boolean cancelsLate;

        @Override
        public Future<Integer> write(ByteBuffer from) {
            return new RawFuture<>() {
                private boolean cancelled;

                @Override
                public Object pollRaw(Context cx) {
                    if (cancelled) {
                        int late = Math.min(3, from.remaining());
                        take(late);
                        return late;
                    }
                    if (failure != null) {
                        throw pollux.future.Failures.rethrow(failure);
                    }
                    if (cx.mustYield()) {
                        return PENDING;
                    }
                    int count = (int) Math.min(allowed, from.remaining());
                    if (count == 0 && from.hasRemaining()) {
                        return PENDING;
                    }
                    cx.spend();
                    allowed -= count;
                    writes.add(count);
                    take(count);
                    return count;
                }

                private void take(int count) {
                    byte[] bytes = new byte[count];
                    from.get(bytes);
                    taken.writeBytes(bytes);
                }

                @Override
                public boolean cancel() {
                    cancelled = true;
                    return !cancelsLate;
                }
            };
        }

        @Override
        public Future<Void> flush() {
            flushes++;
            return Futures.ready(null);
        }

        @Override
        public Future<Void> shutdown() {
            ended = true;
            return Futures.ready(null);
        }
    }

    private static final Context CX = new Context(Waker.noop(), Services.NONE);

    private final Target target = new Target();
    private final AsyncBufferedWriter writer = new AsyncBufferedWriter(target, 10);

    private static Object poll(Future<?> future) {
        CX.begin(Waker.noop(), Services.NONE);
        return RawFuture.pollAny(future, CX);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Test
    void smallWritesGoOutTogether() {
        for (String word : List.of("one ", "two ", "3 ")) {
            assertThat(poll(writer.writeAll(bytes(word)))).isNull();
        }
        assertThat(target.writes).isEmpty();
        assertThat(writer.pendingBytes()).isEqualTo(10);
        assertThat(poll(writer.writeAll(bytes("four")))).isNull();
        assertThat(target.writes).containsExactly(10);
        assertThat(poll(writer.flush())).isNull();
        assertThat(target.writes).containsExactly(10, 4);
        assertThat(target.flushes).isEqualTo(1);
        assertThat(target.taken).hasToString("one two 3 four");
        assertThat(writer.pendingBytes()).isZero();
    }

    @Test
    void largeWriteGoesOutWithoutACopy() {
        assertThat(poll(writer.writeAll(bytes("0123456789abc")))).isNull();
        assertThat(target.writes).containsExactly(13);
        assertThat(poll(writer.write(bytes("xy")))).isEqualTo(2);
        assertThat(poll(writer.write(bytes("0123456789abc")))).isEqualTo(8);
        assertThat(poll(writer.write(bytes("")))).isEqualTo(0);
        assertThat(target.writes).containsExactly(13);
    }

    @Test
    void targetThatTakesNothingMakesWritesPendingAndTheBufferDoesNotGrow() {
        target.allowed = 0;
        ByteBuffer much = ByteBuffer.allocate(1_000);
        Future<Void> write = writer.writeAll(much);
        assertThat(poll(writer.writeAll(bytes("1")))).isNull();
        assertThat(poll(write)).isSameAs(RawFuture.PENDING);
        assertThat(writer.pendingBytes()).isEqualTo(10);
        assertThat(much.position()).isEqualTo(9);
        assertThatThrownBy(() -> poll(writer.flush())).isInstanceOf(IllegalStateException.class);
        target.allowed = Long.MAX_VALUE;
        assertThat(poll(write)).isNull();
        assertThat(poll(writer.flush())).isNull();
        assertThat(target.taken.size()).isEqualTo(1_001);
    }

    @Test
    void shutdownFlushesFirst() {
        poll(writer.writeAll(bytes("last")));
        assertThat(poll(writer.shutdown())).isNull();
        assertThat(target.taken).hasToString("last");
        assertThat(target.ended).isTrue();
    }

    @Test
    void failureLeavesWhatWasNotTaken() {
        poll(writer.writeAll(bytes("01234")));
        target.allowed = 2;
        Future<Void> flush = writer.flush();
        assertThat(poll(flush)).isSameAs(RawFuture.PENDING);
        target.failure = new IOException("made up");
        assertThatThrownBy(() -> poll(flush)).isSameAs(target.failure);
        assertThat(writer.pendingBytes()).isEqualTo(3);
        target.failure = null;
        target.allowed = Long.MAX_VALUE;
        assertThat(poll(writer.flush())).isNull();
        assertThat(target.taken).hasToString("01234");
    }

    @Test
    void copyEndsWithAFlush() {
        ByteBuffer source = bytes("abc");
        AsyncReader reader = into -> Futures.ready(source.hasRemaining() ? move(source, into) : -1);
        assertThat(poll(reader.copyTo(writer))).isEqualTo(3L);
        assertThat(target.taken).hasToString("abc");
    }

    private static int move(ByteBuffer from, ByteBuffer to) {
        int count = from.remaining();
        to.put(from);
        return count;
    }

    /**
     * Random writes to a target that takes few bytes, fails, and is cancelled in both ways; the bytes arrive once, in
     * order.
     */
    @Test
    void noByteIsLostOrDoubled() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Target slow = new Target();
            slow.cancelsLate = random.nextBoolean();
            AsyncBufferedWriter tested = new AsyncBufferedWriter(slow, 1 + random.nextInt(20));
            StringBuilder sent = new StringBuilder();
            slow.allowed = 0;
            for (int i = 0; i < 60; i++) {
                ByteBuffer more = bytes("abcdefghijklmnopqrstuvwxyz".substring(random.nextInt(26)) + i);
                String text = new String(more.array(), UTF_8);
                Future<?> operation = switch (random.nextInt(4)) {
                    case 0 -> tested.write(more);
                    case 1 -> tested.flush();
                    default -> tested.writeAll(more);
                };
                boolean ended = false;
                boolean cancelled = false;
                while (!ended) {
                    slow.allowed = random.nextInt(8);
                    slow.failure = random.nextInt(10) == 0 ? new IOException("made up") : null;
                    try {
                        ended = poll(operation) != RawFuture.PENDING;
                    } catch (Throwable thrown) {
                        assertThat(thrown)
                                .as("seed %s", seed)
                                .isInstanceOfAny(IOException.class, CancellationException.class);
                        ended = true;
                    }
                    if (!ended && !cancelled && random.nextInt(3) == 0) {
                        cancelled = true;
                        ended = operation.cancel();
                    }
                }
                sent.append(text, 0, more.position());
            }
            slow.failure = null;
            slow.allowed = Long.MAX_VALUE;
            poll(tested.flush());
            assertThat(slow.taken).as("seed %s", seed).hasToString(sent.toString());
        }
    }

    // ------------------------------------------------------------------ flushBefore

    @Test
    void nothingIsFlushedBeforeWhatIsReady() {
        poll(writer.writeAll(bytes("answer")));
        assertThat(poll(writer.flushBefore(Futures.ready("request")))).isEqualTo("request");
        assertThat(target.writes).isEmpty();
    }

    @Test
    void whatIsPendingIsPrecededByAFlush() {
        poll(writer.writeAll(bytes("answer")));
        Promise<String> request = new Promise<>();
        Future<String> next = writer.flushBefore(request.future());
        assertThat(poll(next)).isSameAs(RawFuture.PENDING);
        assertThat(target.taken).hasToString("answer");
        assertThat(poll(next)).isSameAs(RawFuture.PENDING);
        assertThat(target.flushes).isEqualTo(1);
        request.complete("request");
        assertThat(poll(next)).isEqualTo("request");
    }

    @Test
    void clientThatTakesNothingIsNotReadFrom() {
        poll(writer.writeAll(bytes("answer")));
        target.allowed = 0;
        Promise<String> request = new Promise<>();
        Future<String> next = writer.flushBefore(request.future());
        assertThat(poll(next)).isSameAs(RawFuture.PENDING);
        request.complete("request");
        assertThat(poll(next)).as("the flush comes first").isSameAs(RawFuture.PENDING);
        target.allowed = Long.MAX_VALUE;
        assertThat(poll(next)).isEqualTo("request");
    }

    @Test
    void failureOfEitherEndsBoth() {
        IOException lost = new IOException("made up");
        assertThatThrownBy(() -> poll(writer.flushBefore(Futures.failed(lost)))).isSameAs(lost);
        poll(writer.writeAll(bytes("answer")));
        target.failure = lost;
        Promise<String> request = new Promise<>();
        assertThatThrownBy(() -> poll(writer.flushBefore(request.future()))).isSameAs(lost);
        assertThat(request.isCancelled()).isTrue();
    }

    @Test
    void cancelCancelsBothAndKeepsTheBytes() {
        for (boolean late : new boolean[] {false, true}) {
            target.cancelsLate = late;
            poll(writer.writeAll(bytes("answer")));
            target.allowed = 1;
            Promise<String> request = new Promise<>();
            Future<String> next = writer.flushBefore(request.future());
            assertThat(poll(next)).isSameAs(RawFuture.PENDING);
            assertThat(next.cancel()).isEqualTo(!late);
            assertThat(request.isCancelled()).isTrue();
            if (late) {
                assertThatThrownBy(() -> poll(next)).isInstanceOf(CancellationException.class);
            }
            target.allowed = Long.MAX_VALUE;
            poll(writer.flush());
            assertThat(target.taken).hasToString(late ? "answeranswer" : "answer");
        }
    }

    // ------------------------------------------------------------------ real targets

    @Test
    void socketsAndFilesAreTargets() {
        try (TaskPool pool = TaskPool.builder().workers(2).build();
                Loopback pair = new Loopback(pool)) {
            AsyncBufferedWriter out = pair.client.bufferedWriter();
            for (int i = 0; i < 1_000; i++) {
                pair.run(out.writeAll(bytes("line " + i + "\n")));
            }
            pair.run(out.shutdown());
            assertThat(pair.run(Loopback.rest(pair.server)).lines()).hasSize(1_000);
        }
        QueuedCalls calls = new QueuedCalls();
        FaultyChannel channel = new FaultyChannel();
        channel.room = 20_000;
        AsyncBufferedWriter out = new AsyncFile(Path.of("made up"), channel, 0).bufferedWriter();
        byte[] data = new byte[30_000];
        new Random(1).nextBytes(data);
        ByteBuffer all = ByteBuffer.wrap(data);
        assertThatThrownBy(() -> {
                    while (all.hasRemaining()) {
                        calls.run(out.writeAll(all.limit(Math.min(all.position() + 700, data.length))));
                        all.limit(data.length);
                    }
                })
                .isSameAs(channel.failure);
        all.limit(data.length);
        channel.room = Long.MAX_VALUE;
        calls.run(out.writeAll(all));
        calls.run(out.flush());
        assertThat(channel.content()).isEqualTo(data);
    }
}
