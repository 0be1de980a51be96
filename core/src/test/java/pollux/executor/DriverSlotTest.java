package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Futures;
import pollux.future.Waker;
import pollux.sync.Notify;
import pollux.time.ManualTime;
import pollux.time.TimeSource;
import pollux.time.Timers;

/** Who waits in the driver, when it is woken, and when it is asked without waiting. */
@Timeout(value = 120)
class DriverSlotTest {

    /** A driver whose events come from the test. */
    private static final class ByHand implements Driver {

        final Semaphore signals = new Semaphore(0);
        final ConcurrentLinkedQueue<Waker> ready = new ConcurrentLinkedQueue<>();
        final LinkedBlockingQueue<Long> waits = new LinkedBlockingQueue<>();
        final AtomicInteger looks = new AtomicInteger();
        final AtomicInteger wakeUps = new AtomicInteger();
        final AtomicInteger inside = new AtomicInteger();
        volatile boolean waiting;
        final AtomicInteger most = new AtomicInteger();
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void await(long nanos) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                if (nanos == 0) {
                    looks.incrementAndGet();
                } else {
                    waits.add(nanos);
                    waiting = true;
                    if (signals.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                        signals.drainPermits();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waiting = false;
                inside.decrementAndGet();
            }
        }

        @Override
        public int dispatch() {
            int woken = 0;
            for (Waker waker = ready.poll(); waker != null; waker = ready.poll()) {
                waker.wake();
                woken++;
            }
            return woken;
        }

        @Override
        public void wakeUp() {
            wakeUps.incrementAndGet();
            signals.release();
        }

        @Override
        public void close() {
            closed.countDown();
        }

        void happen(Waker waker) {
            ready.add(waker);
            signals.release();
        }
    }

    private final ByHand driver = new ByHand();

