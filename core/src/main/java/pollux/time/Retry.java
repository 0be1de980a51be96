package pollux.time;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.internal.checks.CheckReturnValue;

/**
 * How often, and after which pauses, a failed attempt is repeated.
 *
 * <pre>{@code
 * Future<Receipt> receipt = Retry.times(3)
 *         .backoff(ofMillis(100), ofSeconds(2))
 *         .onlyIf(failure -> failure instanceof IOException)
 *         .run(() -> payments.charge(order));
 * }</pre>
 *
 * <p>Immutable; each method returns a new policy. A future runs once, so a retry needs a recipe: the supplier is called
 * for each attempt. After the last attempt its failure is thrown as it is.
 */
@CheckReturnValue
public final class Retry {

    private static final Duration NONE = Duration.ZERO;
    private static final int LOTS = 1 << 20;

    private final int retries;
    private final Duration first;
    private final Duration longest;
    private final double jitter;
    private final Predicate<? super Throwable> condition;

    private Retry(
            int retries, Duration first, Duration longest, double jitter, Predicate<? super Throwable> condition) {
        this.retries = retries;
        this.first = first;
        this.longest = longest;
        this.jitter = jitter;
        this.condition = condition;
    }

    /**
     * Returns a policy that repeats at once, whatever the failure.
     *
     * @param retries how many attempts may follow the first one; 0 means none
     * @return a policy
     * @throws IllegalArgumentException if the number is negative
     */
    public static Retry times(int retries) {
        if (retries < 0) {
            throw new IllegalArgumentException("retries must not be negative: " + retries);
        }
        return new Retry(retries, NONE, NONE, 0, failure -> true);
    }

    /**
     * Pauses before each retry, twice as long each time.
     *
     * @param first the pause before the first retry
     * @param longest the longest pause
     * @return a new policy
     */
    public Retry backoff(Duration first, Duration longest) {
        return new Retry(
                retries,
                Objects.requireNonNull(first, "first"),
                Objects.requireNonNull(longest, "longest"),
                jitter,
                condition);
    }

    /**
     * Shortens each pause by a random part, so that many callers do not retry in step. The numbers come from the
     * executor's seed.
     *
     * @param part the largest part of a pause to leave out, from 0 to 1
     * @return a new policy
     * @throws IllegalArgumentException if the part is outside 0 to 1
     */
    public Retry jitter(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1: " + part);
        }
        return new Retry(retries, first, longest, part, condition);
    }

    /**
     * Retries only some failures; others are thrown at once.
     *
     * @param retryable called on the polling thread with each failure; what it throws becomes the failure
     * @return a new policy
     */
    public Retry onlyIf(Predicate<? super Throwable> retryable) {
        return new Retry(retries, first, longest, jitter, Objects.requireNonNull(retryable, "retryable"));
    }

    /**
     * Runs a recipe under this policy.
     *
     * <p><b>Cancellation:</b> cancels the attempt or the pause under way.
     *
     * @param <T> the type of the value
     * @param attempt called on the polling thread for each attempt, with no more than one future under way; what it
     *     throws counts as a failed attempt
     * @return a future that ends with the value of the first attempt that succeeds, or the failure of the last one
     */
    public <T extends @Nullable Object> Future<T> run(Supplier<? extends Future<? extends T>> attempt) {
        Objects.requireNonNull(attempt, "attempt");
        return attempt(
                () -> Objects.requireNonNull(
                        attempt.get(), "the attempt of Retry.run() returned null instead of a future"),
                0);
    }

    private <T extends @Nullable Object> Future<T> attempt(
            Supplier<? extends Future<? extends T>> attempt, int number) {
        return Futures.<T>defer(attempt).recover(failure -> {
            if (number == retries || !condition.test(failure)) {
                return Futures.failed(failure);
            }
            return pause(number).then(nothing -> this.<T>attempt(attempt, number + 1));
        });
    }

    private Future<Void> pause(int number) {
        long shortest = Sleep.nanos(first);
        long cap = Sleep.nanos(longest);
        // compared by division: doubling must not overflow
        long nanos = number < 62 && shortest <= cap >> number ? shortest << number : cap;
        if (nanos == 0) {
            return Futures.ready(null);
        }
        Future<Integer> lot = cx -> Poll.ready(cx.random(LOTS));
        return lot.then(drawn -> Timers.sleep(Duration.ofNanos((long) (nanos * (1 - jitter * drawn / LOTS)))));
    }

    @Override
    public String toString() {
        return "Retry[" + retries + " times" + (first.isZero() ? "" : ", after " + first + " up to " + longest) + "]";
    }
}
