package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

@org.junit.jupiter.api.Timeout(30)
class TimeoutTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final HandTask task = new HandTask();

    /** Ends when the test says so; cleans up for a number of polls after its cancellation. */
    private static final class Scripted implements Future<String> {
        int polls;
        int cancels;
        int cleaning;
        String value;

        @Override
        public Poll<String> poll(Context cx) {
            polls++;
            if (cancels > 0 && --cleaning > 0) {
                return Poll.pending();
            }
            if (cancels > 0) {
                throw new CancellationException("cleaned up");
            }
            return value == null ? Poll.pending() : Poll.ready(value);
        }

        @Override
        public boolean cancel() {
            cancels++;
            return cleaning == 0;
        }
    }

    private final Scripted inner = new Scripted();

    @Test
    void saysHowLongItWaits() {
        assertThat(Timers.timeout(LIMIT, inner)).hasToString("Timers.timeout(PT2S)");
        assertThat(Timers.sleep(LIMIT)).hasToString("Timers.sleep(2000000000 ns)");
        assertThat(Timers.sleepUntil(7)).hasToString("Timers.sleepUntil(7)");
    }

    @Test
    void passesTheValueOnAndWithdrawsTheTimer() {
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        assertThat(task.answer(timeout).isPending()).isTrue();
        assertThat(task.time.pendingTimers()).isEqualTo(1);
        inner.value = "v";
        assertThat(task.answer(timeout)).isEqualTo(Poll.ready("v"));
        assertThat(task.time.pendingTimers()).isZero();
        assertThat(inner.cancels).isZero();
        assertThatThrownBy(() -> task.answer(timeout)).isExactlyInstanceOf(IllegalStateException.class);
    }

    @Test
    void passesTheFailureOnAndWithdrawsTheTimer() {
        IllegalArgumentException failure = new IllegalArgumentException();
        int[] polls = {0};
        Future<String> timeout = Timers.timeout(LIMIT, cx -> {
            if (polls[0]++ > 0) {
                throw failure;
            }
            return Poll.pending();
        });
        task.answer(timeout);
        assertThatThrownBy(() -> task.answer(timeout)).isSameAs(failure);
        assertThat(task.time.pendingTimers()).isZero();
    }

    @Test
    void failsWhenTheTimeIsOverAndNamesTheLimit() {
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        task.answer(timeout);
        task.time.advance(LIMIT);
        assertThat(task.wakes()).isEqualTo(1);
        assertThatThrownBy(() -> task.answer(timeout))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("PT2S");
        assertThat(inner.cancels).isEqualTo(1);
        assertThat(task.time.pendingTimers()).isZero();
        assertThatThrownBy(() -> task.answer(timeout)).isExactlyInstanceOf(IllegalStateException.class);
    }

    /** Adversarial case 94. */
    @Test
    void aValueThatComesTogetherWithTheLimitWins() {
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        task.answer(timeout);
        task.time.advance(LIMIT);
        inner.value = "v";
        assertThat(task.answer(timeout)).isEqualTo(Poll.ready("v"));
    }

    @Test
    void seesASuspendedCleanUpThroughBeforeItFails() {
        inner.cleaning = 3;
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        task.answer(timeout);
        task.time.advance(LIMIT);
        assertThat(task.answer(timeout).isPending()).isTrue();
        assertThat(task.answer(timeout).isPending()).isTrue();
        assertThatThrownBy(() -> task.answer(timeout)).isInstanceOf(TimeoutException.class);
        assertThat(inner.polls).isEqualTo(5); // twice before the limit, three times while it cleaned up
    }

    @Test
    void cancelPassesOn() {
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        task.answer(timeout);
        assertThat(timeout.cancel()).isTrue();
        assertThat(inner.cancels).isEqualTo(1);
        assertThat(task.time.pendingTimers()).isZero();
    }

    @Test
    void cancelBeforeTheFirstPollPassesOn() {
        assertThat(Timers.timeout(LIMIT, inner).cancel()).isTrue();
        assertThat(inner.cancels).isEqualTo(1);
    }

    @Test
    void cancelWithASuspendedCleanUpIsSeenThrough() {
        inner.cleaning = 2;
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        task.answer(timeout);
        assertThat(timeout.cancel()).isFalse();
        assertThat(task.answer(timeout).isPending()).isTrue();
        assertThatThrownBy(() -> task.answer(timeout)).isInstanceOf(CancellationException.class);
    }

    @Test
    void cancelDuringTheCleanUpAfterTheLimitGoesOnWithItAndTheTimeoutIsDelivered() {
        inner.cleaning = 3;
        Future<String> timeout = Timers.timeout(LIMIT, inner);
        task.answer(timeout);
        task.time.advance(LIMIT);
        assertThat(task.answer(timeout).isPending()).isTrue();
        assertThat(timeout.cancel()).isFalse();
        assertThat(task.answer(timeout).isPending()).isTrue();
        assertThatThrownBy(() -> task.answer(timeout)).isInstanceOf(TimeoutException.class);
        assertThat(inner.cancels).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void withoutTimeItStillAsksOnce(long seconds) {
        Duration none = Duration.ofSeconds(seconds);
        assertThatThrownBy(() -> task.answer(Timers.timeout(none, inner))).isInstanceOf(TimeoutException.class);
        assertThat(inner.cancels).isEqualTo(1);
        Scripted ready = new Scripted();
        ready.value = "v";
        assertThat(task.answer(Timers.timeout(none, ready))).isEqualTo(Poll.ready("v"));
    }

    @Test
    void aHugeLimitNeverComes() {
        Future<String> timeout = Timers.timeout(Duration.ofSeconds(Long.MAX_VALUE), inner);
        task.answer(timeout);
        task.time.advance(Duration.ofDays(36500));
        assertThat(task.answer(timeout).isPending()).isTrue();
    }

    @Test
    void aConstantNeedsNoClock() {
        Context noTimers = new Context(Waker.noop(), Services.NONE.with(TimerService.KEY, new TimerService() {
            @Override
            public TimeSource timeSource() {
                throw new AssertionError("asked for the time");
            }

            @Override
            public Registration register(long deadlineNanos, Waker waker) {
                throw new AssertionError("asked for a timer");
            }
        }));
        Future<String> timeout = Timers.timeout(LIMIT, Futures.ready("v"));
        assertThat(timeout.poll(noTimers)).isEqualTo(Poll.ready("v"));
        assertThatThrownBy(() -> timeout.poll(noTimers)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(Timers.timeout(LIMIT, Futures.<String>ready(null)).poll(noTimers))
                .isEqualTo(Poll.ready(null));
        Future<String> polled = Futures.ready("v");
        task.answer(polled);
        assertThatThrownBy(() -> task.answer(Timers.timeout(LIMIT, polled)))
                .isExactlyInstanceOf(IllegalStateException.class);
    }

    @Test
    void theTimeOfTheFirstPollCounts() {
        Future<String> slow = cx -> {
            task.time.advance(LIMIT);
            return Poll.pending();
        };
        assertThatThrownBy(() -> task.answer(Timers.timeout(LIMIT, slow))).isInstanceOf(TimeoutException.class);
    }

    /** Behaviour 43. */
    @Test
    void limitsAnEndlessLoopOverReadyFutures() {
        Future<Void> busy = cx -> {
            Poll<Void> last;
            do {
                last = Timers.sleep(Duration.ZERO).poll(cx);
            } while (last.isReady());
            return last;
        };
        Future<Void> timeout = Timers.timeout(Duration.ofMillis(1), busy);
        assertThat(task.answer(timeout).isPending()).isTrue();
        task.time.advance(Duration.ofMillis(1));
        assertThat(task.answer(timeout).isPending())
                .as("it might be ready but for the budget, and is asked once more")
                .isTrue();
        assertThatThrownBy(() -> task.answer(timeout)).isInstanceOf(TimeoutException.class);
    }
}
