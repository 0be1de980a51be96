package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.DropHook;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.sync.Promise;

/** A clean-up that fails is logged once: each owner, on each executor, after its decision and after a cancellation. */
@Timeout(180)
class FailedCleanUpTest {

    static Stream<Arguments> rows() {
        return DecidedOutcomeTest.OWNERS.stream()
                .flatMap(owner -> Stream.of(Place.values()).map(place -> Arguments.of(owner, place)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isReportedOnceAfterACancellation(DecidedOutcomeTest.Owner owner, Place place) throws Exception {
        Wanted failure = new Wanted();
        try (Place.Running running = place.open()) {
            Loser<String> loser = new Loser<>();
            JoinHandle<String> task =
                    running.spawner().spawn(owner.made().apply(new Promise<String>().future(), loser));
            running.settle();
            loser.awaitPolled();
            task.cancel();
            running.settle();
            loser.awaitCancelled();
            loser.fail(failure);
            running.settle();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
        }
        assertThat(Reports.of(failure)).isOne();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isReportedOnceAfterADecision(DecidedOutcomeTest.Owner owner, Place place) throws Exception {
        Wanted failure = new Wanted();
        try (Place.Running running = place.open()) {
            Promise<String> winner = new Promise<>();
            Loser<String> loser = new Loser<>();
            JoinHandle<String> task = running.spawner().spawn(owner.made().apply(winner.future(), loser));
            running.settle();
            loser.awaitPolled();
            if (owner.decidesForValues()) {
                winner.complete("won");
            } else {
                winner.fail(new Wanted());
            }
            running.settle();
            loser.awaitCancelled();
            loser.fail(failure);
            running.settle();
            if (owner.decidesForValues()) {
                assertThat(BlockOn.blockOn(task.join())).isEqualTo("won");
            } else {
                assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isNotInstanceOf(CancellationException.class);
            }
        }
        assertThat(Reports.of(failure)).isOne();
    }

    /** The tables find an owner that reports nothing, and one that reports twice, on each executor. */
    @ParameterizedTest
    @MethodSource("places")
    void canaryAnOwnerThatReportsNothingOrTwiceIsFound(Place place) throws Exception {
        for (int reports : new int[] {0, 1, 2}) {
            DecidedOutcomeTest.Owner careless = new DecidedOutcomeTest.Owner(
                    "reports " + reports + " times", false, (winner, loser) -> new Careless(loser, reports));
            if (reports == 1) {
                isReportedOnceAfterACancellation(careless, place);
            } else {
                assertThatThrownBy(() -> isReportedOnceAfterACancellation(careless, place))
                        .isInstanceOf(AssertionError.class);
            }
        }
    }

    private static final class Careless extends RawFuture<String> {

        private final Future<String> loser;
        private final int reports;

        Careless(Future<String> loser, int reports) {
            this.loser = loser;
            this.reports = reports;
        }

        @Override
        public Object pollRaw(Context cx) {
            try {
                return pollAny(loser, cx);
            } catch (Throwable failure) {
                for (int i = 0; i < reports; i++) {
                    Failures.drop(cx.services(), "the clean-up failed", failure);
                }
                throw new CancellationException();
            }
        }

        @Override
        public boolean cancel() {
            return loser.cancel();
        }
    }

    /** A cancel() that throws is a clean-up that fails: it is reported where the others are, to the hook first. */
    @ParameterizedTest
    @MethodSource("rows")
    void aCancelThatThrowsReachesTheHook(DecidedOutcomeTest.Owner owner, Place place) throws Exception {
        assumeFalse(
                owner.toString().startsWith("JoinSet"), "the loser is a task of its own there, which fails with it");
        Wanted failure = new Wanted();
        Promise<Void> polled = new Promise<>();
        Future<String> loser = new Future<>() {
            @Override
            public Poll<String> poll(Context cx) {
                polled.complete(null);
                return Poll.pending();
            }

            @Override
            public boolean cancel() {
                throw failure;
            }
        };
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        DropHook hook = new DropHook() {
            @Override
            public void droppedError(Throwable error) {
                dropped.add(error);
            }

            @Override
            public void droppedValue(Object value) {}
        };
        try (Place.Running running = place.open()) {
            JoinHandle<String> task = running.spawner()
                    .spawn(Futures.withService(
                            DropHook.KEY, hook, owner.made().apply(new Promise<String>().future(), loser)));
            running.settle();
            BlockOn.blockOn(polled.future());
            task.cancel();
            running.settle();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
        }
        assertThat(dropped).containsExactly(failure);
        assertThat(Reports.of(failure)).isZero();
    }

    /** A call that goes on after its cancel and fails; an exception that our interrupt has caused is no failure. */
    @ParameterizedTest
    @MethodSource("places")
    void aBlockingCallThatFailsAfterItsCancelIsReported(Place place) throws Exception {
        for (Exception thrown : new Exception[] {new Wanted(), new InterruptedException()}) {
            try (Place.Running running = place.open()) {
                CountDownLatch entered = new CountDownLatch(1);
                CountDownLatch interrupted = new CountDownLatch(1);
                JoinHandle<String> task = running.spawner().spawnBlocking(() -> {
                    entered.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    throw thrown;
                });
                running.settle();
                entered.await();
                task.cancel();
                running.settle();
                interrupted.await();
                while (!task.isDone()) {
                    running.settle();
                    Thread.onSpinWait();
                }
                assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
            }
            assertThat(Reports.of(thrown)).isEqualTo(thrown instanceof Wanted ? 1 : 0);
        }
    }

    /** A resource that fails to close is suppressed by the exception of the cancellation, and is no less a failure. */
    @Test
    void whatACancellationSuppressesIsReported() {
        Wanted failure = new Wanted();
        CancellationException cancellation = new CancellationException();
        cancellation.addSuppressed(failure);
        LocalPool pool = new LocalPool();
        Loser<String> loser = new Loser<>();
        JoinHandle<String> task = pool.spawn(Futures.race(loser, Futures.pending()));
        pool.runUntilStalled();
        task.cancel();
        pool.runUntilStalled();
        loser.fail(cancellation);
        pool.runUntilStalled();
        assertThat(Reports.of(failure)).isOne();
        assertThat(Reports.of(cancellation)).isZero();
        pool.close();
    }

    /** The late failure of a stage whose future was given up; that of a stage which was cancelled is none. */
    @Test
    void theLateFailureOfAStageIsReported() {
        Wanted failure = new Wanted();
        CompletableFuture<String> late = new CompletableFuture<>();
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        CompletableFuture<String> before = new CompletableFuture<>();
        LocalPool pool = new LocalPool();
        List<JoinHandle<String>> tasks = List.of(
                pool.spawn(Futures.from(late)), pool.spawn(Futures.from(cancelled)), pool.spawn(Futures.from(before)));
        pool.runUntilStalled();
        Wanted ready = new Wanted();
        before.completeExceptionally(ready); // and is cancelled before its task has its turn
        tasks.forEach(JoinHandle::cancel);
        pool.runUntilStalled();
        late.completeExceptionally(failure);
        cancelled.cancel(true);
        assertThat(Reports.of(failure)).isOne();
        assertThat(Reports.of(ready)).isOne();
        assertThat(tasks).allMatch(JoinHandle::isCancelled);
        pool.close();
    }

    /**
     * An exception of another's cancellation ends a detached task as a failure, and a scope, a set and a handle
     * say so.
     */
    @ParameterizedTest
    @MethodSource("places")
    void aForeignCancellationIsAFailure(Place place) {
        try (Place.Running running = place.open()) {
            CompletableFuture<String> foreign = new CompletableFuture<>();
            JoinHandle<String> detached = running.spawner().spawn(Futures.from(foreign));
            JoinHandle<String> scope = running.spawner().spawn(TaskScope.scoped(running.spawner(), s -> {
                s.fork(Futures.from(foreign));
                return Futures.ready("body");
            }));
            JoinSet<String> set = new JoinSet<>(running.spawner());
            set.spawn(Futures.from(foreign));
            JoinHandle<List<String>> all = running.spawner().spawn(set.joinAll());
            running.settle();
            foreign.cancel(true);
            running.settle();
            assertThatThrownBy(() -> BlockOn.blockOn(scope.join())).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> BlockOn.blockOn(all.join())).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> BlockOn.blockOn(detached.join())).isInstanceOf(CancellationException.class);
            assertThat(List.of(detached.isCancelled(), scope.isCancelled(), all.isCancelled()))
                    .containsOnly(false);
        }
    }

    static Stream<Place> places() {
        return Stream.of(Place.values());
    }

    /** Each clean-up is polled when it is woken, and by no wake-up of another. */
    @Test
    void cleanUpsAreLinear() {
        int children = 16_000;
        List<Loser<String>> losers =
                Stream.generate(Loser<String>::new).limit(children).toList();
        Context cx = new Context(Waker.noop(), Services.NONE);
        Ending ending = Ending.cancelled();
        losers.forEach(ending::giveUp);
        while (losers.get(children - 1).polls() == 0 || losers.get(0).polls() == 0) {
            cx.begin(Waker.noop(), Services.NONE);
            assertThat(ending.cleanUp(cx)).isFalse();
        }
        boolean ended = false;
        for (Loser<String> loser : losers) {
            loser.release();
            cx.begin(Waker.noop(), Services.NONE);
            ended = ending.cleanUp(cx);
        }
        while (!ended) {
            cx.begin(Waker.noop(), Services.NONE);
            ended = ending.cleanUp(cx);
        }
        assertThat(losers.stream().mapToLong(Loser::polls).sum()).isEqualTo(2L * children);
    }

    @Test
    void anInterruptedBlockOnOfATaskThrowsAfterTheCleanUp() throws Exception {
        Loser<String> loser = new Loser<>();
        try (TaskPool pool = TaskPool.builder().workers(1).name("owned").build()) {
            JoinHandle<String> task = pool.spawn(loser);
            String[] seen = new String[1];
            Thread thread = new Thread(() -> {
                try {
                    BlockOn.blockOn(task, Services.NONE);
                } catch (CancellationException expected) {
                    seen[0] = "done " + task.isDone() + ", interrupted "
                            + Thread.currentThread().isInterrupted();
                }
            });
            thread.start();
            loser.awaitPolled();
            thread.interrupt();
            loser.awaitCancelled();
            assertThat(thread.isAlive()).isTrue();
            loser.release();
            thread.join();
            assertThat(seen[0]).isEqualTo("done true, interrupted true");
        }
    }

    private static final class Wanted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
