package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;

/**
 * Adversarial case 65, and behaviours 11, 13 and 15: whatever runs a task, however it would end, whenever, by whomever
 * and how often it is cancelled, and whatever became of its handle: its future is let go of exactly once, by what
 * polls it, and each waiting party is told once. After Tokio's task_combinations: 4 × 5 × 7 × 3 × 2 × 4 cases.
 */
@Timeout(value = 180)
class TaskCombinationsTest {

    /** Who polls. */
    enum Host {
        POOL,
        LOCAL,
        INLINE,
        EXECUTOR
    }

    /** How the future would end if it were let. */
    enum Outcome {
        VALUE,
        THROWS_IN_POLL,
        THROWS_IN_CANCEL,
        SUSPENDED_CLEAN_UP,
        NEVER
    }

    /** When the task is cancelled. */
    enum At {
        NEVER,
        BEFORE_THE_FIRST_POLL,
        DURING_THE_FIRST_POLL,
        WAITING,
        WOKEN,
        DURING_THE_LAST_POLL,
        ENDED
    }

    /** Who cancels it. */
    enum By {
        HANDLE,
        STAGE,
        CLOSE
    }

    /** What becomes of the handle. */
    enum Handle {
        JOINED_AT_THE_END,
        DROPPED,
        JOIN_GIVEN_UP,
        STAGE
    }

