package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** A million tasks at once: adversarial case 85. */
@Timeout(value = 180)
class MillionTasksTest {

    private static final int TASKS = 1_000_000;

    @Test
    void millionPendingTasksAreSmallAndAllOfThemCanBeWoken() throws InterruptedException {
        Sleeper[] sleepers = new Sleeper[TASKS];
        CountDownLatch asleep = new CountDownLatch(TASKS);
        CountDownLatch awake = new CountDownLatch(TASKS);
        for (int i = 0; i < TASKS; i++) {
            sleepers[i] = new Sleeper(asleep, awake);
        }
        long before = usedMemory();
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            for (Sleeper sleeper : sleepers) {
                pool.spawn(sleeper);
            }
            asleep.await();
            long perTask = (usedMemory() - before) / TASKS;
            assertThat(perTask)
                    .as("bytes per parked task, its registry and its handle")
                    .isBetween(16L, 100L);
            assertThat(pool.liveTasks()).isEqualTo(TASKS);
            for (Sleeper sleeper : sleepers) {
                sleeper.wake();
            }
            awake.await();
        }
    }

    @Test
    void millionTasksSpawnedInALoopOverflowNothing() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(TASKS);
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            pool.execute(() -> {
                for (int i = 0; i < TASKS; i++) {
                    pool.execute(ran::countDown);
                }
            });
            ran.await();
        }
    }

    private static long usedMemory() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Pending until woken by {@link #wake}. */
    private static final class Sleeper extends RawFuture<Void> {

        private final CountDownLatch asleep;
        private final CountDownLatch awake;
        private volatile @Nullable Waker waker;
        private volatile boolean open;

        Sleeper(CountDownLatch asleep, CountDownLatch awake) {
            this.asleep = asleep;
            this.awake = awake;
        }

        void wake() {
            open = true;
            waker.wake();
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (open) {
                awake.countDown();
                return null;
            }
            waker = cx.waker();
            asleep.countDown();
            return PENDING;
        }
    }
}
