package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Garbage;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.time.ManualTime;
import pollux.time.TimerService;

/** The smaller parts of the engine, each by itself. */
@Timeout(value = 120)
class EngineTest {

    private static Task<Void> task() {
        return new Task<>(InlineSpawner.INLINE, Futures.pending());
    }

    /** What a task takes of the heap, with references of four bytes and a header of twelve or less. */
    @Nested
    class Sizes {

        private static final int TASKS = 10_000;

        private long bytes(Supplier<Task<?>> spawned) {
            Task<?>[] kept = new Task<?>[TASKS];
            long before = Garbage.allocated();
            for (int i = 0; i < TASKS; i++) {
                kept[i] = spawned.get();
            }
            return (Garbage.allocated() - before) / TASKS;
        }

        @Test
        void withTheServicesOfItsHostIsSmaller() {
            Future<Void> future = Futures.pending();
            Services own =
                    Services.NONE.with(new Services.Key<>("own"), "value").over(InlineSpawner.INLINE.services);
            assertThat(bytes(() -> Task.of(InlineSpawner.INLINE, Services.NONE, future)))
                    .isLessThanOrEqualTo(40);
            assertThat(bytes(() -> Task.of(InlineSpawner.INLINE, own, future))).isLessThanOrEqualTo(48);
        }
    }

    /** How often a worker looks outside. */
    @Nested
    class Intervals {

        private final InjectInterval interval = new InjectInterval(0);

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

    /** The counts and the list of tasks that have not ended. */
    @Nested
    class Registries {

        private final OwnedTasks registry = new OwnedTasks(2);
        private final OwnedTasksShard ledger = registry.ledger(0);

        private Task<Void> waiting() {
            Task<Void> task = task();
            registry.admit();
            ledger.keep(task);
            return task;
        }

        private List<Task<?>> kept() {
            List<Task<?>> kept = new ArrayList<>();
            registry.forEachWaiting(kept::add);
            return kept;
        }

        @Test
        void countsWhatIsSpawnedInsideAndOutside() {
            registry.admit();
            ledger.countSpawned();
            registry.ledger(1).countSpawned();
            assertThat(registry.size()).isEqualTo(3);
            registry.leave(task(), ledger);
            registry.leave(task(), registry.ledger(1));
            assertThat(registry.size()).isEqualTo(1);
            assertThat(registry.isEmpty()).isFalse();
            registry.leave(task(), ledger); // wherever it was spawned
            assertThat(registry.isEmpty()).isTrue();
        }

        @Test
        void showsWhatWaitsNewestFirst() {
            Task<Void> first = waiting();
            Task<Void> second = waiting();
            Task<Void> third = waiting();
            assertThat(kept()).containsExactly(third, second, first);
            registry.leave(second, registry.ledger(1)); // by the one who happens to end it
            assertThat(kept()).containsExactly(third, first);
            registry.leave(third, ledger);
            registry.leave(first, ledger);
            assertThat(kept()).isEmpty();
            assertThat(registry.isEmpty()).isTrue();
        }

        @Test
        void letsNobodyInAfterClose() {
            registry.close();
            assertThat(registry.admit()).isFalse();
            assertThat(registry.isEmpty()).isTrue();
        }

        @Test
        void keptHandleKeepsNoOtherTask() {
            waiting();
            Task<Void> middle = waiting();
            waiting();
            registry.leave(middle, ledger);
            assertThat(middle.older).isNull();
            assertThat(middle.newer).isNull();
            assertThat(middle.home).isEqualTo((char) 0);
        }

        @Test
        void whatComesAndGoesWhileTheListIsShownIsSettledAfterwards() {
            Task<Void> stays = waiting();
            List<Task<Void>> late = new ArrayList<>();
            registry.forEachWaiting(shown -> {
                if (late.isEmpty()) {
                    late.add(waiting());
                    late.add(waiting());
                    registry.leave(late.get(0), ledger);
                    registry.leave(stays, ledger);
                }
            });
            assertThat(kept()).containsExactly(late.get(1));
        }

        @Test
        void manyRunnersAgreeInTheEnd() throws InterruptedException {
            List<Thread> runners = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                OwnedTasksShard own = registry.ledger(i);
                OwnedTasksShard other = registry.ledger(1 - i);
                Thread runner = new Thread(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        Task<Void> task = task();
                        own.countSpawned();
                        (n % 3 == 0 ? other : own).keep(task);
                        registry.leave(task, own);
                    }
                });
                runners.add(runner);
                runner.start();
            }
            while (runners.stream().anyMatch(Thread::isAlive)) {
                kept();
            }
            for (Thread runner : runners) {
                runner.join();
            }
            assertThat(kept()).isEmpty();
            assertThat(registry.isEmpty()).isTrue();
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
            TimerService.Registration timer = shard.register(clock.nanoTime() + 1_000_000, () -> woken.add("never"));
            timer.cancel();
            timer.cancel();
            assertThat(shard.nanosToNext()).isEqualTo(Long.MAX_VALUE);
            clock.advance(java.time.Duration.ofSeconds(1));
            assertThat(shard.fireDue()).isFalse();
            assertThat(woken).containsExactly("owner");
        }

        /** Behaviour 59: a timer that is moved fires at its new time only. */
        @Test
        void movedTimerFiresAtItsNewTimeOnly() {
            shard.register(clock.nanoTime() + 10_000_000, () -> woken.add("old"))
                    .cancel();
            shard.register(clock.nanoTime() + 30_000_000, () -> woken.add("new"));
            clock.advance(java.time.Duration.ofMillis(29));
            shard.fireDue();
            assertThat(woken).doesNotContain("old", "new");
            clock.advance(java.time.Duration.ofMillis(1));
            shard.fireDue();
            assertThat(woken).contains("new").doesNotContain("old");
        }

        @Test
        void wakersMayRegisterAndWithdrawTimersAndThrow() {
            TimerService.Registration[] other = new TimerService.Registration[1];
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
