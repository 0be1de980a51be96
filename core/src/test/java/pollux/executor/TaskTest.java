package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Garbage;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** The life of one task: polls, wakes, cancellation, outcome. Numbers: docs/behaviours.md. */
@Timeout(value = 120)
class TaskTest {

    private final LocalPool pool = new LocalPool(new pollux.time.ManualTime(), UnhandledFailure.IGNORE);

    @AfterEach
    void close() {
        pool.close();
    }

    // ------------------------------------------------------------------ wakes

    /** Behaviour 3. */
    @Test
    void nothingHappensUntilThePoolIsRun() {
        Gate gate = new Gate();
        pool.spawn(gate);
        assertThat(gate.polls).isZero();
    }

    /** Behaviour 5. */
    @Test
    void thousandWakesAreOnePoll() {
        Gate gate = new Gate();
        pool.spawn(gate);
        pool.runUntilStalled();
        for (int i = 0; i < 1000; i++) {
            gate.waker.wake();
        }
        assertThat(pool.runUntilStalled()).isEqualTo(1);
        assertThat(gate.polls).isEqualTo(2);
    }

    @Test
    void wakeDuringAPollIsOneMorePollBehindTheOthers() {
        List<String> order = new ArrayList<>();
        int[] polls = {0};
        pool.spawn(cx -> {
            order.add("self");
            cx.waker().wake();
            cx.waker().wake();
            return ++polls[0] == 2 ? Poll.ready(null) : Poll.pending();
        });
        pool.spawn(cx -> {
            order.add("other");
            return Poll.ready(null);
        });
        pool.runUntilStalled();
        assertThat(order).containsExactly("self", "other", "self");
    }

    /** Behaviour 7; adversarial case 58. */
    @Test
    void wakeAfterTheEndDoesNothing() {
        Gate gate = new Gate();
        pool.spawn(gate);
        pool.runUntilStalled();
        gate.open();
        pool.runUntilStalled();
        gate.waker.wake();
        assertThat(pool.runUntilStalled()).isZero();
        assertThat(gate.polls).isEqualTo(2);
        pool.close();
        gate.waker.wake();
    }

    @Test
    void wakerIsTheSameObjectInEveryPoll() {
        List<Waker> wakers = new ArrayList<>();
        pool.spawn(cx -> {
            wakers.add(cx.waker());
            cx.waker().wake();
            return wakers.size() == 3 ? Poll.ready(null) : Poll.pending();
        });
        pool.runUntilStalled();
        assertThat(wakers).hasSize(3).allMatch(waker -> waker == wakers.get(0));
    }

    // ------------------------------------------------------------------ cancellation

