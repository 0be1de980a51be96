package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Waker;

/** Timers that are registered and cancelled where the stack ends: the lock is free afterwards, and nothing is lost. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndOfStackTest {

    private static final int ROUNDS = 400;
    private static final int LAST_CALLS = 400;

    static Stream<TimerService> services() {
        return Stream.of(new TimerThread(Duration.ofSeconds(5)), new ManualTime());
    }

    /** Goes down to the end of the stack, and on the way back from there registers and cancels at each depth. */
    private static final class Deep implements Runnable {

        private final TimerService timers;
        private int left = LAST_CALLS;
        int ends;

        Deep(TimerService timers) {
            this.timers = timers;
        }

        @Override
        public void run() {
            down(1, 2, 3);
        }

        private long down(long a, long b, long c) {
            long below = 0;
            try {
                below = down(b, c, a + 1) + 1;
            } catch (StackOverflowError end) {
                ends++;
            }
            if (left > 0) {
                left--;
                try {
                    timers.register(timers.timeSource().nanoTime() + Long.MAX_VALUE / 4, Waker.noop())
                            .cancel();
                } catch (StackOverflowError end) {
                    ends++;
                }
            }
            return below + a;
        }
    }

    @ParameterizedTest
    @MethodSource("services")
    void theLockIsFreeAfterwards(TimerService timers) throws InterruptedException {
        int ends = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Deep deep = new Deep(timers);
            Thread thread = new Thread(null, deep, "deep", 160_000 + round * 16L);
            thread.start();
            thread.join(TimeUnit.SECONDS.toMillis(60));
            assertThat(thread.isAlive()).as("waits for a lock that was left").isFalse();
            ends += deep.ends;
        }
        assertThat(ends).isGreaterThan(ROUNDS);
        Thread user = new Thread(
                () -> timers.register(Long.MAX_VALUE / 4, Waker.noop()).cancel());
        user.start();
        user.join(TimeUnit.SECONDS.toMillis(60));
        assertThat(user.isAlive()).isFalse();
    }
}
