package pollux.future;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A future that changes the context of another and nothing else. */
abstract class DelegatingFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    final Future<T> inside;

    DelegatingFuture(Future<T> inside) {
        this.inside = Objects.requireNonNull(inside, "future");
    }

    @Override
    public final boolean cancel() {
        return inside.cancel();
    }

    @Override
    public final boolean hasDecided() {
        return hasDecided(inside);
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("in a context of its own").awaits(inside);
    }

    @Override
    public final String toString() {
        return inside.toString();
    }
}
