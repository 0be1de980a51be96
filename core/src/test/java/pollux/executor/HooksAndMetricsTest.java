package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.time.Timers;

/** What a pool tells about itself, and the switches of its builder. */
@Timeout(value = 120)
class HooksAndMetricsTest {

    @Test
    void hooksHearOfTheLifeOfATask() {
        List<String> heard = new CopyOnWriteArrayList<>();
        TaskPool pool = TaskPool.builder()
                .workers(1)
                .onTaskSpawn(task -> heard.add("spawn"))
                .onPollStart(task -> heard.add("start"))
                .onPollStop(task -> heard.add("stop " + task.isDone()))
                .onTaskEnd(task -> heard.add("end " + task.isDone()))
                .build();
        pool.spawn(Futures.yieldNow());
        pool.close(Duration.ofDays(1));
        assertThat(heard).startsWith("spawn", "start").endsWith("end false", "stop true");
        assertThat(heard)
                .filteredOn("start"::equals)
                .hasSameSizeAs(heard.stream().filter(h -> h.startsWith("stop")).toList());
    }

    @Test
    void hooksHearWorkersSleepAndMayThrow() {
        AtomicInteger parks = new AtomicInteger();
        AtomicInteger unparks = new AtomicInteger();
        try (TaskPool pool = TaskPool.builder()
                .workers(1)
                .onWorkerPark(parks::incrementAndGet)
                .onWorkerUnpark(() -> {
                    unparks.incrementAndGet();
                    throw new IllegalStateException("a hook must not throw");
                })
                .onPollStart(task -> {
                    throw new IllegalStateException("nor this one");
                })
                .onPollStop(task -> {
                    throw new IllegalStateException("nor this one");
                })
                .onTaskSpawn(task -> {
                    throw new IllegalStateException("nor this one");
                })
                .onTaskEnd(task -> {
                    throw new IllegalStateException("nor this one");
                })
                .build()) {
            while (unparks.get() == 0) { // a worker that is late finds its timer due, and does not sleep
                BlockOn.blockOn(pool.spawn(Timers.sleep(Duration.ofMillis(2))).join());
            }
            assertThat(parks.get()).isGreaterThanOrEqualTo(unparks.get());
        }
    }

