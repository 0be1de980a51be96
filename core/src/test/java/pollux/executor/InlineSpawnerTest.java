package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.Gate;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** {@link Spawner#inline()} and {@link Spawner#on}: tasks on the threads of others. */
@Timeout(value = 120)
class InlineSpawnerTest {

    @Test
    void inlineTaskIsPolledBySpawn() {
        JoinHandle<Integer> handle = Spawner.inline().spawn(Futures.ready(7));
        assertThat(handle.isDone()).isTrue();
        assertThat(BlockOn.blockOn(handle.join())).isEqualTo(7);
    }

    @Test
    void inlineTaskIsPolledByWhoeverWakesIt() {
        Gate gate = new Gate();
        JoinHandle<Integer> handle = Spawner.inline().spawn(gate.map(nothing -> 7));
        assertThat(handle.isDone()).isFalse();
        gate.open();
        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void hundredThousandInlineTasksWakeEachOtherWithoutStack() {
        int tasks = 100_000;
        List<Gate> gates = new ArrayList<>();
        for (int i = 0; i <= tasks; i++) {
            gates.add(new Gate());
        }
        List<JoinHandle<?>> handles = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            Gate next = gates.get(i + 1);
            handles.add(Spawner.inline().spawn(gates.get(i).map(nothing -> {
                next.open();
                return null;
            })));
        }
        gates.get(0).open();
        assertThat(handles).allMatch(JoinHandle::isDone);
    }

    @Test
    void taskSpawnedInAPollIsPolledAtOnce() {
        List<String> steps = new ArrayList<>();
        Spawner.inline().spawn(Futures.defer(() -> {
            steps.add("outer begins");
            Spawner.inline().spawn(Futures.defer(() -> {
                steps.add("inner");
                return Futures.ready(null);
            }));
            steps.add("outer ends");
            return Futures.ready(null);
        }));
        assertThat(steps).containsExactly("outer begins", "inner", "outer ends");
    }

    @Test
    void tasksThatSpawnTasksUseBoundedStack() {
        AtomicInteger left = new AtomicInteger(100_000);
        Spawner.inline().spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(pollux.future.Context cx) {
                if (left.decrementAndGet() > 0) {
                    Spawner.inline().spawn(this);
                }
                return Poll.ready(null);
            }
        });
        assertThat(left).hasValue(0);
    }

    /** Adversarial case 71. */
    @Test
    void wakeInsideItsOwnPollIsOneMorePollAndNoNestedOne() {
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger polls = new AtomicInteger();
        JoinHandle<Object> handle = Spawner.inline().spawn(cx -> {
            assertThat(depth.incrementAndGet()).isEqualTo(1);
            boolean last = polls.incrementAndGet() == 3;
            cx.waker().wake();
            cx.waker().wake();
            depth.decrementAndGet();
            return last ? Poll.ready("end") : Poll.pending();
        });
        assertThat(handle.isDone()).isTrue();
        assertThat(polls).hasValue(3);
    }

    /** Adversarial case 100. */
    @Test
    void rejectedSpawnFailsTheTaskAndCancelsTheFuture() {
        RejectedExecutionException refusal = new RejectedExecutionException("full");
        Canary future = new Canary();
        JoinHandle<Void> handle = Spawner.on(task -> {
                    throw refusal;
                })
                .spawn(future);
        assertThat(handle.isDone()).isTrue();
        assertThat(future.polls).isZero();
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isSameAs(refusal);
    }

    @Test
    void rejectedWakeFailsTheTaskAndCancelsTheFuture() {
        ArrayDeque<Runnable> host = new ArrayDeque<>();
        Canary future = new Canary();
        JoinHandle<Void> handle = Spawner.on(task -> {
                    if (future.polls > 0) {
                        throw new RejectedExecutionException("shut down");
                    }
                    host.add(task);
                })
                .spawn(future);
        host.remove().run();
        future.waker.wake();
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join()))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("shut down");
    }

    /** Adversarial case 100. */
    @Test
    void hostThatRunsEverythingTwiceIsHarmless() {
        ArrayDeque<Runnable> host = new ArrayDeque<>();
        Executor twice = task -> {
            host.add(task);
            host.add(task);
        };
        Canary future = new Canary();
        Spawner.on(twice).spawn(future);
        drain(host);
        assertThat(future.polls).isEqualTo(1);
        future.waker.wake();
        drain(host);
        assertThat(future.polls).isEqualTo(2);
    }

    /** Adversarial case 100. */
    @Test
    void hostThatDropsATaskLeavesItToItsCanceller() {
        JoinHandle<Void> handle = Spawner.on(task -> {}).spawn(new Canary());
        handle.cancel();
        assertThat(handle.isDone()).isFalse(); // no thread runs it, and none waits for it
    }

    /** Adversarial case 100. */
    @Test
    void directHostTakesTurnsAsWell() {
        Spawner direct = Spawner.on(Runnable::run);
        AtomicInteger left = new AtomicInteger(100_000);
        direct.spawn(new Future<Void>() {
            @Override
            public Poll<Void> poll(pollux.future.Context cx) {
                if (left.decrementAndGet() > 0) {
                    direct.spawn(this);
                }
                return Poll.ready(null);
            }
        });
        assertThat(left).hasValue(0);
    }

    @Test
    void taskFindsItsSpawnerAndWhatItWasGiven() {
        Services.Key<String> key = new Services.Key<>("key");
        List<Object> found = new ArrayList<>();
        Spawner.inline()
                .spawn(
                        cx -> {
                            found.add(cx.get(Spawner.KEY));
                            found.add(cx.get(key));
                            return Poll.ready(null);
                        },
                        Services.NONE.with(key, "value"));
        assertThat(found).containsExactly(Spawner.inline(), "value");
    }

    @Test
    void cancelledInlineTaskEndsAtOnce() {
        Canary future = new Canary();
        JoinHandle<Void> handle = Spawner.inline().spawn(future);
        handle.cancel();
        handle.cancel();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(future.cancels).isEqualTo(1);
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(CancellationException.class);
    }

    @Test
    void nullIsRefused() {
        assertThatThrownBy(() -> Spawner.inline().spawn((Future<?>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Spawner.on(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Spawner.inline().spawnBlocking(null)).isInstanceOf(NullPointerException.class);
    }

    private static void drain(ArrayDeque<Runnable> host) {
        for (Runnable run = host.poll(); run != null; run = host.poll()) {
            run.run();
        }
    }

    /** Pending until cancelled; counts what is done to it. */
    private static final class Canary implements Future<Void> {

        int polls;
        int cancels;
        Waker waker = Waker.noop();

        @Override
        public Poll<Void> poll(pollux.future.Context cx) {
            polls++;
            waker = cx.waker();
            return Poll.pending();
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }
    }
}
