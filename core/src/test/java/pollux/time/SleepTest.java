package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;

@Timeout(120)
class SleepTest {

    private final HandTask task = new HandTask();

    @Test
    void endsWhenTheTimeHasPassedSinceTheFirstPoll() {
        Future<Void> sleep = Timers.sleep(Duration.ofMillis(10));
        task.time.advance(Duration.ofSeconds(1)); // does not count
        assertThat(task.answer(sleep).isPending()).isTrue();
        task.time.advance(Duration.ofMillis(10).minusNanos(1));
        assertThat(task.wakes()).isZero();
        assertThat(task.answer(sleep).isPending()).isTrue();
        task.time.advance(Duration.ofNanos(1));
        assertThat(task.wakes()).isEqualTo(1);
        assertThat(task.answer(sleep).isReady()).isTrue();
        assertThatThrownBy(() -> task.answer(sleep)).isExactlyInstanceOf(IllegalStateException.class);
    }

    static Stream<Duration> overAtOnce() {
        return Stream.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofSeconds(Long.MIN_VALUE));
    }

    /** Behaviour 59; adversarial case 91. */
    @ParameterizedTest
    @MethodSource("overAtOnce")
    void zeroAndNegativeDelaysAreOverAtOnce(Duration delay) {
        assertThat(task.answer(Timers.sleep(delay)).isReady()).isTrue();
        assertThat(task.time.pendingTimers()).isZero();
    }

    static Stream<Duration> huge() {
        return Stream.of(
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                Duration.ofMillis(1L << 36),
                Duration.ofNanos(Long.MAX_VALUE));
    }

    /** Behaviour 59; adversarial case 91. */
    @ParameterizedTest
    @MethodSource("huge")
    void hugeDelaysWait(Duration delay) {
        for (long start : new long[] {0, Long.MAX_VALUE, Long.MIN_VALUE}) {
            HandTask task = new HandTask(new ManualTime(start));
            Future<Void> sleep = Timers.sleep(delay);
            assertThat(task.answer(sleep).isPending()).isTrue();
            task.time.advance(Duration.ofDays(365));
            assertThat(task.answer(sleep).isPending()).isTrue();
        }
    }

    @Test
    void sleepsUntilAMoment() {
        HandTask task = new HandTask(new ManualTime(Long.MAX_VALUE));
        Future<Void> sleep = Timers.sleepUntil(Long.MIN_VALUE + 4); // 5 ns later
        assertThat(task.answer(sleep).isPending()).isTrue();
        task.time.advance(Duration.ofNanos(5));
        assertThat(task.answer(sleep).isReady()).isTrue();
        assertThat(task.answer(Timers.sleepUntil(Long.MAX_VALUE)).isReady()).isTrue();
    }

    @Test
    void registersOnceForOneWakerAndAnewForAnother() {
        Future<Void> sleep = Timers.sleep(Duration.ofMillis(10));
        assertThat(task.time.pendingTimers()).isZero();
        task.answer(sleep);
        task.answer(sleep);
        assertThat(task.time.pendingTimers()).isEqualTo(1);
        task.moveToAnotherWaker();
        task.answer(sleep);
        assertThat(task.time.pendingTimers()).isEqualTo(1);
        task.time.advance(Duration.ofMillis(10));
        assertThat(task.wakes()).isEqualTo(1);
    }

    @Test
    void cancelWithdrawsTheTimer() {
        Future<Void> sleep = Timers.sleep(Duration.ofMillis(10));
        task.answer(sleep);
        assertThat(sleep.cancel()).isTrue();
        assertThat(task.time.pendingTimers()).isZero();
        assertThatThrownBy(() -> task.answer(sleep)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(Timers.sleep(Duration.ofMillis(10)).cancel()).isTrue();
    }

    @Test
    void yieldsWhenTheBudgetIsSpent() {
        Context cx = task.context();
        int ready = 0;
        while (Timers.sleep(Duration.ZERO).poll(cx).isReady()) {
            ready++;
        }
        assertThat(ready).isEqualTo(Context.BUDGET);
        assertThat(task.wakes()).isEqualTo(1);
    }

    @Test
    void failsIfTheDriverIsShutDown() {
        TimerService closed = new TimerService() {
            @Override
            public TimeSource timeSource() {
                return task.time;
            }

            @Override
            public Registration register(long deadlineNanos, Waker waker) {
                throw new RejectedExecutionException("closed");
            }
        };
        Context cx = new Context(Waker.noop(), Services.NONE.with(TimerService.KEY, closed));
        Future<Void> sleep = Timers.sleep(Duration.ofMillis(1));
        assertThatThrownBy(() -> sleep.poll(cx)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> sleep.poll(cx)).isExactlyInstanceOf(IllegalStateException.class);
        AtomicInteger cancelled = new AtomicInteger();
        Future<Void> limited = Timers.timeout(Duration.ofMillis(1), new Never(cancelled));
        assertThatThrownBy(() -> limited.poll(cx)).isInstanceOf(RejectedExecutionException.class);
        assertThat(cancelled).hasValue(1);
    }

    private record Never(AtomicInteger cancelled) implements Future<Void> {
        @Override
        public pollux.future.Poll<Void> poll(Context cx) {
            return pollux.future.Poll.pending();
        }

        @Override
        public boolean cancel() {
            cancelled.incrementAndGet();
            return true;
        }
    }
}
