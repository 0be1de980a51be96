package pollux.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.Gate;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Reports;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** Scopes that their children do not outlive. */
@Timeout(value = 120)
class TaskScopeTest {

    private final LocalPool pool = new LocalPool();

    @AfterEach
    void close() {
        pool.close();
    }

    /** Spawns a scope and lets it go as far as it comes. */
    private <T> JoinHandle<T> started(Future<T> scope) {
        JoinHandle<T> handle = pool.spawn(scope);
        pool.runUntilStalled();
        return handle;
    }

    private void assertFails(JoinHandle<?> scope, Throwable failure) {
        assertThatThrownBy(() -> pool.runUntil(scope.join())).isSameAs(failure);
    }

    @Test
    void scopeIsLazyAndEndsWithItsBody() {
        AtomicInteger calls = new AtomicInteger();
        Future<Integer> scope = TaskScope.scoped(s -> {
            calls.incrementAndGet();
            return Futures.ready(7);
        });
        assertThat(calls).hasValue(0);
        assertThat(pool.runUntil(scope)).isEqualTo(7);
        assertThat(calls).hasValue(1);
    }

    @Test
    void bodyAwaitsItsChildren() {
        Future<Integer> scope = TaskScope.scoped(s -> {
            JoinHandle<Integer> one = s.fork(Futures.ready(20));
            JoinHandle<Integer> other = s.fork(Futures.ready(22));
            return one.join().then(a -> other.join().map(b -> a + b));
        });
        assertThat(pool.runUntil(scope)).isEqualTo(42);
    }

    @Test
    void scopeWaitsForAChildThatItsBodyForgot() {
        Gate child = new Gate();
        JoinHandle<Integer> scope = started(TaskScope.scoped(s -> {
            s.fork(child);
            return Futures.ready(7);
        }));
        assertThat(scope.isDone()).isFalse();
        child.open();
        pool.runUntilStalled();
        assertThat(scope.isDone()).isTrue();
    }

    @Test
    void failureOfAChildCancelsItsSiblingsAndTheBodyAndFailsTheScope() {
        IllegalStateException failure = new IllegalStateException("child");
        Gate sibling = new Gate();
        Gate body = new Gate();
        JoinHandle<Void> scope = started(TaskScope.scoped(s -> {
            s.fork(sibling);
            s.fork(Futures.failed(failure));
            return body;
        }));
        assertThat(sibling.cancels).isEqualTo(1);
        assertThat(body.cancels).isEqualTo(1);
        assertFails(scope, failure);
    }

    @Test
    void failureOfTheBodyCancelsTheChildren() {
        IllegalStateException failure = new IllegalStateException("body");
        Gate child = new Gate();
        JoinHandle<Void> scope = started(TaskScope.scoped(s -> {
            s.fork(child);
            return Futures.failed(failure);
        }));
        assertThat(child.cancels).isEqualTo(1);
        assertFails(scope, failure);
    }

