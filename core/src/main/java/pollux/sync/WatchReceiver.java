package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * One reader of a {@link Watch}, which remembers what it has seen.
 *
 * <p>For one task at a time: it may be used from different threads in turn, but not at the same time.
 *
 * @param <T> the type of the value
 */
public final class WatchReceiver<T> {

    private final Watch<T> watch;
    private final OneParty parties = new OneParty();
    private long seen;

    WatchReceiver(Watch<T> watch, long seen) {
        this.watch = watch;
        this.seen = seen;
    }

    /**
     * Returns the latest value and counts it as seen.
     *
     * @return the value
     */
    public T value() {
        Watch.Snapshot<T> now = watch.snapshot();
        seen = now.version();
        return now.value();
    }

    /**
     * Tells whether there is a value that this watcher has not seen.
     *
     * @return true if {@link #changed} would end at once with a value
     */
    public boolean hasChanged() {
        return watch.snapshot().version() != seen;
    }

    /**
     * Waits for a value that this watcher has not seen, and counts it as seen.
     *
     * <p><b>Cancellation:</b> nothing is lost; a value counts as seen only with the poll that returns it.
     *
     * @return a future of the latest value, or of null when the watch is closed and its last value was seen
     */
    @CheckReturnValue
    public Future<T> changed() {
        return new Changed<>(this);
    }

    @Override
    public String toString() {
        return "Watcher[seen version " + seen + " of " + watch + "]";
    }

    private static final class Changed<T> extends LeafFuture<T> {

        private final WatchReceiver<T> watcher;
        private final Waiter waiter = new Waiter();

        Changed(WatchReceiver<T> watcher) {
            this.watcher = watcher;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx)) {
                return PENDING;
            }
            watcher.parties.enter(this, "Watcher");
            Watch<T> watch = watcher.watch;
            Watch.Snapshot<T> now = watch.snapshot();
            if (isOld(now)) {
                synchronized (watch.lock) {
                    now = watch.snapshot();
                    if (isOld(now)) {
                        watcher.parties.waits(this, "Watcher");
                        waiter.waker = cx.waker();
                        if (waiter.position == 0) {
                            watch.waiters.add(waiter);
                        }
                        return PENDING;
                    }
                }
            }
            watcher.parties.leave(this);
            end(cx);
            if (now.version() == watcher.seen) {
                return null;
            }
            watcher.seen = now.version();
            return now.value();
        }

        private boolean isOld(Watch.Snapshot<T> now) {
            return now.version() == watcher.seen && !now.closed();
        }

        @Override
        void leave() {
            watcher.parties.leave(this);
            synchronized (watcher.watch.lock) {
                watcher.watch.waiters.remove(waiter);
                waiter.waker = null;
            }
        }

        @Override
        public String toString() {
            return "Watcher.changed()";
        }
    }
}
