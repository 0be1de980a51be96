package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.time.ManualTime;
import pollux.time.TimerDriver;

/** The smaller parts of the engine, each by itself. */
@Timeout(value = 30)
class EngineTest {

    private static Task<Void> task() {
        return new Task<>(HostedSpawner.INLINE, Services.NONE, Futures.pending());
    }

    /** How often a worker looks outside. */
    @Nested
    class Intervals {

        private final InjectInterval interval = new InjectInterval();

        @Test
        void startsWithSixtyOneTicks() {
            assertThat(interval.ticks()).isEqualTo(61);
        }

        @Test
        void longPollsMakeItShortAndShortOnesLong() {
            for (int i = 0; i < 200; i++) {
                interval.learn(61 * 1_000_000L, 61);
            }
            assertThat(interval.ticks()).isBetween(2, 5);
            for (int i = 0; i < 200; i++) {
                interval.learn(61 * 50L, 61);
            }
            assertThat(interval.ticks()).isBetween(124, 127);
        }

        @Test
        void nonsenseTeachesNothing() {
            interval.learn(-5, 10);
            interval.learn(1_000_000_000, 0);
            interval.learn(1_000_000_000, -1);
            assertThat(interval.ticks()).isEqualTo(61);
        }
    }

    /** The list of tasks that have not ended. */
    @Nested
    class Registries {

        private final TaskRegistry registry = new TaskRegistry(1);

        @Test
        void countsAndCancelsWhatIsIn() {
            List<Task<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tasks.add(task());
                assertThat(registry.admit(tasks.get(i))).isTrue();
            }
            assertThat(registry.size()).isEqualTo(10);
            registry.leave(tasks.get(9)); // the newest
            registry.leave(tasks.get(4)); // one in the middle, left to a sweep
            assertThat(registry.size()).isEqualTo(8);
            registry.cancelAll();
            assertThat(tasks.get(0).word() & TaskState.CANCEL).isNotZero();
            assertThat(tasks.get(9).word() & TaskState.CANCEL).isZero();
        }

        @Test
        void letsNobodyInAfterClose() {
            registry.close();
            assertThat(registry.admit(task())).isFalse();
            assertThat(registry.isEmpty()).isTrue();
        }

        @Test
        void endedTasksAreSweptOut() {
            Task<Void> oldest = task();
            registry.admit(oldest);
            List<Task<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                Task<Void> next = task();
                registry.admit(next);
                tasks.add(next);
            }
            for (Task<Void> next : tasks) { // oldest first, the hard order
                end(next);
            }
            assertThat(registry.size()).isEqualTo(1);
            int kept = 0;
            for (Task<Void> next : tasks) {
                kept += next.older == null ? 0 : 1;
            }
            assertThat(kept).isLessThan(200);
        }

        @Test
        void keptHandleKeepsNoOtherTask() {
            Task<Void> older = task();
            Task<Void> newer = task();
            registry.admit(older);
            registry.admit(newer);
            end(newer);
            assertThat(newer.older).isNull();
        }

        private void end(Task<?> task) {
            registry.leave(task);
            task.toRunning();
            task.toEnd(TaskState.VALUE);
        }
    }

    /** The timers of one worker. */
    @Nested
    class Shards {

        private final ManualTime clock = new ManualTime(Long.MAX_VALUE - 5_000_000); // wraps within the test
        private final List<String> woken = new ArrayList<>();
        private final TimerShard shard = new TimerShard(clock, () -> woken.add("owner"));

        @Test
        void firesWhatIsDueInOrderAndTellsWhenToComeBack() {
            assertThat(shard.nanosToNext()).isEqualTo(Long.MAX_VALUE);
            shard.register(clock.nanoTime() + 20_000_000, () -> woken.add("late"));
            shard.register(clock.nanoTime() + 10_000_000, () -> woken.add("early"));
            assertThat(woken).containsExactly("owner", "owner");
            assertThat(shard.nanosToNext()).isEqualTo(10_000_000);
            assertThat(shard.fireDue()).isFalse();
            clock.advance(java.time.Duration.ofMillis(10));
            assertThat(shard.nanosToNext()).isZero();
            assertThat(shard.fireDue()).isTrue();
            clock.advance(java.time.Duration.ofMillis(10));
            shard.fireDue();
            assertThat(woken).containsExactly("owner", "owner", "early", "late");
        }

        @Test
        void withdrawnTimerIsTakenOut() {
            TimerDriver.Registration timer = shard.register(clock.nanoTime() + 1_000_000, () -> woken.add("never"));
            timer.cancel();
            timer.cancel();
            assertThat(shard.nanosToNext()).isEqualTo(Long.MAX_VALUE);
            clock.advance(java.time.Duration.ofSeconds(1));
            assertThat(shard.fireDue()).isFalse();
            assertThat(woken).containsExactly("owner");
        }

        @Test
        void wakersMayRegisterAndWithdrawTimersAndThrow() {
            TimerDriver.Registration[] other = new TimerDriver.Registration[1];
            shard.register(clock.nanoTime(), () -> {
                throw new IllegalStateException("a waker must not throw");
            });
            shard.register(clock.nanoTime(), () -> {
                other[0].cancel();
                shard.register(clock.nanoTime(), () -> woken.add("nested"));
            });
            other[0] = shard.register(clock.nanoTime() + 1_000_000_000L, () -> woken.add("never"));
            shard.fireDue();
            shard.fireDue();
            clock.advance(java.time.Duration.ofSeconds(2));
            shard.fireDue();
            assertThat(woken).contains("nested").doesNotContain("never");
        }

        @Test
        void moreThanABatchFiresInOneGo() {
            for (int i = 0; i < 1000; i++) {
                shard.register(clock.nanoTime() + i, () -> woken.add("timer"));
            }
            clock.advance(java.time.Duration.ofMillis(2));
            shard.fireDue();
            assertThat(woken.stream().filter("timer"::equals)).hasSize(1000);
        }

        @Test
        void closedShardRefusesAndHandsItsTimersOn() throws InterruptedException {
            CountDownLatch fired = new CountDownLatch(1);
            shard.register(clock.nanoTime() + 1_000_000, fired::countDown);
            shard.close();
            assertThatThrownBy(() -> shard.register(0, () -> {})).isInstanceOf(RejectedExecutionException.class);
            assertThat(fired.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The queue from outside. */
    @Nested
    class Injecting {

        @Test
        void batchGoesIntoTheRingAndTheFirstIsRun() {
            InjectQueue queue = new InjectQueue(4);
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tasks.add(task());
                queue.add(tasks.get(i));
            }
            pollux.internal.queue.StealQueue<Task<?>> ring = new pollux.internal.queue.StealQueue<>(queue::add);
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.take(3, ring, 4)).isSameAs(tasks.get(0));
            for (int i = 1; i < 5; i++) {
                assertThat(ring.pop()).isSameAs(tasks.get(i));
            }
            assertThat(ring.pop()).isNull();
            for (int i = 5; i < 10; i++) {
                assertThat(queue.take(i)).isSameAs(tasks.get(i));
            }
            assertThat(queue.take(0)).isNull();
            assertThat(queue.isEmpty()).isTrue();
        }
    }
}
