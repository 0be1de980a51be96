package pollux.reactive;

import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/** What the cancellation of a subscriber means for a running task that others may await too. */
public enum CancelPolicy {
    /** The subscriber stops waiting, the task goes on. */
    DETACH {
        @Override
        public <T extends @Nullable Object> Future<T> join(JoinHandle<T> handle) {
            return handle.join();
        }
    },

    /** The task is cancelled too, for all that await it. */
    PROPAGATE {
        @Override
        public <T extends @Nullable Object> Future<T> join(JoinHandle<T> handle) {
            return new OwnedJoin<>(handle);
        }
    };

    /**
     * Returns a future that waits for a task, and whose cancellation obeys this policy.
     *
     * @param <T> the type of the value
     * @param handle the task
     * @return the future
     */
    public abstract <T extends @Nullable Object> Future<T> join(JoinHandle<T> handle);

    private static final class OwnedJoin<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

        private final JoinHandle<T> handle;
        private final Future<T> join;

        OwnedJoin(JoinHandle<T> handle) {
            this.handle = handle;
            this.join = handle.join();
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return pollAny(join, cx);
        }

        @Override
        public boolean cancel() {
            handle.cancel(); // its executor sees the clean-up through
            return join.cancel();
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name("owned").awaits(join);
        }

        @Override
        public String toString() {
            return "join of " + handle;
        }
    }
}
