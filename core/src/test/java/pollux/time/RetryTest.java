package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.executor.BlockOn;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;

@Timeout(120)
class RetryTest {

    private final HandTask task = new HandTask();
    private final List<Long> attempts = new ArrayList<>();

    @Test
    void aFirstSuccessNeedsNoRetry() {
        assertThat(task.answer(Retry.times(3).run(() -> attempt(0))).value()).isEqualTo("done");
        assertThat(attempts).hasSize(1);
    }

    @Test
    void failedAttemptsAreRepeatedAtOnceWithoutBackoff() {
        assertThat(task.answer(Retry.times(3).run(() -> attempt(3))).value()).isEqualTo("done");
        assertThat(attempts).hasSize(4);
    }

    @Test
    void theLastFailureIsThrownAsItIs() {
        Future<String> future = Retry.times(2).run(() -> attempt(9));
        assertThatThrownBy(() -> task.answer(future))
                .isInstanceOf(IOException.class)
                .hasMessage("attempt 3");
    }

    @Test
    void aFailureThatIsNotRetryableIsThrownAtOnce() {
        Future<String> future =
                Retry.times(5).onlyIf(t -> !(t instanceof IOException)).run(() -> attempt(9));
        assertThatThrownBy(() -> task.answer(future)).hasMessage("attempt 1");
    }

    @Test
    void pausesDoubleUpToTheLongest() {
        Future<String> future = Retry.times(4)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(300))
                .run(() -> attempt(4));
        for (int millis = 0; task.answer(future).isPending(); millis++) {
            assertThat(millis).isLessThan(10_000);
            task.time.advance(Duration.ofMillis(1));
        }
        assertThat(attempts).containsExactly(0L, 100L, 300L, 600L, 900L);
    }

    @Test
    void jitterShortensPausesOnly() {
        Future<String> future = Retry.times(1)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(100))
                .jitter(0.5)
                .run(() -> attempt(1));
        while (task.answer(future).isPending()) {
            task.time.advance(Duration.ofMillis(1));
        }
        assertThat(attempts.get(1)).isBetween(50L, 100L);
    }

    @Test
    void hugeBackoffsDoNotOverflow() {
        Future<String> future = Retry.times(3)
                .backoff(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE))
                .run(() -> attempt(3));
        assertThat(task.answer(future).isPending()).isTrue();
        assertThat(future.cancel()).isTrue();
        assertThat(task.time.pendingTimers()).isZero();
    }

    @Test
    void aHundredThousandRetriesUseNoStack() {
        Future<String> retried = Retry.times(100_000).run(() -> attempt(100_000));
        Poll<String> answer = task.answer(retried);
        while (answer.isPending()) {
            assertThat(task.wakes()).as("pending for its budget only").isPositive();
            answer = task.answer(retried);
        }
        assertThat(answer.value()).isEqualTo("done");
    }

    @Test
    void theLimitsOfNumbersAreAllowed() {
        assertThat(task.answer(Retry.times(0).jitter(0).run(() -> attempt(0))).value())
                .isEqualTo("done");
        assertThat(task.answer(Retry.times(0).jitter(1).run(() -> attempt(0))).value())
                .isEqualTo("done");
    }

    /** All of it left out: the pause is as short as the lot, and never longer than the policy says. */
    @Test
    void jitterLeavesOutAPartAndNotMore() {
        Future<String> future = Retry.times(1)
                .backoff(Duration.ofMillis(100), Duration.ofMillis(100))
                .jitter(0.5)
                .run(() -> attempt(1));
        while (task.answer(future).isPending()) {
            assertThat(task.time.nanoTime())
                    .isLessThanOrEqualTo(Duration.ofMillis(100).toNanos());
            task.time.advanceToNext();
        }
        assertThat(attempts.get(1)).isBetween(50L, 100L);
    }

    @Test
    void saysHowItIs() {
        assertThat(Retry.times(3)).hasToString("Retry[3 times]");
        assertThat(Retry.times(3).backoff(Duration.ofMillis(1), Duration.ofSeconds(1)))
                .hasToString("Retry[3 times, after PT0.001S up to PT1S]");
    }

    @Test
    void badNumbersAreRefused() {
        assertThatThrownBy(() -> Retry.times(1).jitter(-0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Retry.times(1).jitter(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Retry.times(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Retry.times(1).jitter(1.5)).isInstanceOf(IllegalArgumentException.class);
    }

    private Future<String> attempt(int failures) {
        attempts.add(task.time.nanoTime() / 1_000_000);
        int number = attempts.size();
        return number > failures ? Futures.ready("done") : Futures.failed(new IOException("attempt " + number));
    }

    @Test
    void aNullInsteadOfAFutureIsNamed() {
        assertThatThrownBy(() -> BlockOn.blockOn(Retry.times(1).run(() -> null)))
                .hasMessage("the attempt of Retry.run() returned null instead of a future");
        assertThatThrownBy(() -> BlockOn.blockOn(Futures.defer(() -> null)))
                .hasMessage("the supplier of defer() returned null instead of a future");
    }
}
