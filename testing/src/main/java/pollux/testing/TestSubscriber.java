package pollux.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A subscriber that asks for items when the test says so, and keeps everything it is sent. A signal that the rules
 * forbid (before {@code onSubscribe}, beyond the demand, after the end, null) is kept as a violation.
 *
 * <p>Signals may come from any thread, one at a time as the rules say; the test looks at them when they have come.
 *
 * @param <T> the type of the items
 */
public final class TestSubscriber<T> implements Subscriber<T> {

    private final List<T> items = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private @Nullable Subscription subscription;
    private @Nullable Throwable failure;
    private long demand;
    private boolean completed;

    /** Makes a subscriber that requests nothing by itself. */
    public TestSubscriber() {}

    /**
     * Requests items.
     *
     * @param n how many
     * @return this
     */
    public TestSubscriber<T> request(long n) {
        Subscription known = subscription;
        if (known == null) {
            throw new IllegalStateException("there is no subscription to request from yet");
        }
        if (n > 0) { // what §3.9 forbids is passed on, and is no demand
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        }
        known.request(n);
        return this;
    }

    /** Cancels the subscription. */
    public void cancel() {
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription given) {
        if (subscription != null) {
            violations.add("§2.12: a second onSubscribe");
            given.cancel(); // §2.5
            return;
        }
        subscription = given;
    }

    @Override
    public void onNext(T item) {
        expectOpen("onNext");
        if (item == null) {
            violations.add("§2.13: onNext(null)");
        } else if (demand == 0) {
            violations.add("§1.1: onNext beyond the demand");
        }
        demand -= demand == Long.MAX_VALUE || demand == 0 ? 0 : 1;
        items.add(item);
    }

    @Override
    public void onError(Throwable thrown) {
        expectOpen("onError");
        if (thrown == null) {
            violations.add("§2.13: onError(null)");
        }
        failure = thrown;
    }

    @Override
    public void onComplete() {
        expectOpen("onComplete");
        completed = true;
    }

    private void expectOpen(String signal) {
        if (subscription == null) {
            violations.add("§1.9: " + signal + " before onSubscribe");
        }
        if (isEnded()) {
            violations.add("§1.7: " + signal + " after the end");
        }
    }

    /**
     * Returns the items.
     *
     * @return those received so far
     */
    public List<T> items() {
        return List.copyOf(items);
    }

    /**
     * Returns the failure.
     *
     * @return what {@code onError} brought, null if it was not called
     */
    public @Nullable Throwable failure() {
        return failure;
    }

    /**
     * Tells whether the stream completed.
     *
     * @return true after {@code onComplete}
     */
    public boolean isCompleted() {
        return completed;
    }

    /**
     * Tells whether the stream has ended, well or badly.
     *
     * @return true after {@code onComplete} or {@code onError}
     */
    public boolean isEnded() {
        return completed || failure != null;
    }

    /**
     * Returns which rules the publisher has broken.
     *
     * @return one line for each violation, beginning with the rule
     */
    public List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public String toString() {
        return "TestSubscriber[" + items.size() + " items"
                + (completed ? ", completed" : failure != null ? ", failed with " + failure : "")
                + (violations.isEmpty() ? "]" : ", " + violations + "]");
    }
}