    @Test
    void idleWorkerWaitsInTheDriverAsSoonAsThereIsOne() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            assertThat(pool.spawn(Futures.ready(1)).toCompletableFuture().get()).isEqualTo(1);
            assertThat(pool.driverSlot().driver(() -> driver)).isSameAs(driver);
            assertThat(driver.waits.take()).isEqualTo(Long.MAX_VALUE);
            assertThat(pool.driverSlot().driver(ByHand::new)).isSameAs(driver);
        }
        assertThat(driver.closed.getCount()).isZero();
        assertThat(driver.most).hasValue(1);
    }

    @Test
    void whatTheDriverFindsRuns() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            pool.driverSlot().driver(() -> driver);
            Notify event = new Notify();
            JoinHandle<Void> task = pool.spawn(event.notified());
            driver.waits.take();
            driver.happen(event::notifyOne);
            task.toCompletableFuture().get();
        }
    }

    @Test
    void spawnFromOutsideWakesTheDriverOnceAndOnlyIfSomebodyWaitsInIt() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(1).monitor(false).build()) {
            pool.driverSlot().driver(() -> driver);
            driver.waits.take();
            CountDownLatch arrived = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            JoinHandle<Boolean> busy = pool.spawn(Futures.defer(() -> {
                arrived.countDown();
                try {
                    return Futures.ready(goOn.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    return Futures.failed(e);
                }
            }));
            arrived.await();
            assertThat(driver.wakeUps).hasValue(1);
            for (int i = 0; i < 100; i++) {
                pool.spawn(Futures.ready(null));
            }
            assertThat(driver.wakeUps).as("while the worker is busy").hasValue(1);
            goOn.countDown();
            busy.toCompletableFuture().get();
        }
    }

    @Test
    void timersLimitTheWait() throws Exception {
        ManualTime clock = new ManualTime();
        Platform platform = new Platform() {
            @Override
            public TimeSource clock() {
                return clock;
            }
        };
        try (TaskPool pool = TaskPool.builder().workers(1).monitor(false).build(platform)) {
            pool.driverSlot().driver(() -> driver);
            driver.waits.take();
            JoinHandle<Void> sleep = pool.spawn(Timers.sleep(Duration.ofMillis(20)));
            assertThat(driver.waits.take())
                    .isPositive()
                    .isLessThanOrEqualTo(Duration.ofMillis(22).toNanos());
            clock.advance(Duration.ofMillis(22));
            sleep.toCompletableFuture().get();
        }
    }

    @Test
    void yieldingTaskDoesNotRunAheadOfTheDriver() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            pool.driverSlot().driver(() -> driver);
            driver.waits.take();
            int before = driver.looks.get();
            pool.spawn(Futures.yieldNow().then(x -> Futures.yieldNow()))
                    .toCompletableFuture()
                    .get();
            assertThat(driver.looks.get() - before).isGreaterThanOrEqualTo(2);
        }
    }

    /**
     * A pool of two whose driver was left by a worker that sits in a poll since, while the other sleeps on its thread.
     */
    private final class Deserted implements AutoCloseable {

        final AtomicInteger unparks = new AtomicInteger();

        /** The workers that are in park(), each with an object that stands for this one call. */
        private final Map<Thread, Object> parked = new ConcurrentHashMap<>();

        final TaskPool pool = TaskPool.builder().workers(2).monitor(false).build(new Platform() {
            @Override
            public void park(Object blocker, long nanos) {
                parked.put(Thread.currentThread(), new Object());
                Platform.super.park(blocker, nanos);
                parked.remove(Thread.currentThread());
            }

            @Override
            public void unpark(Thread thread) {
                unparks.incrementAndGet();
                Platform.super.unpark(thread);
            }
        });
        final Monitor monitor = pool.engine().monitor;
        private final CountDownLatch goOn = new CountDownLatch(1);

        Deserted() throws InterruptedException {
            pool.driverSlot().driver(() -> driver);
            CountDownLatch left = new CountDownLatch(1);
            Notify event = new Notify();
            pool.spawn(event.notified().then(nothing -> {
                left.countDown();
                try {
                    return Futures.ready(goOn.await(20, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    return Futures.failed(e);
                }
            }));
            while (!bothSleep()) {
                Thread.onSpinWait();
            }
            driver.waits.clear();
            driver.happen(event::notifyOne);
            left.await();
            unparks.set(0);
        }

        /**
         * One in the driver, and the other on its thread. What the monitor calls asleep may be a worker that is only
         * about to sleep, and would sit down in the driver that is left; so its thread has to be blocked, before and
         * after, in one park().
         */
        private boolean bothSleep() {
            for (Map.Entry<Thread, Object> sleeper : parked.entrySet()) {
                Thread thread = sleeper.getKey();
                if (driver.waiting
                        && isBlocked(thread)
                        && !monitor.look()
                        && isBlocked(thread)
                        && parked.get(thread) == sleeper.getValue()) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isBlocked(Thread thread) {
            return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
        }

        @Override
        public void close() {
            goOn.countDown();
            pool.close();
        }
    }

    @Test
    void sleeperTakesTheDriverOverFromAWorkerThatLeftItForALongPoll() throws Exception {
        try (Deserted deserted = new Deserted()) {
            deserted.monitor.look();
            assertThat(deserted.unparks).as("wake-ups after one look").hasValue(0);
            assertThat(driver.waits).as("the canary: no worker comes by itself").isEmpty();
            deserted.monitor.look();
            assertThat(driver.waits.take()).isEqualTo(Long.MAX_VALUE);
            assertThat(deserted.unparks).hasValue(1);
            CountDownLatch served = new CountDownLatch(1);
            driver.happen(served::countDown);
            served.await();
        }
    }

    @Test
    void nobodyIsWokenForADriverThatIsLookedAtNowAndThen() throws Exception {
        try (Deserted deserted = new Deserted()) {
            for (int look = 0; look < 10; look++) {
                deserted.monitor.look();
                assertThat(deserted.pool.driverSlot().take()).isSameAs(driver);
                deserted.pool.driverSlot().release();
            }
            assertThat(deserted.unparks).hasValue(0);
        }
    }

    @Test
    void closedPoolTakesNoDriver() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        pool.close();
        assertThatThrownBy(() -> pool.driverSlot().driver(() -> driver))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void poolsOfOthersHaveNoSeat() {
        assertThat(Spawner.inline().driverSlot()).isNull();
        assertThat(Spawner.on(Runnable::run).driverSlot()).isNull();
    }

    @Test
    void localPoolLooksWhenStalledAndWaitsInTheDriver() {
        LocalPool pool = new LocalPool(new ManualTime());
        pool.driverSlot().driver(() -> driver);
        List<String> log = new ArrayList<>();
        driver.happen(() -> pool.spawn(Futures.defer(() -> {
            log.add("ran");
            return Futures.ready(null);
        })));
        pool.runUntilStalled();
        assertThat(log).containsExactly("ran");

        Notify event = new Notify();
        driver.happen(event::notifyOne);
        pool.runUntil(event.notified());
        pool.close();
        assertThat(driver.closed.getCount()).isZero();
    }

    @Test
    void wakingFromOutsideGetsTheRunnerOutOfTheDriver() throws Exception {
        LocalPool pool = new LocalPool();
        pool.driverSlot().driver(() -> driver);
        Notify event = new Notify();
        Thread other = new Thread(() -> {
            try {
                driver.waits.take();
                event.notifyOne();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        other.start();
        pool.runUntil(event.notified());
        other.join();
        assertThat(driver.wakeUps.get()).isPositive();
        pool.close();
    }
}
