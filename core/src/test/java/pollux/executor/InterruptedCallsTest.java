package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.async.Async;
import pollux.async.BlockingIterable;
import pollux.async.CompiledBlock;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;
import pollux.time.ManualTime;

/**
 * Every call that waits for a future, and whose thread is interrupted: before it begins, or while it waits. It ends
 * after the clean-up, never before; it throws; and the thread is interrupted afterwards.
 */
@Timeout(180)
class InterruptedCallsTest {

    /** Waits for a future that belongs to it. */
    private interface Waiting {
        @Nullable
        Object waitFor(Future<String> future, Place.@Nullable Running place);
    }

    private enum Call implements Waiting {
        BLOCK_ON {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                return BlockOn.blockOn(future);
            }
        },
        BLOCK_ON_WITH_SERVICES {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                return BlockOn.blockOn(future, Services.NONE);
            }
        },
        BLOCK_ON_A_TASK {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                return BlockOn.blockOn(place.spawner().spawn(future), Services.NONE);
            }
        },
        POLLUX_BLOCK_ON {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                return Pollux.blockOn(future);
            }
        },
        POLLUX_RUN {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                return Pollux.run((CompiledBlock<String>) () -> future);
            }
        },
        RUN_UNTIL {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                try (LocalPool pool = new LocalPool()) {
                    return pool.runUntil(future);
                }
            }
        },
        RUN_UNTIL_A_BLOCK {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                try (LocalPool pool = new LocalPool(new ManualTime())) {
                    return pool.runUntil((CompiledBlock<String>) () -> future);
                }
            }
        },
        BLOCK {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                return Async.block(future);
            }
        },
        BLOCK_EACH {
            @Override
            public Object waitFor(Future<String> future, Place.@Nullable Running place) {
                try (BlockingIterable<String> items = Async.blockEach(AsyncStreams.once(future))) {
                    return items.iterator().next();
                }
            }
        };

        boolean isForVirtualThreads() {
            return this == BLOCK || this == BLOCK_EACH;
        }

        boolean waitsForATask() {
            return this == BLOCK_ON_A_TASK;
        }
    }

    static Stream<Arguments> calls() {
        List<Arguments> rows = new ArrayList<>();
        for (Call call : Call.values()) {
            if (call.isForVirtualThreads() && Runtime.version().feature() < 21) {
                continue;
            }
            for (Place place : call.waitsForATask() ? Place.values() : new Place[] {Place.POOL}) {
                if (place != Place.LOCAL) { // which needs the thread that would wait
                    for (String when : List.of("before", "meanwhile", "twice")) {
                        rows.add(Arguments.of(call, place, when));
                    }
                }
            }
        }
        return rows.stream();
    }

    /** What a call has ended with, and what it has left of the interrupt. */
    private record Outcome(@Nullable Object value, @Nullable Throwable failure, boolean interrupted) {}

    private static final class Caller {

        private final CountDownLatch ended = new CountDownLatch(1);
        private final Thread thread;
        private volatile @Nullable Outcome outcome;

        Caller(Waiting call, Place.Running place, Future<String> future, boolean interrupted) {
            Runnable code = () -> {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                Object value = null;
                Throwable failure = null;
                try {
                    value = call.waitFor(future, place);
                } catch (Throwable thrown) {
                    failure = thrown;
                }
                outcome = new Outcome(value, failure, Thread.currentThread().isInterrupted());
                ended.countDown();
            };
            thread = call instanceof Call known && known.isForVirtualThreads()
                    ? virtual(code)
                    : new Thread(code, "caller");
            thread.start();
        }

        private static Thread virtual(Runnable code) {
            try {
                Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                return (Thread) Class.forName("java.lang.Thread$Builder")
                        .getMethod("unstarted", Runnable.class)
                        .invoke(builder, code);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        Outcome outcome() throws InterruptedException {
            ended.await();
            return outcome;
        }

        boolean hasEnded() {
            return outcome != null;
        }
    }

    @ParameterizedTest(name = "{0} on {1}, interrupted {2}")
    @MethodSource("calls")
    void itEndsAfterTheCleanUp(Call call, Place place, String when) throws InterruptedException {
        try (Place.Running running = place.open()) {
            Loser<String> loser = new Loser<>();
            Caller caller = interrupted(call, running, loser, when);
            assertThat(caller.hasEnded()).as("the clean-up is still suspended").isFalse();
            loser.release();
            Outcome outcome = caller.outcome();
            assertThat(outcome.failure).isInstanceOf(CancellationException.class);
            assertThat(outcome.interrupted).isTrue();
            assertThat(loser.cancels()).isOne();
            assertThat(loser.hasToldItsEnd())
                    .as("the clean-up was seen through")
                    .isTrue();
        }
    }

    @ParameterizedTest(name = "{0} on {1}, interrupted {2}")
    @MethodSource("calls")
    void aCleanUpThatFailsIsReported(Call call, Place place, String when) throws InterruptedException {
        IllegalStateException failure = new IllegalStateException("of the clean-up");
        try (Place.Running running = place.open()) {
            Loser<String> loser = new Loser<>();
            Caller caller = interrupted(call, running, loser, when);
            loser.fail(failure);
            Outcome outcome = caller.outcome();
            assertThat(outcome.failure).isInstanceOf(CancellationException.class);
            assertThat(outcome.interrupted).isTrue();
        }
        assertThat(Reports.of(failure)).isOne();
    }

    private static Caller interrupted(Waiting call, Place.Running running, Loser<String> loser, String when)
            throws InterruptedException {
        Caller caller = new Caller(call, running, loser, when.equals("before"));
        if (!when.equals("before")) {
            loser.awaitPolled();
            caller.thread.interrupt();
        }
        loser.awaitCancelled();
        if (when.equals("twice")) {
            caller.thread.interrupt(); // changes nothing any more
        }
        return caller;
    }

    /** What is ready wins, and the interrupt stays for what comes next. */
    @ParameterizedTest(name = "{0} on {1}, interrupted {2}")
    @MethodSource("calls")
    void aReadyFutureWins(Call call, Place place, String when) throws InterruptedException {
        if (!when.equals("before") || call.isForVirtualThreads() || call.waitsForATask() || call == Call.POLLUX_RUN) {
            return; // an await on a virtual thread looks for the interrupt first; a task may not have run yet
        }
        try (Place.Running running = place.open()) {
            Outcome outcome = new Caller(call, running, Futures.ready("value"), true).outcome();
            assertThat(outcome.value).isEqualTo("value");
            assertThat(outcome.interrupted).isTrue();
        }
    }

    /** A decided outcome is delivered, though the interrupt comes while the loser cleans up. */
    @ParameterizedTest(name = "{0} on {1}, interrupted {2}")
    @MethodSource("calls")
    void aDecidedOutcomeIsDelivered(Call call, Place place, String when) throws InterruptedException {
        if (when.equals("before")) {
            return;
        }
        try (Place.Running running = place.open()) {
            Promise<String> winner = new Promise<>();
            Loser<String> loser = new Loser<>();
            Caller caller = new Caller(call, running, Futures.race(winner.future(), loser), false);
            loser.awaitPolled();
            winner.complete("won");
            loser.awaitCancelled();
            caller.thread.interrupt();
            if (when.equals("twice")) {
                caller.thread.interrupt();
            }
            loser.release();
            Outcome outcome = caller.outcome();
            assertThat(outcome.failure).isNull();
            assertThat(outcome.value).isEqualTo("won");
        }
    }

    // ------------------------------------------------------------------ close()

    private enum Closing {
        POOL {
            @Override
            void close(TaskPool pool, LocalPool local) {
                pool.close();
            }
        },
        LOCAL {
            @Override
            void close(TaskPool pool, LocalPool local) {
                local.close();
            }
        };

        abstract void close(TaskPool pool, LocalPool local);
    }

    static Stream<Arguments> closings() {
        return Stream.of(Closing.values())
                .flatMap(closing -> Stream.of("before", "meanwhile", "twice").map(when -> Arguments.of(closing, when)));
    }

    /** Closing goes on to its end, since what it waits for is not its own; the interrupt stays. */
    @ParameterizedTest
    @MethodSource("closings")
    void closeWaitsForAllCleanUps(Closing closing, String when) throws InterruptedException {
        try (TaskPool pool = TaskPool.builder().workers(1).name("closed").build();
                LocalPool local = new LocalPool()) {
            Loser<String> loser = new Loser<>();
            JoinHandle<String> task = (closing == Closing.POOL ? pool : local).spawn(loser);
            if (closing == Closing.LOCAL) {
                local.runUntilStalled();
            }
            loser.awaitPolled();
            boolean[] interrupted = new boolean[1];
            Thread thread = new Thread(() -> {
                if (when.equals("before")) {
                    Thread.currentThread().interrupt();
                }
                closing.close(pool, local);
                interrupted[0] = Thread.currentThread().isInterrupted();
            });
            thread.start();
            loser.awaitCancelled();
            for (int i = when.equals("before") ? 2 : when.equals("meanwhile") ? 1 : 0; i < 2; i++) {
                thread.interrupt();
            }
            assertThat(thread.isAlive()).isTrue();
            assertThat(task.isDone()).isFalse();
            loser.release();
            thread.join();
            assertThat(task.isCancelled()).isTrue();
            assertThat(interrupted[0]).isTrue();
        }
    }

    /** A limited wait gives up at an interrupt; the pool goes on closing. */
    @Test
    void aLimitedCloseEndsAtAnInterrupt() throws InterruptedException {
        try (TaskPool pool = TaskPool.builder().workers(1).name("limited").build()) {
            Loser<String> loser = new Loser<>();
            JoinHandle<String> task = pool.spawn(loser);
            loser.awaitPolled();
            Thread.currentThread().interrupt();
            assertThat(pool.close(Duration.ofHours(1))).isFalse();
            assertThat(Thread.interrupted()).isTrue();
            loser.awaitCancelled();
            loser.release();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
        }
    }

    /** What the first test above says of a call that throws before the clean-up has run. */
    @Test
    void canaryACallThatThrowsAtOnceIsFound() throws InterruptedException {
        Waiting broken = (future, place) -> {
            LocalPool pool = new LocalPool();
            JoinHandle<String> task = pool.spawn(future);
            pool.runUntilStalled();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                task.cancel();
                pool.runUntilStalled();
                Thread.currentThread().interrupt();
            }
            throw new CancellationException("and nothing waits for the rest");
        };
        try (Place.Running running = Place.POOL.open()) {
            Caller caller = interrupted(broken, running, new Loser<>(), "meanwhile");
            caller.outcome();
            assertThat(caller.hasEnded()).isTrue(); // with the clean-up still suspended
        }
    }

    /** An await that was not compiled, on a virtual thread: the interrupt is its cancellation. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void anAwaitOnAVirtualThreadEndsAfterTheCleanUp() throws InterruptedException {
        try (TaskPool pool = TaskPool.builder().workers(1).name("virtual").build()) {
            Loser<String> loser = new Loser<>();
            JoinHandle<String> task = pool.spawn(Async.virtual(() -> Async.await(loser)));
            loser.awaitPolled();
            task.cancel();
            loser.awaitCancelled();
            assertThat(task.isDone()).isFalse();
            loser.release();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
            assertThat(task.isCancelled()).isTrue();
        }
    }

    /** Blocking code on a virtual thread ends by the same interrupt: no clean-up fails, unless it makes a failure. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void anInterruptThatCancelsAVirtualThreadIsNoFailure() throws InterruptedException {
        IllegalStateException other = new IllegalStateException("made of an interrupt");
        for (boolean makesAnother : new boolean[] {false, true}) {
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            try (TaskPool pool = TaskPool.builder().workers(1).name("virtual").build()) {
                CountDownLatch begun = new CountDownLatch(1);
                JoinHandle<String> task = pool.spawn(Async.virtual(() -> {
                    begun.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        thrown.add(e);
                        if (makesAnother) {
                            throw other;
                        }
                        throw e;
                    }
                    return "never";
                }));
                begun.await();
                task.cancel();
                assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
                assertThat(task.isCancelled()).isTrue();
            }
            assertThat(thrown).hasSize(1);
            assertThat(Reports.of(thrown.get(0))).isZero();
            assertThat(Reports.of(other)).isEqualTo(makesAnother ? 1 : 0); // the canary: reports are seen
        }
    }
}
