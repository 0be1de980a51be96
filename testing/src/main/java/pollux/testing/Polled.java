package pollux.testing;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * A future that a test polls by hand, step by step: for the protocol between a future and the code that wakes it.
 *
 * <p>Wakes may come from any thread; everything else belongs to one.
 *
 * @param <T> the type of the value
 */
public final class Polled<T> {

    private final Future<T> future;
    private final CountingWaker waker = new CountingWaker();
    private final Context cx;
    private int polls;
    private long wakesSeen;

    private Polled(Future<T> future, Services services) {
        this.future = Objects.requireNonNull(future, "future");
        this.cx = new Context(waker, services);
    }

    /**
     * Takes a future over; nothing is polled yet.
     *
     * @param <T> the type of the value
     * @param future the future
     * @return the future in the test's hand
     */
    public static <T> Polled<T> of(Future<T> future) {
        return new Polled<>(future, Services.NONE);
    }

    /**
     * Takes a future over that finds services around it.
     *
     * @param <T> the type of the value
     * @param future the future
     * @param services for instance a {@link pollux.time.ManualTime} under its key
     * @return the future in the test's hand
     */
    public static <T> Polled<T> of(Future<T> future, Services services) {
        return new Polled<>(future, services);
    }

    /**
     * Polls once, with a full budget.
     *
     * @return the answer; what the poll throws is thrown on
     */
    public Poll<T> poll() {
        polls++;
        wakesSeen = waker.get();
        cx.begin(waker, cx.services());
        return future.poll(cx);
    }

    /**
     * Polls once and expects it to be pending.
     *
     * @return this
     */
    public Polled<T> assertPending() {
        Poll<T> answer = poll();
        if (answer.isReady()) {
            throw new AssertionError("expected poll " + polls + " to be pending, it was ready with " + answer.value());
        }
        return this;
    }

    /**
     * Polls once and expects a value.
     *
     * @param expected the value
     */
    public void assertReady(@Nullable T expected) {
        Poll<T> answer = poll();
        if (!answer.isReady()) {
            throw new AssertionError("expected poll " + polls + " to be ready with " + expected + ", it was pending");
        }
        if (!Objects.equals(answer.value(), expected)) {
            throw new AssertionError("expected " + expected + ", got " + answer.value());
        }
    }

    /**
     * Polls once and expects a failure.
     *
     * @param <X> the type of the failure
     * @param type the class of the failure
     * @return the failure
     */
    public <X extends Throwable> X assertFailed(Class<X> type) {
        Poll<T> answer;
        try {
            answer = poll();
        } catch (Throwable failure) {
            if (type.isInstance(failure)) {
                return type.cast(failure);
            }
            throw Failures.rethrow(failure);
        }
        throw new AssertionError("expected poll " + polls + " to fail with " + type.getName() + ", it was "
                + (answer.isReady() ? "ready with " + answer.value() : "pending"));
    }

    /**
     * Expects at least one wake since the last poll began.
     *
     * @return this
     */
    public Polled<T> assertWoken() {
        if (!isWoken()) {
            throw new AssertionError("expected a wake after poll " + polls + ", there was none");
        }
        return this;
    }

    /**
     * Expects no wake since the last poll began.
     *
     * @return this
     */
    public Polled<T> assertNotWoken() {
        if (isWoken()) {
            throw new AssertionError("expected no wake after poll " + polls + ", there was one");
        }
        return this;
    }

    /**
     * Tells whether the waker was used since the last poll began.
     *
     * @return true if so
     */
    public boolean isWoken() {
        return waker.get() > wakesSeen;
    }

    /**
     * Cancels the future.
     *
     * @return what {@link Future#cancel} says
     */
    public boolean cancel() {
        return future.cancel();
    }

    /**
     * Returns how often the future was polled.
     *
     * @return the number of polls
     */
    public int polls() {
        return polls;
    }

    /**
     * Returns how often the waker was used.
     *
     * @return the number of wakes
     */
    public long wakes() {
        return waker.get();
    }

    @Override
    public String toString() {
        return "Polled[" + polls + " polls, " + waker.get() + " wakes, " + future + "]";
    }

    /** Counts. */
    private static final class CountingWaker extends AtomicLong implements Waker {

        private static final long serialVersionUID = 1;

        @Override
        public void wake() {
            incrementAndGet();
        }
    }
}