    static Stream<Arguments> cases() {
        return Arrays.stream(Host.values())
                .flatMap(host -> Arrays.stream(Outcome.values())
                        .flatMap(outcome -> Arrays.stream(At.values()).map(at -> Arguments.of(host, outcome, at))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyTaskEndsOnceAndTellsWhoWaits(Host host, Outcome outcome, At at) {
        for (By by : By.values()) {
            for (boolean joined : new boolean[] {true, false}) {
                for (Handle handle : Handle.values()) {
                    try (Bench bench = bench(host)) {
                        new Case(host, bench, outcome, at, by, joined, handle).run();
                    } catch (Throwable failure) {
                        throw new AssertionError(by + ", joined " + joined + ", handle " + handle, failure);
                    }
                }
            }
        }
    }

    /** One case. */
    private static final class Case {

        private final Host host;
        private final Bench bench;
        private final Outcome outcome;
        private final At at;
        private final By by;
        private final boolean joined;
        private final Handle fate;
        private final Scripted future;

        Case(Host host, Bench bench, Outcome outcome, At at, By by, boolean joined, Handle fate) {
            this.host = host;
            this.bench = bench;
            this.outcome = outcome;
            this.at = at;
            this.by = by;
            this.joined = joined;
            this.fate = fate;
            this.future = new Scripted(outcome);
        }

        void run() {
            bench.hold();
            JoinHandle<String>[] self = handles();
            future.during = poll -> {
                boolean now = at == At.DURING_THE_FIRST_POLL && poll == 1
                        || at == At.DURING_THE_LAST_POLL && future.gate.isOpen();
                if (now && self[0] != null) {
                    cancel(self[0]);
                }
            };
            self[0] = bench.spawner().spawn(future);
            JoinHandle<String> handle = self[0];
            AtomicInteger told = new AtomicInteger();
            if (joined) {
                handle.join().poll(new Context(told::incrementAndGet, Services.NONE));
            }
            CompletableFuture<String> stage = fate == Handle.STAGE ? handle.toCompletableFuture() : null;
            if (fate == Handle.JOIN_GIVEN_UP) {
                Future<String> given = handle.join();
                given.poll(new Context(told::incrementAndGet, Services.NONE));
                given.cancel();
            }
            bench.settled = () -> handle.isDone() || future.cleaning && !future.gate.isOpen();
            if (at == At.BEFORE_THE_FIRST_POLL) {
                cancel(handle);
            }
            bench.settle();
            if (at == At.WAITING) {
                cancel(handle);
                bench.settle();
            }
            bench.hold();
            future.gate.open();
            if (at == At.WOKEN) {
                cancel(handle);
            }
            bench.settle();
            if (at == At.ENDED) {
                boolean ends = outcome != Outcome.NEVER;
                assertThat(handle.isDone()).isEqualTo(ends);
                cancel(handle);
                bench.settle();
            }
            if (!handle.isDone()) {
                assertThat(outcome).isEqualTo(Outcome.NEVER);
                assertThat(future.cancels).isZero();
                handle.cancel();
                bench.settle();
            }
            bench.close(); // also waits until every party was told
            check(handle, stage, told);
        }

        private void check(JoinHandle<String> handle, CompletableFuture<String> stage, AtomicInteger told) {
            assertThat(handle.isDone()).isTrue();
            assertThat(future.cancels + future.ends).as("let go of").isEqualTo(1);
            assertThat(future.cancelledOn && host != Host.INLINE)
                    .as("on the canceller's stack")
                    .isFalse();
            assertThat(told).hasValue(joined ? 1 : 0);
            if (future.cancels == 0) {
                assertThat(handle.isCancelled()).isFalse();
            } else {
                assertThat(handle.isCancelled()).isEqualTo(outcome != Outcome.THROWS_IN_CANCEL);
            }
            assertThat(future.cancels).isEqualTo(comesInTime() || outcome == Outcome.NEVER ? 1 : 0);
            if (fate == Handle.JOINED_AT_THE_END) {
                Throwable thrown = catchThrowable(() -> BlockOn.blockOn(handle.join()));
                if (handle.isCancelled()) {
                    assertThat(thrown).isInstanceOf(CancellationException.class);
                } else if (future.cancels > 0 || outcome == Outcome.THROWS_IN_POLL) {
                    assertThat(thrown).isSameAs(future.failure);
                } else {
                    assertThat(thrown).isNull();
                }
            }
            if (stage != null) {
                assertThat(stage).isDone();
                assertThat(stage.isCancelled()).isEqualTo(handle.isCancelled());
            }
        }

        /** Ready wins: a cancel that comes with the last poll, or later, is too late. */
        private boolean comesInTime() {
            return switch (at) {
                case NEVER, DURING_THE_LAST_POLL, ENDED -> false;
                // inline, the first poll runs before there is a handle, and a wake is a poll
                case DURING_THE_FIRST_POLL, WOKEN -> host != Host.INLINE;
                case BEFORE_THE_FIRST_POLL, WAITING -> true;
            };
        }

        private void cancel(JoinHandle<String> handle) {
            future.cancelling = Thread.currentThread();
            switch (by) {
                case HANDLE -> {
                    handle.cancel();
                    handle.cancel(); // twice is once
                }
                case STAGE -> handle.toCompletableFuture().cancel(true);
                case CLOSE -> bench.cancelAll(handle);
            }
            future.cancelling = null;
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array as a cell that a lambda can fill
        private static JoinHandle<String>[] handles() {
            return new JoinHandle[1];
        }
    }

    /** Waits for a gate, then ends as it is told to. */
    private static final class Scripted implements Future<String> {

        final Gate gate = new Gate();
        final IllegalStateException failure = new IllegalStateException("scripted");
        private final Outcome outcome;
        private int polls;
        volatile boolean cleaning;
        volatile Consumer<Integer> during = poll -> {};
        volatile Thread cancelling;
        volatile boolean cancelledOn;
        volatile int cancels;
        volatile int ends;

        Scripted(Outcome outcome) {
            this.outcome = outcome;
        }

        @Override
        public Poll<String> poll(Context cx) {
            boolean open = gate.poll(cx).isReady();
            if (!cleaning) {
                during.accept(++polls);
            }
            if (!open || outcome == Outcome.NEVER) {
                return Poll.pending();
            }
            if (!cleaning) {
                ends = ends + 1;
            }
            if (outcome == Outcome.THROWS_IN_POLL) {
                throw failure;
            }
            return Poll.ready("value");
        }

        @Override
        public boolean cancel() {
            cancels = cancels + 1;
            cancelledOn |= cancelling == Thread.currentThread();
            if (outcome == Outcome.THROWS_IN_CANCEL) {
                throw failure;
            }
            cleaning = outcome == Outcome.SUSPENDED_CLEAN_UP;
            return !cleaning;
        }
    }

    /** Something that runs tasks, and can be made to wait and to catch up. */
    private abstract static class Bench implements AutoCloseable {

        /** Whether a task that was cancelled has ended, or cannot go on. */
        BooleanSupplier settled = () -> true;

        abstract Spawner spawner();

        /** Polls nothing until {@link #settle}. */
        void hold() {}

        /** Lets everything that can go on do so. */
        abstract void settle();

        void cancelAll(JoinHandle<?> handle) {
            handle.cancel();
        }

        @Override
        public void close() {}
    }

    private static Bench bench(Host host) {
        return switch (host) {
            case POOL -> new PoolBench();
            case LOCAL ->
                new Bench() {
                    private final LocalPool pool = new LocalPool();

                    @Override
                    Spawner spawner() {
                        return pool;
                    }

                    @Override
                    void settle() {
                        pool.runUntilStalled();
                    }

                    @Override
                    public void close() {
                        pool.close();
                    }
                };
            case INLINE ->
                new Bench() {
                    @Override
                    Spawner spawner() {
                        return Spawner.inline();
                    }

                    @Override
                    void settle() {}
                };
            case EXECUTOR -> new QueueBench();
        };
    }

    /** One worker, held by a task that blocks it. */
    private static final class PoolBench extends Bench {

        private final TaskPool pool = TaskPool.builder()
                .workers(1)
                .lifoSlot(false)
                .unhandledFailure(UnhandledFailure.IGNORE)
                .build();
        private CountDownLatch held = new CountDownLatch(0);

        @Override
        Spawner spawner() {
            return pool;
        }

        @Override
        void hold() {
            CountDownLatch latch = new CountDownLatch(1);
            CountDownLatch reached = new CountDownLatch(1);
            held = latch;
            try {
                pool.execute(() -> {
                    reached.countDown();
                    awaitUninterruptibly(latch);
                });
            } catch (RejectedExecutionException closed) {
                return; // closed: there is nothing to hold
            }
            awaitUninterruptibly(reached);
        }

        /** The worker is alone and takes turns, so after three turns of a task everything before it had its own. */
        @Override
        void settle() {
            held.countDown();
            for (int turn = 0; turn < 3; turn++) {
                JoinHandle<Void> last = pool.spawn(Futures.yieldNow());
                while (!last.isDone()) {
                    Thread.onSpinWait();
                }
            }
            while (pool.isClosed() && !settled.getAsBoolean()) {
                Thread.onSpinWait();
            }
        }

        @Override
        void cancelAll(JoinHandle<?> handle) {
            pool.close(Duration.ZERO);
        }

        @Override
        public void close() {
            held.countDown();
            pool.close();
        }

        private static void awaitUninterruptibly(CountDownLatch latch) {
            while (true) {
                try {
                    latch.await();
                    return;
                } catch (InterruptedException ignored) {
                    // the point of the name
                }
            }
        }
    }

    /** An executor that keeps what it is given until it is told to run it. */
    private static final class QueueBench extends Bench {

        private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
        private final Executor executor = queue::add;

        @Override
        Spawner spawner() {
            return Spawner.on(executor);
        }

        @Override
        void settle() {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
        }
    }
}
