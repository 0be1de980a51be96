package pollux.io;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;

/**
 * A blocking call on the threads of the task's spawner. Cancelling does not interrupt it, which would close the file that it
 * uses, but waits until it has returned. A file that it has opened is closed if nobody gets it, also if a pool that is closed has
 * cancelled the call itself.
 */
final class BlockingStep<T> extends RawFuture<T> {

    private final String name;
    private final Callable<T> call;
    private @Nullable Future<T> running;

    /** What the call has returned; written before its end is published. */
    private volatile @Nullable T returned;

    private boolean cancelled;
    private boolean ended;

    BlockingStep(String name, Callable<T> call) {
        this.name = name;
        this.call = call;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        Future<T> started = running;
        if (started == null) {
            Spawner around = cx.get(Spawner.KEY);
            started = (around == null ? Spawner.inline() : around)
                    .spawnBlocking(this::call)
                    .join();
            running = started;
        }
        ended = true; // stays so if it throws
        boolean taken = false;
        try {
            Object answer = pollAny(started, cx);
            if (answer == PENDING) {
                ended = false;
            } else if (cancelled) {
                throw new CancellationException("cancelled: " + this);
            }
            taken = true;
            return answer;
        } finally {
            if (!taken && returned instanceof AsyncFile opened) {
                opened.close();
            }
        }
    }

    private T call() throws Exception {
        T value = call.call();
        returned = value;
        return value;
    }

    @Override
    public boolean cancel() {
        cancelled = true;
        ended = running == null;
        return ended;
    }

    @Override
    public String toString() {
        return name;
    }
}
