package pollux.reactor;

import io.micrometer.context.ContextSnapshot;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.executor.Refusable;
import pollux.future.Awaiting;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Sketch;

/** A future that finds the thread locals of a snapshot, and no others, on whichever thread polls or cancels it. */
final class ThreadLocalFuture<T> extends RawFuture<T> implements Awaiting, Refusable {

    private final ContextSnapshot snapshot;
    private final Future<T> inside;

    ThreadLocalFuture(ContextSnapshot snapshot, Future<T> inside) {
        this.snapshot = snapshot;
        this.inside = Objects.requireNonNull(inside, "future");
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        ContextSnapshot.Scope scope = snapshot.setThreadLocals();
        try {
            return RawFuture.pollAny(inside, cx);
        } finally {
            scope.close();
        }
    }

    @Override
    public boolean cancel() {
        ContextSnapshot.Scope scope = snapshot.setThreadLocals(); // clean-up is code of the task too
        try {
            return inside.cancel();
        } finally {
            scope.close();
        }
    }

    @Override
    public boolean refuse(Throwable refusal) {
        ContextSnapshot.Scope scope = snapshot.setThreadLocals();
        try {
            return Refusable.refuse(inside, refusal);
        } finally {
            scope.close();
        }
    }

    @Override
    public void describe(Sketch sketch) {
        sketch.name("with thread locals of its own").awaits(inside);
    }

    @Override
    public String toString() {
        return inside.toString();
    }
}
