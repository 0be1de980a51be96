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
 * uses, but waits until it has returned.
 */
final class BlockingStep<T> extends RawFuture<T> {

    private final String name;
    private final Callable<T> call;
    private @Nullable Future<T> running;
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
                    .spawnBlocking(call)
                    .join();
            running = started;
        }
        ended = true; // stays so if it throws
        Object answer = pollAny(started, cx);
        if (answer == PENDING) {
            ended = false;
            return PENDING;
        }
        if (cancelled) {
            discard(answer);
            throw new CancellationException("cancelled: " + this);
        }
        return answer;
    }

    private static void discard(@Nullable Object answer) throws RuntimeException {
        if (answer instanceof AsyncFile opened) {
            opened.close();
        }
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
