package pollux.reactive.spi;

import org.jspecify.annotations.Nullable;

/**
 * The queue of a publisher that lets its subscriber poll: what {@link PublisherStream#fuse} returns. The adapters wrap
 * the {@code QueueSubscription} of their library in it; core knows neither.
 *
 * <p>Only the stream calls it, one call at a time, on the threads that poll the stream; after a cancellation also on
 * the publisher's.
 *
 * @param <T> the type of the items
 */
public abstract class FusedQueue<T> {

    private final boolean synchronous;

    /** Consumer only. */
    private long taken;

    /**
     * For adapters.
     *
     * @param synchronous true if the publisher produces its items inside {@link #poll}, wants no requests and makes no
     *     signals, and if null is its end; false if it signals {@code onNext} whenever there is something to poll, and
     *     its end as ever
     */
    protected FusedQueue(boolean synchronous) {
        this.synchronous = synchronous;
    }

    /**
     * Takes the next item.
     *
     * @return the item, or null if there is none
     * @throws Throwable what the code that produces it throws; the publisher is cancelled then
     */
    protected abstract @Nullable T poll() throws Throwable;

    /**
     * Looks whether there is an item.
     *
     * @return true if {@link #poll} would return null
     */
    protected abstract boolean isEmpty();

    /** Discards what the queue holds, each item by the library's hook. Called after the subscription was cancelled. */
    protected abstract void discardAll();

    /**
     * Tells the kind of fusion.
     *
     * @return what the constructor was given
     */
    protected final boolean isSynchronous() {
        return synchronous;
    }

    final long taken() {
        return taken;
    }

    final @Nullable T take() {
        T item;
        try {
            item = poll();
        } catch (Throwable thrown) {
            throw new Failure(thrown);
        }
        if (item == null) {
            return null;
        }
        taken++;
        return item;
    }

    @Override
    public String toString() {
        return synchronous ? "fused with the source" : "fused with its queue";
    }

    /** Stands in for a queue whose publisher has ended, so that a kept stream does not keep the queue. */
    static final class Spent extends FusedQueue<Object> {

        private static final FusedQueue<Object> SYNCHRONOUS = new Spent(true);
        private static final FusedQueue<Object> ASYNCHRONOUS = new Spent(false);

        private Spent(boolean synchronous) {
            super(synchronous);
        }

        /** The stand-in for a queue. */
        @SuppressWarnings("unchecked") // it has no items
        static <T> FusedQueue<T> of(FusedQueue<T> queue) {
            return (FusedQueue<T>) (queue.isSynchronous() ? SYNCHRONOUS : ASYNCHRONOUS);
        }

        @Override
        protected @Nullable Object poll() {
            return null;
        }

        @Override
        protected boolean isEmpty() {
            return true;
        }

        @Override
        protected void discardAll() {}
    }

    /** Tells what a poll of the publisher threw from what the stream itself throws. */
    static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Failure(Throwable cause) {
            super(null, cause, false, false);
        }
    }
}
