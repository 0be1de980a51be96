package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Waker;

@Timeout(120)
class TimerThreadTest {

    private final TimerThread timers = new TimerThread(Duration.ofMillis(20));

    private long in(Duration delay) {
        return timers.timeSource().nanoTime() + delay.toNanos();
    }

    @Test
    void aThreadMayHaveAnotherFallback() throws InterruptedException {
        ManualTime one = new ManualTime();
        ManualTime other = new ManualTime();
        TimerService shared = Timers.fallback();
        Runnable endOne = Timers.fallback(one);
        Runnable endOther = Timers.fallback(other);
        assertThat(Timers.fallback()).isSameAs(other);
        TimerService[] elsewhere = new TimerService[1];
        Thread thread = new Thread(() -> elsewhere[0] = Timers.fallback());
        thread.start();
        thread.join();
        assertThat(elsewhere[0]).isSameAs(shared);
        endOther.run();
        assertThat(Timers.fallback()).isSameAs(one);
        endOne.run();
        assertThat(Timers.fallback()).isSameAs(shared);
    }

    @Test
    void wakesNotBeforeTheDeadlineAndWithoutALock() throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(1);
        AtomicReference<Long> late = new AtomicReference<>();
        AtomicReference<Thread> on = new AtomicReference<>();
        long deadline = in(Duration.ofMillis(5));
        timers.register(deadline, () -> {
            late.set(System.nanoTime() - deadline);
            on.set(Thread.currentThread());
            // needs the lock, from another thread: would hang if this one held it
            Thread other = new Thread(() -> timers.register(in(Duration.ZERO), woken::countDown));
            other.start();
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        woken.await();
        assertThat(late.get()).isNotNegative();
        assertThat(on.get().getName()).isEqualTo("pollux-timer");
        assertThat(on.get().isDaemon()).isTrue();
        assertThat(on.get().getContextClassLoader()).isNull();
    }

    @Test
    void anEarlierDeadlineOvertakesALaterOne() throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        TimerService.Registration far = timers.register(in(Duration.ofDays(1)), () -> {});
        Thread thread = timers.thread();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        timers.register(in(Duration.ofMillis(1)), first::countDown);
        first.await();
        far.cancel();
    }

    /** With a thread that would sleep for hours: only the registration can have woken it. */
    @Test
    void anEarlierDeadlineWakesTheThread() throws InterruptedException {
        TimerThread sleepy = new TimerThread(Duration.ofHours(5));
        CountDownLatch first = new CountDownLatch(1);
        long now = sleepy.timeSource().nanoTime();
        TimerService.Registration far =
                sleepy.register(now + Duration.ofHours(2).toNanos(), () -> {});
        Thread thread = sleepy.thread();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        sleepy.register(now + Duration.ofHours(1).toNanos(), () -> {}).cancel();
        sleepy.register(now, first::countDown);
        first.await();
        far.cancel();
    }

    @Test
    void theThreadLeavesWhenIdleAndComesBack() throws InterruptedException {
        assertThat(timers.thread()).as("not started by construction").isNull();
        for (int round = 0; round < 2; round++) {
            CountDownLatch woken = new CountDownLatch(1);
            timers.register(in(Duration.ZERO), woken::countDown);
            woken.await();
            Thread thread = timers.thread();
            if (thread != null) {
                thread.join();
            }
            assertThat(timers.thread()).isNull();
        }
    }

    @Test
    void aWakerThatThrowsOrInterruptsDoesNotHarmTheOthers() throws InterruptedException {
        int count = 200;
        CountDownLatch woken = new CountDownLatch(count);
        long deadline = in(Duration.ofMillis(5));
        for (int i = 0; i < count; i++) {
            int number = i;
            Waker waker = () -> {
                woken.countDown();
                if (number % 2 == 0) {
                    Thread.currentThread().interrupt();
                } else if (number == 7) {
                    throw new OutOfMemoryError("on purpose");
                }
            };
            timers.register(deadline, waker);
        }
        woken.await();
        CountDownLatch after = new CountDownLatch(1);
        timers.register(in(Duration.ofMillis(1)), after::countDown);
        after.await();
    }

    @Test
    void aCancelledRegistrationWakesNobody() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch cancelledOne = new CountDownLatch(1);
        CountDownLatch woken = new CountDownLatch(1);
        List<String> fired = new ArrayList<>(); // only touched by the timer thread, then read after the latch
        timers.register(in(Duration.ZERO), () -> {
            blocked.countDown();
            try {
                cancelledOne.await(); // keeps the thread from the next one
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        blocked.await();
        TimerService.Registration cancelled = timers.register(in(Duration.ofMillis(2)), () -> fired.add("cancelled"));
        timers.register(in(Duration.ofMillis(4)), woken::countDown);
        cancelled.cancel();
        cancelled.cancel();
        cancelledOne.countDown();
        woken.await();
        assertThat(fired).isEmpty();
    }

    /** Behaviour 59. */
    @Test
    void aRegistrationCanBeCancelledWithinItsOwnWake() throws InterruptedException {
        AtomicReference<TimerService.Registration> own = new AtomicReference<>();
        CountDownLatch woken = new CountDownLatch(1);
        CountDownLatch registered = new CountDownLatch(1);
        own.set(timers.register(in(Duration.ZERO), () -> {
            try {
                registered.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            own.get().cancel();
            woken.countDown();
        }));
        registered.countDown();
        woken.await();
    }

    @Test
    void cancelledTimersDoNotKeepTheThread() throws InterruptedException {
        TimerService.Registration far = timers.register(in(Duration.ofDays(1)), () -> {});
        Thread thread = timers.thread();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        far.cancel();
        thread.join();
        assertThat(timers.thread()).isNull();
    }

    /** Adversarial case 98. */
    @Test
    void theFallbackIsOneAndLoadingStartsNoThread() {
        assertThat(Timers.fallback()).isSameAs(Timers.fallback());
        assertThat(new TimerThread(Duration.ofSeconds(1)).thread()).isNull();
    }

    @Test
    void manyThreadsRegisterAndCancel() throws InterruptedException {
        int perThread = 5_000;
        CountDownLatch woken = new CountDownLatch(4 * perThread);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < perThread; i++) {
                    timers.register(in(Duration.ofNanos(i * 1_000L)), woken::countDown);
                    timers.register(in(Duration.ofHours(1)), () -> {}).cancel();
                }
            }));
        }
        threads.forEach(Thread::start);
        assertThat(woken.await(20, TimeUnit.SECONDS)).isTrue();
        for (Thread thread : threads) {
            thread.join();
        }
        Thread driver = timers.thread();
        if (driver != null) {
            driver.join(); // it leaves, so nothing was left in the wheel
        }
    }
}