    @Test
    void metricsCount() throws InterruptedException {
        TaskPool pool = TaskPool.builder().workers(2).build();
        CountDownLatch asleep = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            pool.spawn(new RawFuture<Void>() {
                @Override
                public Object pollRaw(Context cx) {
                    asleep.countDown();
                    return PENDING;
                }
            });
        }
        asleep.await();
        BlockOn.blockOn(pool.spawn(Futures.ready(1)).join());
        PoolMetrics metrics = pool.metrics();
        assertThat(metrics.spawnedTasks()).isEqualTo(101);
        assertThat(metrics.liveTasks()).isEqualTo(100);
        assertThat(metrics.injectDepth()).isZero();
        assertThat(metrics.workers()).hasSize(2);
        assertThat(metrics.workers().stream()
                        .mapToLong(PoolMetrics.Worker::polls)
                        .sum())
                .isEqualTo(101);
        while (parks(pool.metrics()) == 0) {
            Thread.onSpinWait(); // there is nothing to do any more, so they go to sleep
        }
        pool.close();
        metrics = pool.metrics();
        assertThat(metrics.liveTasks()).isZero();
        assertThat(metrics.endedTasks()).isEqualTo(101);
        assertThat(metrics.workers())
                .allMatch(worker -> worker.queueDepth() == 0 && !worker.busy().isNegative());
    }

    private static long parks(PoolMetrics metrics) {
        return metrics.workers().stream().mapToLong(PoolMetrics.Worker::parks).sum();
    }

    @Test
    void metricsShowWhatWaitsAndWhatSpilled() throws InterruptedException {
        try (TaskPool pool =
                TaskPool.builder().workers(1).lifoSlot(false).monitor(false).build()) {
            CountDownLatch spawned = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            pool.execute(() -> {
                for (int i = 0; i < 300; i++) {
                    pool.execute(() -> {});
                }
                spawned.countDown();
                awaitQuietly(go);
            });
            spawned.await();
            PoolMetrics metrics = pool.metrics();
            go.countDown();
            assertThat(metrics.liveTasks()).isEqualTo(301);
            assertThat(metrics.workers().get(0).overflows()).isEqualTo(129);
            assertThat(metrics.injectDepth()).isEqualTo(129);
            assertThat(metrics.workers().get(0).queueDepth()).isEqualTo(300 - 129);
        }
    }

    @Test
    void queueDepthCountsThoseThatHaveYielded() throws InterruptedException {
        try (TaskPool pool =
                TaskPool.builder().workers(1).lifoSlot(false).monitor(false).build()) {
            CountDownLatch yielded = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            pool.execute(() -> {
                for (int i = 0; i < 7; i++) {
                    pool.spawn(Futures.yieldNow());
                }
                pool.execute(() -> {
                    yielded.countDown(); // the last one that was queued: all others have had their first poll
                    awaitQuietly(go);
                });
            });
            yielded.await();
            int depth = pool.metrics().workers().get(0).queueDepth();
            go.countDown();
            assertThat(depth).isEqualTo(7);
        }
    }

    @Test
    void queueDepthCountsTheOneInTheSlot() throws InterruptedException {
        try (TaskPool pool =
                TaskPool.builder().workers(1).lifoSlot(true).monitor(false).build()) {
            CountDownLatch spawned = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            pool.execute(() -> {
                pool.execute(() -> {});
                spawned.countDown();
                awaitQuietly(go);
            });
            spawned.await();
            int depth = pool.metrics().workers().get(0).queueDepth();
            go.countDown();
            assertThat(depth).isEqualTo(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void fixedIntervalTakesFromOutsideOnTime() throws InterruptedException {
        List<String> order = new ArrayList<>();
        try (TaskPool pool = TaskPool.builder()
                .workers(1)
                .lifoSlot(false)
                .monitor(false)
                .injectInterval(3)
                .maintenanceInterval(1)
                .build()) {
            CountDownLatch done = new CountDownLatch(1);
            CountDownLatch filled = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(1);
            pool.execute(() -> {
                for (int i = 0; i < 20; i++) {
                    pool.execute(() -> order.add("inside"));
                }
                pool.execute(done::countDown);
                blocked.countDown();
                try {
                    filled.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            blocked.await();
            pool.execute(() -> order.add("outside"));
            filled.countDown();
            done.await();
        }
        assertThat(order).contains("outside");
        assertThat(order.indexOf("outside")).isLessThan(8);
    }

    @Test
    void intervalsMustBePositive() {
        assertThatThrownBy(() -> TaskPool.builder().injectInterval(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TaskPool.builder().maintenanceInterval(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A task that is woken by the one before has what that one has left of the budget. */
    @Test
    void tasksInTheSlotShareOneBudget() {
        try (TaskPool pool = TaskPool.builder().workers(1).monitor(false).build()) {
            List<Integer> left = new ArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            pool.spawn(new RawFuture<Void>() {
                @Override
                public Object pollRaw(Context cx) {
                    spend(cx, 100);
                    pool.spawn(new RawFuture<Void>() {
                        @Override
                        public Object pollRaw(Context cx) {
                            left.add(spend(cx, 1000));
                            pool.spawn(new RawFuture<Void>() {
                                @Override
                                public Object pollRaw(Context cx) {
                                    left.add(spend(cx, 1000));
                                    done.countDown();
                                    return null;
                                }
                            });
                            return null;
                        }
                    });
                    return null;
                }
            });
            BlockOn.blockOn(pool.spawnBlocking(() -> {
                        done.await();
                        return null;
                    })
                    .join());
            assertThat(left).containsExactly(Context.BUDGET - 100, Context.BUDGET);
        }
    }

    private static int spend(Context cx, int most) {
        int spent = 0;
        while (spent < most && cx.hasBudget()) {
            cx.spend();
            spent++;
        }
        return spent;
    }
}