    @Test
    void throwingBodyFunctionAndNullBodyFailTheScope() {
        IllegalStateException failure = new IllegalStateException("function");
        Gate child = new Gate();
        JoinHandle<Void> scope = started(TaskScope.scoped(s -> {
            s.fork(child);
            throw failure;
        }));
        assertThat(child.cancels).isEqualTo(1);
        assertFails(scope, failure);
        assertThatThrownBy(() -> pool.runUntil(TaskScope.<Void>scoped(s -> null)))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void scopeWaitsForSuspendedCleanUpsBeforeItFails() {
        IllegalStateException failure = new IllegalStateException("child");
        SlowCleanUp sibling = new SlowCleanUp();
        SlowCleanUp body = new SlowCleanUp();
        JoinHandle<Void> scope = started(TaskScope.scoped(s -> {
            s.fork(sibling);
            s.fork(Futures.failed(failure));
            return body;
        }));
        assertThat(scope.isDone()).isFalse();
        sibling.finish();
        pool.runUntilStalled();
        assertThat(scope.isDone()).isFalse();
        body.finish();
        pool.runUntilStalled();
        assertFails(scope, failure);
    }

    @Test
    void cancelledScopeCancelsEverythingAndWaits() {
        SlowCleanUp child = new SlowCleanUp();
        Gate body = new Gate();
        JoinHandle<Void> scope = started(TaskScope.scoped(s -> {
            s.fork(child);
            return body;
        }));
        scope.cancel();
        pool.runUntilStalled();
        assertThat(body.cancels).isEqualTo(1);
        assertThat(scope.isDone()).isFalse();
        child.finish();
        pool.runUntilStalled();
        assertThat(scope.isCancelled()).isTrue();
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void scopeCancelledBeforeItsFirstPollNeverCallsItsBody() {
        Future<Void> scope = TaskScope.scoped(pool, s -> {
            throw new AssertionError("called");
        });
        assertThat(scope.cancel()).isTrue();
    }

    @Test
    void cancelledChildIsNoFailure() {
        Gate child = new Gate();
        Future<Integer> scope = TaskScope.scoped(s -> {
            JoinHandle<Void> handle = s.fork(child);
            handle.cancel();
            return handle.join().map(nothing -> 0).recover(cancelled -> Futures.ready(7));
        });
        assertThat(pool.runUntil(scope)).isEqualTo(7);
    }

    @Test
    void bodyMayCancelTheChildrenAndGoOn() {
        Gate child = new Gate();
        Gate body = new Gate();
        JoinHandle<Integer> scope = started(TaskScope.scoped(s -> {
            s.fork(child);
            s.cancelChildren();
            return body.map(nothing -> 7);
        }));
        assertThat(scope.isDone()).isFalse();
        body.open();
        assertThat(pool.runUntil(scope.join())).isEqualTo(7);
        assertThat(child.cancels + (child.polls == 0 ? 1 : 0)).isPositive();
    }

    @Test
    void forkAfterTheEndGivesACancelledHandle() {
        AtomicReference<TaskScope> leaked = new AtomicReference<>();
        pool.runUntil(TaskScope.<Void>scoped(s -> {
            leaked.set(s);
            return Futures.ready(null);
        }));
        Gate late = new Gate();
        assertThat(leaked.get().fork(late).isCancelled()).isTrue();
        assertThat(leaked.get().forkBlocking(() -> 7).isCancelled()).isTrue();
        assertThat(late.polls).isZero();
        assertThat(late.cancels).isEqualTo(1);
    }

    @Test
    void childrenForkedWhileTheScopeFailsAreCancelled() {
        IllegalStateException failure = new IllegalStateException("first");
        Gate grandchild = new Gate();
        AtomicReference<TaskScope> scopes = new AtomicReference<>();
        SlowCleanUp body = new SlowCleanUp();
        JoinHandle<Void> scope = started(TaskScope.scoped(s -> {
            scopes.set(s);
            s.fork(Futures.failed(failure));
            return body;
        }));
        scopes.get().fork(grandchild);
        pool.runUntilStalled();
        assertThat(grandchild.cancels).isEqualTo(1);
        body.finish();
        assertFails(scope, failure);
    }

    @Test
    void childrenFindTheServicesAroundTheScope() {
        Services.Key<String> key = new Services.Key<>("key");
        JoinHandle<String> scope = pool.spawn(
                TaskScope.scoped(
                        s -> s.<String>fork(cx -> Poll.ready(cx.get(key))).join()),
                Services.NONE.with(key, "value"));
        pool.runUntilStalled();
        assertThat(pool.runUntil(scope.join())).isEqualTo("value");
    }

    @Test
    void scopeWithoutASpawnerSaysSo() {
        assertThatThrownBy(() -> BlockOn.blockOn(TaskScope.scoped(s -> Futures.ready(7))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scoped(spawner, body)");
        Integer value = BlockOn.blockOn(
                TaskScope.scoped(Spawner.inline(), s -> s.fork(Futures.ready(7)).join()));
        assertThat(value).isEqualTo(7);
    }

    /** Adversarial case 88: 100,000 children that end one by one cost as many polls, not their square. */
    @Test
    void hundredThousandChildrenStayLinear() {
        int children = 100_000;
        List<Gate> gates = new ArrayList<>();
        AtomicInteger bodyPolls = new AtomicInteger();
        JoinHandle<Integer> scope = pool.spawn(TaskScope.scoped(s -> {
            for (int i = 0; i < children; i++) {
                Gate gate = new Gate();
                gates.add(gate);
                s.fork(gate);
            }
            return cx -> Poll.ready(bodyPolls.incrementAndGet());
        }));
        long polls = pool.runUntilStalled();
        for (Gate gate : gates) {
            gate.open();
            polls += pool.runUntilStalled();
        }
        assertThat(scope.isDone()).isTrue();
        assertThat(bodyPolls).hasValue(1);
        assertThat(polls).isLessThan(5L * children);
    }

    // ------------------------------------------------------------------ supervision, deadlines, other spawners

    @Test
    void supervisedChildrenFailOnTheirOwn() {
        IllegalStateException failure = new IllegalStateException("child");
        Gate sibling = new Gate();
        JoinHandle<String> scope = started(TaskScope.supervised(s -> {
            s.fork(sibling);
            JoinHandle<String> failing = s.fork(Futures.failed(failure));
            return failing.join().recover(thrown -> Futures.ready(thrown.getMessage()));
        }));
        assertThat(scope.isDone()).isFalse();
        sibling.open();
        assertThat(pool.runUntil(scope.join())).isEqualTo("child");
        assertThat(Reports.of(failure)).isZero();
    }

    @Test
    void failureOfASupervisedChildThatNobodyAsksForIsReported() {
        IllegalStateException failure = new IllegalStateException("unseen");
        Future<Integer> scope = TaskScope.supervised(pool, s -> {
            s.fork(Futures.failed(failure));
            return Futures.ready(7);
        });
        assertThat(pool.runUntil(scope)).isEqualTo(7);
        pool.close();
        assertThat(Reports.of(failure)).isEqualTo(1);
    }

    @Test
    void failureOfTheBodyCancelsSupervisedChildrenToo() {
        IllegalStateException failure = new IllegalStateException("body");
        Gate child = new Gate();
        JoinHandle<Void> scope = pool.spawn(TaskScope.supervised(s -> {
            s.fork(child);
            return Futures.failed(failure);
        }));
        assertFails(scope, failure);
        assertThat(child.cancels).isEqualTo(1);
    }

    @Test
    void deadlineCancelsTheScopeAndWaitsForIt() {
        ManualTime time = new ManualTime();
        try (LocalPool clocked = new LocalPool(time)) {
            SlowCleanUp child = new SlowCleanUp();
            JoinHandle<Void> scope = clocked.spawn(Timers.timeout(
                    Duration.ofSeconds(1), TaskScope.scoped(s -> s.fork(child).join())));
            clocked.runUntilStalled();
            time.advance(Duration.ofSeconds(1));
            clocked.runUntilStalled();
            assertThat(scope.isDone()).isFalse();
            child.finish();
            assertThatThrownBy(() -> clocked.runUntil(scope.join())).isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void whatIsSpawnedOnItsSpawnerIsForkedInIt() {
        Services.Key<String> outer = new Services.Key<>("outer");
        Services.Key<String> inner = new Services.Key<>("inner");
        List<String> found = new ArrayList<>();
        Gate child = new Gate();
        AtomicReference<Spawner> leaked = new AtomicReference<>();
        JoinHandle<Integer> scope = pool.spawn(
                TaskScope.scoped(s -> {
                    leaked.set(s.spawner());
                    assertThat(s.spawner()).isSameAs(s.spawner());
                    assertThat(s.spawner().timers()).isSameAs(pool.timers());
                    s.spawner()
                            .spawn(
                                    cx -> {
                                        found.add(cx.get(outer));
                                        found.add(cx.get(inner));
                                        return Poll.ready(null);
                                    },
                                    Services.NONE.with(inner, "inner"));
                    s.spawner().spawn(child);
                    return Futures.ready(7);
                }),
                Services.NONE.with(outer, "outer"));
        pool.runUntilStalled();
        assertThat(found).containsExactly("outer", "inner");
        assertThat(scope.isDone()).isFalse();
        child.open();
        pool.runUntilStalled();
        assertThat(scope.isDone()).isTrue();
        assertThat(leaked.get().spawn(new Gate()).isCancelled()).isTrue();
        assertThat(leaked.get().toString()).contains("TaskScope", "ended");
    }

    @Test
    void scopeOnAPoolEndsAfterItsChildren() {
        try (TaskPool workers = TaskPool.builder().workers(2).build()) {
            for (int round = 0; round < 500; round++) {
                List<JoinHandle<?>> children = new ArrayList<>();
                Future<Void> scope = TaskScope.scoped(s -> {
                    for (int i = 0; i < 10; i++) {
                        children.add(s.fork(Futures.yieldNow()));
                    }
                    return Futures.ready(null);
                });
                BlockOn.blockOn(workers.spawn(scope).join());
                assertThat(children).hasSize(10).allMatch(JoinHandle::isDone);
            }
        }
    }

    /** Its clean-up is suspended until {@link #finish}. */
    private static final class SlowCleanUp implements Future<Void> {

        private final Gate gate = new Gate();
        private boolean cancelled;

        void finish() {
            gate.open();
        }

        @Override
        public Poll<Void> poll(Context cx) {
            Poll<Void> answer = gate.poll(cx);
            if (cancelled && answer.isReady()) {
                throw new CancellationException();
            }
            return answer;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return false;
        }
    }
}