    /** Behaviour 13. */
    @Test
    void cancelBeforeTheFirstPollCancelsWithoutAPoll() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        handle.cancel();
        assertThat(gate.cancels).isZero(); // the worker does it, not the canceller
        pool.runUntilStalled();
        assertThat(gate.polls).isZero();
        assertThat(gate.cancels).isEqualTo(1);
        assertThat(handle.isCancelled()).isTrue();
    }

    /** Behaviour 13. */
    @Test
    void cancelWhileWaitingCancelsOnceHoweverOftenItIsCalled() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        pool.runUntilStalled();
        handle.cancel();
        handle.cancel();
        pool.runUntilStalled();
        handle.cancel();
        pool.runUntilStalled();
        assertThat(gate.polls).isEqualTo(1);
        assertThat(gate.cancels).isEqualTo(1);
    }

    @Test
    void readyWinsOverACancelDuringThePoll() {
        JoinHandle<?>[] self = new JoinHandle<?>[1];
        Canceller future = new Canceller(self, Poll.ready("value"));
        JoinHandle<String> handle = pool.spawn(future);
        self[0] = handle;
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isFalse();
        assertThat(pool.runUntil(handle.join())).isEqualTo("value");
        assertThat(future.cancels).isZero();
    }

    @Test
    void cancelDuringAPendingPollTakesEffectAfterIt() {
        JoinHandle<?>[] self = new JoinHandle<?>[1];
        Canceller future = new Canceller(self, Poll.pending());
        JoinHandle<String> handle = pool.spawn(future);
        self[0] = handle;
        assertThat(pool.runUntilStalled()).isEqualTo(1);
        assertThat(handle.isCancelled()).isTrue();
        assertThat(future.cancels).isEqualTo(1);
    }

    @Test
    void suspendedCleanUpIsPolledToItsEndBeforeTheTaskEnds() {
        Slow future = new Slow(null);
        JoinHandle<String> handle = pool.spawn(future);
        pool.runUntilStalled();
        handle.cancel();
        pool.runUntilStalled();
        assertThat(future.polls).isEqualTo(2); // once more at once, so that the clean-up has a waker
        assertThat(handle.isDone()).isFalse();
        handle.cancel();
        pool.runUntilStalled();
        assertThat(future.cancels).isEqualTo(1);
        future.gate.open();
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void whatACleanUpEndsWithIsIgnored() {
        Slow future = new Slow(new IllegalStateException("in the clean-up"));
        JoinHandle<String> handle = pool.spawn(future);
        pool.runUntilStalled();
        handle.cancel();
        future.gate.open();
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isTrue();
    }

    /** Behaviour 15. */
    @Test
    void throwingCancelFailsTheTask() {
        IllegalStateException failure = new IllegalStateException("cancel");
        JoinHandle<Void> handle = pool.spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(Context cx) {
                return Poll.pending();
            }

            @Override
            public boolean cancel() {
                throw failure;
            }
        });
        pool.runUntilStalled();
        handle.cancel();
        pool.runUntilStalled();
        assertThat(handle.isDone()).isTrue();
        assertThat(handle.isCancelled()).isFalse();
        assertThatThrownBy(() -> pool.runUntil(handle.join())).isSameAs(failure);
    }

    @Test
    void eachJoinerOfACancelledTaskGetsAnExceptionOfItsOwn() {
        JoinHandle<Void> handle = pool.spawn(new Gate());
        handle.cancel();
        pool.runUntilStalled();
        assertThat(failureOf(handle)).isInstanceOf(CancellationException.class).isNotSameAs(failureOf(handle));
    }

    // ------------------------------------------------------------------ joining

    @Test
    void everyJoinerGetsTheSameOutcome() {
        Gate gate = new Gate();
        JoinHandle<String> handle = pool.spawn(gate.map(nothing -> "value"));
        List<JoinHandle<String>> joiners = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            joiners.add(pool.spawn(handle.join()));
        }
        pool.runUntilStalled();
        assertThat(joiners).noneMatch(JoinHandle::isDone);
        gate.open();
        pool.runUntilStalled();
        assertThat(joiners).allMatch(JoinHandle::isDone);
        assertThat(pool.runUntil(joiners.get(999).join())).isEqualTo("value");
    }

    /** Adversarial case 103. */
    @Test
    void thousandJoinersOfAFailureAddNothingToIt() {
        IllegalStateException failure = new IllegalStateException("once");
        JoinHandle<Object> handle = pool.spawn(Futures.failed(failure));
        for (int i = 0; i < 1000; i++) {
            assertThat(failureOf(handle)).isSameAs(failure);
        }
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void joinersAreWokenInTheOrderInWhichTheyCame() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        pool.runUntilStalled();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int number = i;
            poll(handle.join(), () -> order.add(number));
        }
        gate.open();
        pool.runUntilStalled();
        assertThat(order).containsExactly(0, 1, 2, 3);
    }

    /** Behaviour 17. */
    @Test
    void secondPollOfAJoinReplacesItsWaker() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        Future<Void> join = handle.join();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        poll(join, first::incrementAndGet);
        poll(join, second::incrementAndGet);
        pool.runUntilStalled();
        gate.open();
        pool.runUntilStalled();
        assertThat(first).hasValue(0);
        assertThat(second).hasValue(1);
        assertThat(poll(join, () -> {}).isReady()).isTrue();
        assertThatThrownBy(() -> poll(join, () -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void cancelledJoinLeavesTheTaskAloneAndNothingBehind() {
        Gate gate = new Gate();
        Task<Void> handle = (Task<Void>) pool.spawn(gate);
        AtomicInteger wakes = new AtomicInteger();
        for (int i = 0; i < 1_000_000; i++) {
            Future<Void> join = handle.join();
            poll(join, wakes::incrementAndGet);
            join.cancel();
        }
        assertThat(handle.joining()).isZero();
        pool.runUntilStalled();
        gate.open();
        pool.runUntilStalled();
        assertThat(handle.isDone()).isTrue();
        assertThat(wakes).hasValue(0);
    }

    @Test
    void joinersCanLeaveFromTheMiddle() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        List<Integer> woken = new ArrayList<>();
        List<Future<Void>> joins = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            joins.add(handle.join());
            poll(joins.get(i), () -> woken.add(number));
        }
        for (int left : new int[] {2, 0, 4}) {
            joins.get(left).cancel();
        }
        pool.runUntilStalled();
        gate.open();
        pool.runUntilStalled();
        assertThat(woken).containsExactly(1, 3);
    }

    @Test
    void joinerWhoseWakerThrowsDoesNotKeepOthersWaiting() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        AtomicInteger wakes = new AtomicInteger();
        poll(handle.join(), () -> {
            throw new IllegalStateException("a waker must not throw");
        });
        poll(handle.join(), wakes::incrementAndGet);
        pool.runUntilStalled();
        gate.open();
        pool.runUntilStalled();
        assertThat(wakes).hasValue(1);
    }

    // ------------------------------------------------------------------ stages

    @Test
    void stageCompletesAsTheTaskDoes() {
        IllegalStateException failure = new IllegalStateException("why");
        CompletableFuture<Integer> value = pool.spawn(Futures.ready(7)).toCompletableFuture();
        CompletableFuture<Object> failed = pool.spawn(Futures.failed(failure)).toCompletableFuture();
        JoinHandle<Void> handle = pool.spawn(new Gate());
        CompletableFuture<Void> cancelled = handle.toCompletableFuture();
        handle.cancel();
        assertThat(value).isNotDone();
        pool.runUntilStalled();
        assertThat(value).isCompletedWithValue(7);
        assertThatThrownBy(failed::join).isInstanceOf(CompletionException.class).hasCause(failure);
        assertThat(cancelled).isCancelled();
        assertThat(handle.toCompletableFuture()).isCancelled();
    }

    @Test
    void cancellingAStageCancelsTheTask() {
        Gate gate = new Gate();
        JoinHandle<Void> handle = pool.spawn(gate);
        pool.runUntilStalled();
        assertThat(handle.toCompletableFuture().cancel(true)).isTrue();
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(gate.cancels).isEqualTo(1);
    }

    // ------------------------------------------------------------------ odds and ends

    @Test
    void idsAreUniqueAndShownByToString() {
        JoinHandle<Void> one = pool.spawn(new Gate());
        JoinHandle<Void> other = Spawner.inline().spawn(new Gate());
        assertThat(one.id()).isNotEqualTo(other.id());
        assertThat(one.toString()).contains("Task[" + one.id(), "LocalPool", "queued");
        assertThat(other.toString()).contains("waiting");
    }

    @Test
    void taskOfAPoolRefusesToBeRunByOthers() {
        Gate gate = new Gate();
        Runnable task = (Runnable) pool.spawn(gate);
        assertThatThrownBy(task::run).isInstanceOf(IllegalStateException.class);
        assertThat(gate.polls).isZero();
    }

    /** Adversarial case 62. */
    @Test
    void endedTaskKeepsNeitherItsFutureNorItsServices() {
        Services.Key<Object> key = new Services.Key<>("baggage");
        Object baggage = new Object();
        Gate gate = new Gate();
        WeakReference<Object> service = new WeakReference<>(baggage);
        WeakReference<Object> future = new WeakReference<>(gate);
        JoinHandle<Void> handle = pool.spawn(gate, Services.NONE.with(key, baggage));
        gate.open();
        pool.runUntilStalled();
        Waker leaked = gate.waker;
        baggage = null;
        gate = null;
        Garbage.awaitCollected(service, future);
        assertThat(leaked).isSameAs(handle);
    }

    // ------------------------------------------------------------------ combinations

    /** When a task of the table is cancelled. */
    enum CancelAt {
        NEVER,
        QUEUED,
        WAITING,
        DURING_THE_POLL,
        ENDED
    }

    /** How its future would end if it were let. */
    enum Ending {
        VALUE,
        THROWS,
        NEVER,
        THROWS_IN_CANCEL,
        SUSPENDED_CLEAN_UP
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> combinations() {
        return Stream.of(CancelAt.values())
                .flatMap(cancel -> Stream.of(Ending.values())
                        .flatMap(ending -> Stream.of(true, false)
                                .map(joined ->
                                        org.junit.jupiter.params.provider.Arguments.of(cancel, ending, joined))));
    }

    private static final Services.Key<Object> BAGGAGE = new Services.Key<>("baggage");

    /**
     * After tokio's task_combinations: whatever happens, the future is let go of exactly once, every joiner is told,
     * and the task keeps no services.
     */
    @ParameterizedTest
    @MethodSource("combinations")
    void everyTaskEndsOnceAndTellsItsJoiners(CancelAt cancel, Ending ending, boolean joined) {
        Scripted future = new Scripted(ending);
        JoinHandle<String> handle = pool.spawn(future, Services.NONE.with(BAGGAGE, future));
        TaskWithServices<?> task = (TaskWithServices<?>) handle;
        assertThat(task.services().get(BAGGAGE)).isSameAs(future);
        future.duringPoll = cancel == CancelAt.DURING_THE_POLL ? handle::cancel : () -> {};
        AtomicInteger told = new AtomicInteger();
        if (joined) {
            poll(handle.join(), told::incrementAndGet);
        }
        if (cancel == CancelAt.QUEUED) {
            handle.cancel();
        }
        pool.runUntilStalled();
        if (cancel == CancelAt.WAITING) {
            handle.cancel();
            pool.runUntilStalled();
        }
        future.gate.open();
        pool.runUntilStalled();
        if (cancel == CancelAt.ENDED) {
            handle.cancel();
            pool.runUntilStalled();
        }
        boolean cancelCame = cancel != CancelAt.NEVER && cancel != CancelAt.ENDED;
        boolean ends = ending != Ending.NEVER || cancelCame;
        if (!ends) {
            assertThat(handle.isDone()).isEqualTo(cancel == CancelAt.ENDED); // "ended" cancels one that never would
            return;
        }
        assertThat(handle.isDone()).isTrue();
        assertThat(told).hasValue(joined ? 1 : 0);
        assertThat(future.lettingsGo).isEqualTo(1);
        assertThat(task.services()).as("services after the end").isSameAs(Services.NONE);
        if (!cancelCame) {
            assertThat(handle.isCancelled()).isFalse();
        } else if (ending == Ending.THROWS_IN_CANCEL) {
            assertThat(failureOf(handle)).isSameAs(future.failure);
        } else {
            assertThat(handle.isCancelled()).isTrue();
        }
    }

    /** Pending until its gate opens, then ends as it is told to; counts how often it was ended or cancelled. */
    private static final class Scripted implements Future<String> {

        final Gate gate = new Gate();
        final IllegalStateException failure = new IllegalStateException("scripted");
        private final Ending ending;
        Runnable duringPoll = () -> {};
        int lettingsGo;
        private boolean cleaning;

        Scripted(Ending ending) {
            this.ending = ending;
        }

        @Override
        public Poll<String> poll(Context cx) {
            boolean open = gate.poll(cx).isReady();
            duringPoll.run();
            if (!open || ending == Ending.NEVER) {
                return Poll.pending();
            }
            if (!cleaning) {
                lettingsGo++;
            }
            if (ending == Ending.THROWS) {
                throw failure;
            }
            return Poll.ready("value");
        }

        @Override
        public boolean cancel() {
            lettingsGo++;
            if (ending == Ending.THROWS_IN_CANCEL) {
                throw failure;
            }
            cleaning = ending == Ending.SUSPENDED_CLEAN_UP;
            return !cleaning;
        }
    }

    /** Cancels the task that it is, then answers. */
    private static final class Canceller implements Future<String> {

        private final JoinHandle<?>[] self;
        private final Poll<String> answer;
        int cancels;

        Canceller(JoinHandle<?>[] self, Poll<String> answer) {
            this.self = self;
            this.answer = answer;
        }

        @Override
        public Poll<String> poll(Context cx) {
            self[0].cancel();
            return answer;
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }
    }

    /** Its clean-up waits for a gate. */
    private static final class Slow implements Future<String> {

        final Gate gate = new Gate();
        private final @Nullable Throwable end;
        int polls;
        int cancels;

        Slow(@Nullable Throwable end) {
            this.end = end;
        }

        @Override
        public Poll<String> poll(Context cx) {
            polls++;
            if (gate.poll(cx).isPending()) {
                return Poll.pending();
            }
            if (end != null) {
                throw Failures.rethrow(end);
            }
            return Poll.ready("ignored");
        }

        @Override
        public boolean cancel() {
            cancels++;
            return false;
        }
    }

    private static <T> Poll<T> poll(Future<T> future, Waker waker) {
        return future.poll(new Context(waker, Services.NONE));
    }

    private @Nullable Throwable failureOf(JoinHandle<?> handle) {
        try {
            pool.runUntil(handle.join());
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }
}
