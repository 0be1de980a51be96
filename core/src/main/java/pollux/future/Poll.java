package pollux.future;

import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one poll: ready with a value, or pending.
 *
 * <p>A ready value may be {@code null}: futures of {@code Void} end with it, and streams end with it. A failure is not
 * a value: the poll throws it. Instances are immutable, may be shared between threads, and compare by value.
 *
 * <p>Inside Pollux the same answer travels without this wrapper, see {@link RawFuture}.
 *
 * @param <T> the type of the value
 */
public final class Poll<T extends @Nullable Object> {

    /** The one pending answer. It is also the sentinel of the raw form, so both forms share one identity test. */
    static final Poll<Object> PENDING = new Poll<>(null);

    private static final Poll<Object> READY_NULL = new Poll<>(null);

    private final @Nullable T value;

    private Poll(@Nullable T value) {
        this.value = value;
    }

    /**
     * Returns the pending answer, always the same object.
     *
     * @param <T> the type of the value that may come later
     * @return the pending answer
     */
    @SuppressWarnings("unchecked") // holds no value
    public static <T extends @Nullable Object> Poll<T> pending() {
        return (Poll<T>) PENDING;
    }

    /**
     * Returns a ready answer.
     *
     * @param <T> the type of the value
     * @param value the value, or null
     * @return a ready answer that holds {@code value}
     */
    @SuppressWarnings("unchecked") // READY_NULL holds no value
    public static <T extends @Nullable Object> Poll<T> ready(@Nullable T value) {
        return value == null ? (Poll<T>) READY_NULL : new Poll<>(value);
    }

    /**
     * Tells whether this answer holds a value.
     *
     * @return true if {@link #value()} may be called
     */
    public boolean isReady() {
        return this != PENDING;
    }

    /**
     * Tells whether the poll has to be repeated after a wake-up.
     *
     * @return true if there is no value yet
     */
    public boolean isPending() {
        return this == PENDING;
    }

    /**
     * Returns the value of a ready answer.
     *
     * @return the value, or null if the answer is {@code ready(null)}
     * @throws NoSuchElementException if this answer is pending
     */
    public @Nullable T value() {
        if (this == PENDING) {
            throw new NoSuchElementException("the poll is pending and has no value; ask isReady() first");
        }
        return value;
    }

    /**
     * Applies a function to the value of a ready answer.
     *
     * @param <R> the type of the result
     * @param function called with the value, on this thread, if there is one; what it throws is thrown on
     * @return a ready answer that holds the result, or the pending answer
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // the pending answer holds no value; the function takes null
    public <R extends @Nullable Object> Poll<R> map(Function<? super @Nullable T, ? extends @Nullable R> function) {
        Objects.requireNonNull(function, "function");
        return this == PENDING ? (Poll<R>) this : ready(function.apply(value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof Poll<?> that
                        && this != PENDING
                        && that != PENDING
                        && Objects.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return this == PENDING ? 0 : 31 + Objects.hashCode(value);
    }

    @Override
    public String toString() {
        return this == PENDING ? "Pending" : "Ready(" + value + ")";
    }
}
