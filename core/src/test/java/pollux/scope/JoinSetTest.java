package pollux.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.Gate;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Reports;
import pollux.executor.Spawner;
import pollux.executor.UnhandledFailure;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** Tasks whose ends are taken one by one. */
@Timeout(value = 120)
class JoinSetTest {

    private final ManualTime time = new ManualTime();
    private final LocalPool pool = new LocalPool(time, UnhandledFailure.LOG);
    private final JoinSet<Integer> set = new JoinSet<>(pool);
    private final List<Gate> gates = new ArrayList<>();

    @AfterEach
    void close() {
        pool.close();
    }

    /** Spawns tasks that end with their number when their gate opens. */
    private List<JoinHandle<Integer>> spawn(int count) {
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            gates.add(new Gate());
            handles.add(set.spawn(gates.get(i).map(nothing -> number)));
        }
        pool.runUntilStalled();
        return handles;
    }

    private @Nullable Integer next() {
        JoinHandle<Integer> ended = pool.runUntil(set.joinNext());
        return ended == null ? null : pool.runUntil(ended.join());
    }

    // ------------------------------------------------------------------ one by one

    @Test
    void tasksAreTakenInTheOrderInWhichTheyEnd() {
        spawn(3);
        for (int number : new int[] {1, 2, 0}) {
            gates.get(number).open();
            assertThat(next()).isEqualTo(number);
        }
        assertThat(next()).isNull();
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void theHandleTakenIsTheOneThatSpawnGave() {
        JoinHandle<Integer> handle = set.spawn(Futures.ready(7));
        assertThat(pool.runUntil(set.joinNext())).isSameAs(handle);
        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void failuresAndCancellationsAreEndsLikeOthers() {
        IllegalStateException failure = new IllegalStateException("child");
        JoinHandle<Integer> failed = set.spawn(Futures.failed(failure));
        assertThat(pool.runUntil(set.joinNext())).isSameAs(failed);
        assertThatThrownBy(() -> pool.runUntil(failed.join())).isSameAs(failure);
        JoinHandle<Integer> cancelled = set.spawn(Futures.pending());
        cancelled.cancel();
        assertThat(pool.runUntil(set.joinNext())).isSameAs(cancelled);
        assertThat(cancelled.isCancelled()).isTrue();
    }

    @Test
    void tryingTakesWhatHasEndedAndDoesNotWait() {
        assertThat(set.tryJoinNext()).isNull();
        List<JoinHandle<Integer>> handles = spawn(2);
        assertThat(set.tryJoinNext()).isNull();
        gates.get(1).open();
        pool.runUntilStalled();
        assertThat(set.tryJoinNext()).isSameAs(handles.get(1));
        assertThat(set.tryJoinNext()).isNull();
        assertThat(set.size()).isEqualTo(1);
    }

    @Test
    void whoTriedInBetweenIsStillWoken() {
        spawn(1);
        JoinHandle<@Nullable JoinHandle<Integer>> waiting = pool.spawn(set.joinNext());
        pool.runUntilStalled();
        gates.get(0).open();
        pool.runUntilStalled();
        assertThat(waiting.isDone()).isTrue();
    }

    @Test
    void aWaitThatIsGivenUpLosesNothing() {
        spawn(1);
        Future<@Nullable JoinHandle<Integer>> wait = set.joinNext();
        assertThat(poll(wait).isPending()).isTrue();
        gates.get(0).open();
        pool.runUntilStalled();
        assertThat(wait.cancel()).isTrue();
        assertThat(next()).isZero();
    }

    @Test
    void tasksMayBeAddedInBetween() {
        set.spawn(Futures.ready(1));
        assertThat(next()).isEqualTo(1);
        assertThat(next()).isNull();
        set.spawnBlocking(() -> 2);
        assertThat(next()).isEqualTo(2);
        JoinHandle<Integer> found = set.spawn(cx -> Poll.ready(cx.get(NUMBER)), Services.NONE.with(NUMBER, 3));
        assertThat(pool.runUntil(set.joinNext())).isSameAs(found);
        assertThat(pool.runUntil(found.join())).isEqualTo(3);
    }

    private static final Services.Key<Integer> NUMBER = new Services.Key<>("number");

    /** Adversarial case 89. */
    @Test
    void aSetThatAlwaysHasSomethingMeetsPendingWithinTheBudget() {
        JoinSet<Integer> ready = new JoinSet<>(Spawner.inline());
        for (int i = 0; i < 1000; i++) {
            ready.spawn(Futures.ready(i));
        }
        int[] wakes = {0};
        Context cx = new Context(() -> wakes[0]++, Services.NONE);
        int taken = 0;
        while (ready.joinNext().poll(cx).isReady()) {
            taken++;
        }
        assertThat(taken).isEqualTo(Context.BUDGET);
        assertThat(wakes[0]).isEqualTo(1);
        assertThat(ready.size()).isEqualTo(1000 - taken);
    }

    /** Adversarial case 88. */
    @Test
    void hundredThousandTasksThatEndOneByOneStayLinear() {
        int children = 100_000;
        spawn(children);
        JoinHandle<Integer> taker = pool.spawn(new Future<Integer>() {
            private int taken;
            private Future<@Nullable JoinHandle<Integer>> next = set.joinNext();

            @Override
            public Poll<Integer> poll(Context cx) {
                for (Poll<@Nullable JoinHandle<Integer>> answer = next.poll(cx); ; answer = next.poll(cx)) {
                    if (answer.isPending()) {
                        return Poll.pending();
                    }
                    if (answer.value() == null) {
                        return Poll.ready(taken);
                    }
                    taken++;
                    next = set.joinNext();
                }
            }
        });
        long polls = 0;
        for (int i = children - 1; i >= 0; i--) {
            gates.get(i).open();
            polls += pool.runUntilStalled();
        }
        assertThat(pool.runUntil(taker.join())).isEqualTo(children);
        assertThat(polls).isLessThan(5L * children);
    }

    // ------------------------------------------------------------------ many at once

    /** Behaviour 49, first part. */
    @Test
    void oddOnesCancelledOfSixteenEightValuesAreLeft() {
        List<JoinHandle<Integer>> handles = spawn(16);
        for (int i = 1; i < 16; i += 2) {
            handles.get(i).cancel();
        }
        gates.forEach(Gate::open);
        List<JoinHandle<Integer>> ended = pool.runUntil(set.allEnded());
        assertThat(ended).containsExactlyInAnyOrderElementsOf(handles);
        assertThat(ended.stream().filter(JoinHandle::isCancelled)).hasSize(8);
        assertThat(set.isEmpty()).isTrue();
    }

    /** Behaviour 49, second part; adversarial case 64: cancelled where the set is closed, detached everywhere else. */
    @Test
    void closingCancelsAllAndLetsNoMoreIn() {
        List<JoinHandle<Integer>> handles = spawn(16);
        set.close();
        assertThat(set.isEmpty()).isTrue();
        pool.runUntilStalled();
        assertThat(handles).allMatch(JoinHandle::isCancelled);
        assertThat(gates).allMatch(gate -> gate.cancels == 1);
        assertThat(set.spawn(new Gate().map(nothing -> 7)).isCancelled()).isTrue();
        assertThat(set.spawnBlocking(() -> 7).isCancelled()).isTrue();
        assertThat(next()).isNull();
        set.close();
    }

    /** Behaviour 49, third part. */
    @Test
    void aFailureCancelsTheOthersAndIsThrownWhenTheyHaveEnded() {
        IllegalStateException failure = new IllegalStateException("child");
        List<JoinHandle<Integer>> handles = spawn(3);
        set.spawn(Futures.failed(failure));
        assertThatThrownBy(() -> pool.runUntil(set.joinAll())).isSameAs(failure);
        assertThat(handles).allMatch(JoinHandle::isCancelled);
        assertThat(set.isEmpty()).isTrue();
    }

    @Test
    void furtherFailuresAreReported() {
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        set.spawn(Futures.failed(first));
        set.spawn(Futures.failed(second));
        pool.runUntilStalled();
        assertThatThrownBy(() -> pool.runUntil(set.joinAll())).isSameAs(first);
        assertThat(Reports.of(first)).isZero();
        assertThat(Reports.of(second)).isEqualTo(1);
    }

    @Test
    void allValuesComeInTheOrderOfTheirEnds() {
        spawn(3);
        JoinHandle<List<Integer>> all = pool.spawn(set.joinAll());
        for (int number : new int[] {2, 0, 1}) {
            pool.runUntilStalled();
            assertThat(all.isDone()).isFalse();
            gates.get(number).open();
        }
        assertThat(pool.runUntil(all.join())).containsExactly(2, 0, 1);
        assertThat(pool.runUntil(set.joinAll())).isEmpty();
    }

    @Test
    void theFirstSuccessCancelsTheOthersAndWaitsForThem() {
        List<JoinHandle<Integer>> handles = spawn(3);
        set.spawn(Futures.failed(new IllegalStateException("no success")));
        SlowCleanUp slow = new SlowCleanUp();
        set.spawn(slow);
        JoinHandle<Integer> first = pool.spawn(set.firstSuccess());
        pool.runUntilStalled();
        assertThat(first.isDone()).isFalse();
        gates.get(1).open();
        pool.runUntilStalled();
        assertThat(first.isDone()).isFalse();
        assertThat(handles).allMatch(JoinHandle::isDone);
        slow.gate.open();
        assertThat(pool.runUntil(first.join())).isEqualTo(1);
    }

    @Test
    void withoutASuccessTheFirstFailureCounts() {
        IllegalStateException failure = new IllegalStateException("first");
        set.spawn(Futures.failed(failure));
        set.spawn(Futures.failed(new IllegalStateException("second")));
        assertThatThrownBy(() -> pool.runUntil(set.firstSuccess())).isSameAs(failure);
        assertThatThrownBy(() -> pool.runUntil(set.firstSuccess())).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void shutdownCancelsAndWaitsAndTheSetCanBeUsedAgain() {
        List<JoinHandle<Integer>> handles = spawn(3);
        SlowCleanUp slow = new SlowCleanUp();
        set.spawn(slow);
        JoinHandle<Void> shutdown = pool.spawn(set.shutdown());
        pool.runUntilStalled();
        assertThat(handles).allMatch(JoinHandle::isCancelled);
        assertThat(shutdown.isDone()).isFalse();
        slow.gate.open();
        pool.runUntilStalled();
        assertThat(shutdown.isDone()).isTrue();
        set.spawn(Futures.ready(7));
        assertThat(next()).isEqualTo(7);
    }

    static List<Function<JoinSet<Integer>, Future<?>>> takers() {
        return List.of(JoinSet::joinAll, JoinSet::firstSuccess, JoinSet::allEnded, JoinSet::shutdown);
    }

    @ParameterizedTest
    @MethodSource("takers")
    void cancellingCancelsAllTasksAndWaits(Function<JoinSet<Integer>, Future<?>> taker) {
        List<JoinHandle<Integer>> handles = spawn(3);
        SlowCleanUp slow = new SlowCleanUp();
        set.spawn(slow);
        JoinHandle<?> taking = pool.spawn(taker.apply(set));
        pool.runUntilStalled();
        taking.cancel();
        pool.runUntilStalled();
        assertThat(handles).allMatch(JoinHandle::isCancelled);
        assertThat(taking.isDone()).isFalse();
        slow.gate.open();
        pool.runUntilStalled();
        assertThat(taking.isCancelled()).isTrue();
        assertThat(set.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("takers")
    void polledAfterItsEndItSaysSo(Function<JoinSet<Integer>, Future<?>> taker) {
        Future<?> taking = taker.apply(set);
        try {
            poll(taking);
        } catch (NoSuchElementException expected) {
            // an empty set has no first success
        }
        assertThatThrownBy(() -> poll(taking))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after its end");
        Future<?> next = set.joinNext();
        poll(next);
        assertThatThrownBy(() -> poll(next)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDeadlineCancelsAllTasks() {
        List<JoinHandle<Integer>> handles = spawn(3);
        JoinHandle<List<Integer>> limited = pool.spawn(Timers.timeout(Duration.ofSeconds(1), set.joinAll()));
        pool.runUntilStalled();
        time.advance(Duration.ofSeconds(1));
        pool.runUntilStalled();
        assertThat(handles).allMatch(JoinHandle::isCancelled);
        assertThatThrownBy(() -> pool.runUntil(limited.join())).isInstanceOf(TimeoutException.class);
    }

    // ------------------------------------------------------------------ letting go

    @Test
    void detachedTasksGoOnAndTheirFailuresAreReported() {
        IllegalStateException failure = new IllegalStateException("after the set let go of it");
        List<JoinHandle<Integer>> handles = spawn(2);
        Gate gate = new Gate();
        set.spawn(gate.then(nothing -> Futures.failed(failure)));
        set.detachAll();
        assertThat(set.isEmpty()).isTrue();
        gates.forEach(Gate::open);
        gate.open();
        pool.runUntilStalled();
        assertThat(handles).allMatch(JoinHandle::isDone).noneMatch(JoinHandle::isCancelled);
        while (Reports.of(failure) == 0) { // a moment later, see UnobservedFailures
            Thread.onSpinWait();
        }
        assertThat(Reports.of(failure)).isEqualTo(1);
    }

    @Test
    void aSetInAScopeStopsAtTheFirstSuccessAndTheScopeGoesOn() {
        Gate slow = new Gate();
        Future<Integer> scope = TaskScope.supervised(s -> {
            JoinSet<Integer> tries = new JoinSet<>(s.spawner());
            tries.spawn(Futures.failed(new IllegalStateException("first try")));
            tries.spawn(Futures.yieldNow().map(nothing -> 7));
            tries.spawn(slow.map(nothing -> 8));
            return tries.firstSuccess();
        });
        assertThat(pool.runUntil(scope)).isEqualTo(7);
        assertThat(slow.cancels).isEqualTo(1);
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void saysHowItIs() {
        spawn(2);
        assertThat(set.toString()).isEqualTo("JoinSet[2 tasks on " + pool + "]");
        assertThat(set.joinNext().toString()).contains("joinNext", "2 tasks");
        assertThat(set.joinAll().toString()).contains("Values", "2 tasks");
        set.close();
        assertThat(set.toString()).contains("0 tasks", "closed");
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> new JoinSet<Integer>(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> set.spawn((Future<Integer>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> set.spawnBlocking(null)).isInstanceOf(NullPointerException.class);
    }

    private static <T> Poll<T> poll(Future<T> future) {
        return future.poll(new Context(Waker.noop(), Services.NONE));
    }

    /** Its clean-up waits for a gate. */
    private static final class SlowCleanUp implements Future<Integer> {

        private final Gate gate = new Gate();

        @Override
        public Poll<Integer> poll(Context cx) {
            return gate.map(nothing -> 7).poll(cx);
        }

        @Override
        public boolean cancel() {
            return false;
        }
    }
}
