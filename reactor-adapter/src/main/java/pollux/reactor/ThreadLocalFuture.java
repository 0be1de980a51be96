package pollux.reactor;

import io.micrometer.context.ContextSnapshot;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.executor.Refusable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.reactive.spi.CarriedThreadLocals;

/** A future that finds the thread locals of a snapshot, and no others, on whichever thread polls or cancels it. */
final class ThreadLocalFuture<T> extends RawFuture<T> implements Inspectable, Refusable {

    private final ContextSnapshot snapshot;
    private final Future<T> inside;
    private @Nullable Services outer;
    private Services inner = Services.NONE;

    ThreadLocalFuture(ContextSnapshot snapshot, Future<T> inside) {
        this.snapshot = snapshot;
        this.inside = Objects.requireNonNull(inside, "future");
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (outer != cx.services()) {
            outer = cx.services();
            inner = outer.with(CarriedThreadLocals.KEY, snapshot::wrap); // for virtual threads
        }
        ContextSnapshot.Scope scope = snapshot.setThreadLocals();
        try {
            return cx.pollWith(inside, inner);
        } finally {
            scope.close();
        }
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(inside);
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
    public void describe(AwaitTree sketch) {
        sketch.name("with thread locals of its own").awaits(inside);
    }

    @Override
    public String toString() {
        return inside.toString();
    }
}
