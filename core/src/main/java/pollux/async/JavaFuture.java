package pollux.async;

import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import pollux.executor.CurrentTask;
import pollux.executor.JoinHandle;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.Ended;

/** {@link Async#fromBlocking}: a blocking thread waits for the future of the JDK, if the first poll finds it undone. */
final class JavaFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    private final java.util.concurrent.Future<? extends T> source;
    private @Nullable JoinHandle<T> call;
    private @Nullable Future<T> outcome;
    private boolean ended;

    JavaFuture(java.util.concurrent.Future<? extends T> source) {
        this.source = source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        ended = true; // stays so if the poll throws
        if (outcome == null) {
            if (source.isDone()) {
                return get();
            }
            call = CurrentTask.executor().spawnBlocking(this::get);
            outcome = call.join();
        }
        Object answer = RawFuture.pollAny(outcome, cx);
        ended = answer != PENDING;
        return answer;
    }

    private T get() {
        try {
            return source.get();
        } catch (ExecutionException failed) {
            throw Failures.rethrow(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException given) {
            throw Failures.rethrow(given); // by cancel()
        }
    }

    @Override
    public boolean cancel() {
        ended = true;
        if (call != null) {
            call.cancel();
        }
        return true;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name(toString()).awaits(outcome);
    }

    @Override
    public String toString() {
        return "Async.fromBlocking(" + source.getClass().getName() + ")";
    }
}
