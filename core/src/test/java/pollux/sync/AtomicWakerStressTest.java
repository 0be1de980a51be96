package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.future.Waker;

/**
 * Looking, registering and looking again, against publishing and waking, on two threads. The canary leaves out the
 * second look and has to lose a wake-up.
 */
@Timeout(120)
class AtomicWakerStressTest {

    private static final int ROUNDS = 100_000;

    /** How a consumer waits: true if it found the condition, false if it relies on being woken. */
    private interface Consumer {
        boolean poll(AtomicWaker waker, Waker task, BooleanSupplier condition);
    }

    private static boolean lookRegisterLookAgain(AtomicWaker waker, Waker task, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        widenTheGap();
        waker.register(task);
        return condition.getAsBoolean();
    }

    private static boolean lookThenRegister(AtomicWaker waker, Waker task, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        widenTheGap();
        waker.register(task);
        return false;
    }

    /** Adversarial case 56. */
    @Test
    void noWakeUpIsLost() {
        assertThat(lostWakeUps(AtomicWakerStressTest::lookRegisterLookAgain, 1)).isZero();
    }

    @Test
    void noWakeUpOfTwoProducersIsLost() {
        assertThat(lostWakeUps(AtomicWakerStressTest::lookRegisterLookAgain, 2)).isZero();
    }

    @Test
    void canaryWithoutTheSecondLookLosesWakeUps() {
        assertThat(lostWakeUps(AtomicWakerStressTest::lookThenRegister, 1)).isPositive();
    }

    /**
     * In each round the consumer polls until it has seen what every producer published, but only while it is woken.
     * Once all producers are through, a consumer that is neither done nor woken would wait for ever.
     */
    private static int lostWakeUps(Consumer consumer, int producers) {
        AtomicWaker waker = new AtomicWaker();
        // one word per producer, far apart, written and read with the least that the contract asks for
        AtomicIntegerArray published = new AtomicIntegerArray(producers * 32);
        AtomicInteger finished = new AtomicInteger();
        AtomicInteger woken = new AtomicInteger();
        AtomicInteger round = new AtomicInteger();
        Thread[] threads = new Thread[producers];
        for (int i = 0; i < producers; i++) {
            int own = i * 32;
            threads[i] = new Thread(() -> {
                for (int r = 1; r <= ROUNDS; r++) {
                    while (round.get() < r) {
                        pause();
                    }
                    if (round.get() > ROUNDS) {
                        return;
                    }
                    published.setRelease(own, r);
                    waker.wake();
                    finished.incrementAndGet();
                }
            });
            threads[i].start();
        }
        int lost = 0;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        for (int r = 1; r <= ROUNDS && System.nanoTime() - deadline < 0; r++) {
            int all = r * producers;
            int present = r;
            BooleanSupplier condition = () -> {
                for (int i = 0; i < producers; i++) {
                    if (published.getAcquire(i * 32) < present) {
                        return false;
                    }
                }
                return true;
            };
            round.set(r);
            boolean done = consumer.poll(waker, woken::incrementAndGet, condition);
            int seen = 0;
            while (!done) {
                boolean quiet = finished.get() == all;
                int now = woken.get();
                if (now != seen) {
                    seen = now;
                    done = consumer.poll(waker, woken::incrementAndGet, condition);
                } else if (quiet) {
                    lost++;
                    done = true;
                } else {
                    pause();
                }
            }
            while (finished.get() < all) {
                pause();
            }
            waker.clear();
            woken.set(0);
        }
        round.set(Integer.MAX_VALUE);
        for (Thread thread : threads) {
            join(thread);
        }
        return lost;
    }

    /** Now and then lets the producer come in between, even where there is one core only. */
    private static void widenTheGap() {
        if (ThreadLocalRandom.current().nextInt(4) == 0) {
            Thread.yield();
        }
    }

    private static void pause() {
        // two threads may have to share one core, so spinning alone could take a time slice per round
        Thread.yield();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
