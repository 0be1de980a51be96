package pollux.rxjava;

import io.reactivex.rxjava3.exceptions.MissingBackpressureException;

/**
 * What happens to the items of an {@code Observable} that come faster than they are taken. An Observable cannot be
 * slowed down, and its thread is never blocked, so one of these has to be chosen.
 *
 * <p>The capacity counts the items that have come and were not taken by a poll yet.
 */
public final class Overflow {

    private enum Policy {
        ERROR,
        DROP_LATEST,
        DROP_OLDEST
    }

    private final Policy policy;
    private final int capacity;

    private Overflow(Policy policy, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the capacity must be at least 1, was " + capacity);
        }
        this.policy = policy;
        this.capacity = capacity;
    }

    /**
     * Fails the stream when there are too many: after the items that fitted it ends with
     * {@code MissingBackpressureException}, and the source is disposed of.
     *
     * @param capacity how many items may wait, at least 1
     * @return a policy
     */
    public static Overflow error(int capacity) {
        return new Overflow(Policy.ERROR, capacity);
    }

    /**
     * Drops what comes while there is no room; what waits is kept. (RxJava's own strategy of this name replaces the
     * newest of those that wait.)
     *
     * @param capacity how many items may wait, at least 1
     * @return a policy
     */
    public static Overflow dropLatest(int capacity) {
        return new Overflow(Policy.DROP_LATEST, capacity);
    }

    /**
     * Drops what has waited longest to make room for what comes.
     *
     * @param capacity how many items may wait, at least 1
     * @return a policy
     */
    public static Overflow dropOldest(int capacity) {
        return new Overflow(Policy.DROP_OLDEST, capacity);
    }

    /**
     * Keeps all items, however many come. Only for sources that are known to be finite or slow.
     *
     * @return the policy without a bound
     */
    public static Overflow unbounded() {
        return new Overflow(Policy.ERROR, Integer.MAX_VALUE);
    }

    /** Called for each item before it is queued, on the emitting thread; false if there is to be no room for it. */
    boolean makesRoom(ObservableStream<?> stream) {
        for (int waiting = stream.waiting(); waiting >= capacity; waiting = stream.waiting()) {
            switch (policy) {
                case DROP_LATEST -> {
                    return false;
                }
                case DROP_OLDEST -> stream.dropOldest(waiting);
                case ERROR -> {
                    stream.fail(new MissingBackpressureException(
                            "more than " + capacity + " items waited; take them faster, or choose another Overflow"));
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return capacity == Integer.MAX_VALUE ? "Overflow.unbounded()" : "Overflow." + policy + "(" + capacity + ")";
    }
}
