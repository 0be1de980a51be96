package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.DropHook;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.sync.Promise;

/**
 * A task that both a {@link JoinSet} and a {@link TaskScope} own: its failure is delivered or reported, once in all,
 * whichever way it fails.
 */
@Timeout(180)
class SetInScopeTest {

    /** What the body of a scope does with a set of two tasks; the promise decides a race. */
    private enum Body {
        JOIN_ALL((set, decision) -> set.joinAll().map(String::valueOf)),
        FIRST_SUCCESS((set, decision) -> set.firstSuccess()),
        ALL_ENDED((set, decision) -> set.allEnded().map(String::valueOf)),
        SHUTDOWN((set, decision) -> decision.then(x -> set.shutdown()).map(x -> "shut down")),
        CLOSE((set, decision) -> decision.map(x -> {
            set.close();
            return x;
        })),
        RACE((set, decision) -> Futures.race(decision, set.firstSuccess())),
        RACE_OF_ALL((set, decision) -> Futures.race(decision, set.joinAll().map(String::valueOf))),
        ONE_BY_ONE((set, decision) -> set.joinNext().then(JoinHandle::join)),
        RECOVERED((set, decision) -> set.joinAll().map(String::valueOf).recover(e -> Futures.ready("recovered")));

        final BiFunction<JoinSet<String>, Future<String>, Future<String>> future;

        Body(BiFunction<JoinSet<String>, Future<String>, Future<String>> future) {
            this.future = future;
        }
    }

    /** How a task of the set fails. */
    private enum Way {
        ITS_CANCEL_THROWS,
        ITS_CLEAN_UP_FAILS,
        IT_FAILS,
        BOTH_FAIL
    }

    /** What happens to the scope. */
    private enum Event {
        CANCEL,
        DECISION,
        NOTHING
    }

    static Stream<Arguments> rows() {
        List<Arguments> rows = new ArrayList<>();
        for (Body body : Body.values()) {
            for (Way way : Way.values()) {
                for (Event event : Event.values()) {
                    for (Place place : Place.values()) {
                        rows.add(Arguments.of(body, way, event, place));
                    }
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, {3}")
    @MethodSource("rows")
    void inAScope(Body body, Way way, Event event, Place place) {
        try (Trial trial = new Trial(way, place)) {
            trial.run(TaskScope.scoped(trial.running.spawner(), scope -> trial.body(scope, body)), event);
            assertThat(trial.timesHeard()).containsOnly(1L);
        }
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, {3}")
    @MethodSource("rows")
    void inASupervisor(Body body, Way way, Event event, Place place) {
        try (Trial trial = new Trial(way, place)) {
            trial.run(TaskScope.supervised(trial.running.spawner(), scope -> trial.body(scope, body)), event);
            if (body == Body.JOIN_ALL || body == Body.RACE_OF_ALL) {
                assertThat(trial.timesHeard()).containsOnly(1L);
            } else {
                assertThat(trial.timesHeard())
                        .as("the handles in the set tell it")
                        .doesNotContain(2L);
            }
        }
    }

    private static final class Trial implements AutoCloseable {

        final Place.Running running;
        private final List<Fails> tasks = List.of(new Fails(), new Fails());
        private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
        private final Promise<String> decision = new Promise<>();
        private final Way way;
        private @Nullable JoinHandle<String> scope;

        Trial(Way way, Place place) {
            this.way = way;
            this.running = place.open();
            tasks.get(0).way = way;
            tasks.get(1).way = way == Way.IT_FAILS ? Way.ITS_CLEAN_UP_FAILS : way;
        }

        Future<String> body(TaskScope scope, Body body) {
            JoinSet<String> set = new JoinSet<>(scope.spawner());
            tasks.forEach(set::spawn);
            return body.future.apply(set, decision.future());
        }

        void run(Future<String> future, Event event) {
            DropHook hook = new DropHook() {
                @Override
                public void droppedError(Throwable error) {
                    dropped.add(error);
                }

                @Override
                public void droppedValue(Object value) {}
            };
            scope = running.spawner().spawn(future, Services.NONE.with(DropHook.KEY, hook));
            running.settle();
            if (way == Way.IT_FAILS || way == Way.BOTH_FAIL) {
                tasks.forEach(Fails::failNow);
                running.settle();
            }
            if (event == Event.DECISION) {
                decision.complete("decided");
            } else if (event == Event.CANCEL) {
                scope.cancel();
            }
            running.settle();
            if (!scope.isDone()) {
                scope.cancel();
            }
            for (int i = 0; i < 3; i++) {
                running.settle();
            }
        }

        /** How often the failure of each task that failed was delivered, or reported to the hook or the log. */
        List<Long> timesHeard() {
            Throwable delivered = null;
            try {
                BlockOn.blockOn(scope.join());
            } catch (Throwable failure) {
                delivered = failure;
            }
            List<Long> heard = new ArrayList<>();
            for (Fails task : tasks) {
                if (task.thrown) {
                    heard.add(dropped.stream().filter(e -> e == task.failure).count()
                            + Reports.of(task.failure)
                            + (delivered == task.failure ? 1 : 0));
                }
            }
            return heard;
        }

        @Override
        public void close() {
            running.close();
        }
    }

    /** A task that fails in the way that it is told. */
    private static final class Fails implements Future<String> {

        final RuntimeException failure = new IllegalStateException("of this test");
        volatile Way way = Way.IT_FAILS;
        volatile boolean thrown;
        private volatile boolean failsNow;
        private volatile boolean cancelled;
        private volatile @Nullable Waker waker;

        void failNow() {
            failsNow = way == Way.IT_FAILS || way == Way.BOTH_FAIL;
            Waker waiting = waker;
            if (failsNow && waiting != null) {
                waiting.wake();
            }
        }

        @Override
        public Poll<String> poll(Context cx) {
            waker = cx.waker();
            if (failsNow || cancelled && way == Way.ITS_CLEAN_UP_FAILS) {
                thrown = true;
                throw failure;
            }
            if (cancelled) {
                return Poll.ready("cleaned up");
            }
            return Poll.pending();
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            if (way == Way.ITS_CANCEL_THROWS) {
                thrown = true;
                throw failure;
            }
            return false;
        }
    }
}
