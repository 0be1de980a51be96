package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Waker;

@Timeout(120)
class ManualTimeTest {

    private final List<String> fired = new ArrayList<>();

    private Waker naming(String name, ManualTime time) {
        return () -> fired.add(name + "@" + time.nanoTime());
    }

    @Test
    void firesInTheOrderOfDeadlinesAndTheClockStandsAtEach() {
        ManualTime time = new ManualTime();
        time.register(30, naming("c", time));
        time.register(10, naming("a", time));
        time.register(10, naming("b", time));
        time.register(101, naming("d", time));
        time.advance(Duration.ofNanos(100));
        assertThat(fired).containsExactly("a@10", "b@10", "c@30");
        assertThat(time.nanoTime()).isEqualTo(100);
        assertThat(time.pendingTimers()).isEqualTo(1);
    }

    /** Adversarial case 92. */
    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 15, Long.MIN_VALUE, -7})
    void theCountMayWrap(long start) {
        ManualTime time = new ManualTime(start);
        List<Long> after = new ArrayList<>();
        for (long delay : new long[] {20, 10, 30}) {
            time.register(start + delay, () -> after.add(time.nanoTime() - start));
        }
        time.advance(Duration.ofNanos(25));
        assertThat(after).containsExactly(10L, 20L);
    }

    @Test
    void aPastDeadlineWakesAtOnce() {
        ManualTime time = new ManualTime(50);
        time.register(50, naming("a", time)).cancel();
        assertThat(fired).containsExactly("a@50");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void aCancelledTimerDoesNotFire() {
        ManualTime time = new ManualTime();
        TimerService.Registration registration = time.register(10, naming("a", time));
        registration.cancel();
        registration.cancel();
        time.advance(Duration.ofNanos(10));
        assertThat(fired).isEmpty();
    }

    @Test
    void timersThatAreRegisteredByAWakeFireWithinTheSameStep() {
        ManualTime time = new ManualTime();
        time.register(10, () -> time.register(time.nanoTime() + 10, naming("second", time)));
        time.advance(Duration.ofNanos(30));
        assertThat(fired).containsExactly("second@20");
    }

    @Test
    void advancingWithinAWakeAddsUp() {
        ManualTime time = new ManualTime();
        time.register(10, () -> time.advance(Duration.ofNanos(5)));
        time.register(14, naming("a", time));
        time.register(25, naming("b", time));
        time.advance(Duration.ofNanos(20));
        assertThat(fired).containsExactly("a@14", "b@25");
        assertThat(time.nanoTime()).isEqualTo(25);
    }

    @Test
    void anotherThreadMayUseIt() throws InterruptedException {
        ManualTime time = new ManualTime();
        time.register(10, naming("a", time));
        time.pendingTimers();
        time.advanceToNext();
        time.advanceToNext();
        time.reset();
        Thread other = new Thread(() -> time.register(10, naming("b", time)));
        other.start();
        other.join();
        assertThat(time).hasToString("ManualTime[0 ns, 1 timers]");
    }

    @Test
    void goesToTheNextTimer() {
        ManualTime time = new ManualTime();
        time.register(10, naming("a", time));
        time.register(10, naming("b", time));
        time.register(20, naming("c", time));
        assertThat(time.advanceToNext()).isTrue();
        assertThat(fired).containsExactly("a@10", "b@10");
        assertThat(time.advanceToNext()).isTrue();
        assertThat(time.advanceToNext()).isFalse();
        assertThat(time.nanoTime()).isEqualTo(20);
    }

    @Test
    void isAsNewAfterAReset() {
        ManualTime time = new ManualTime(7);
        time.register(20, naming("forgotten", time));
        time.advance(Duration.ofNanos(3));
        time.reset();
        assertThat(time.nanoTime()).isZero();
        assertThat(time.advanceToNext()).isFalse();
        time.register(5, naming("new", time));
        time.advance(Duration.ofNanos(50));
        assertThat(fired).containsExactly("new@5");
    }

    @Test
    void doesNotGoBack() {
        assertThatThrownBy(() -> new ManualTime().advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.000000001S");
    }

    @Test
    void threadsMayRegisterCancelAndAdvanceTogether() throws InterruptedException {
        ManualTime time = new ManualTime();
        AtomicInteger wakes = new AtomicInteger();
        int perThread = 2_000;
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(new Thread(() -> {
                for (int i = 0; i < perThread; i++) {
                    time.register(time.nanoTime() + i % 7, wakes::incrementAndGet);
                    time.register(time.nanoTime() + 1_000_000, wakes::incrementAndGet)
                            .cancel();
                    time.advance(Duration.ofNanos(1));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(time.nanoTime()).isEqualTo(4L * perThread);
        time.advance(Duration.ofNanos(7));
        assertThat(wakes).hasValue(4 * perThread);
    }
}
