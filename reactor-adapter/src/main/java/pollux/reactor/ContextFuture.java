package pollux.reactor;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import reactor.util.context.Context;

/** A future in a changed Reactor {@code Context}: what {@code contextWrite} is to a {@code Mono}. */
final class ContextFuture<T> extends RawFuture<T> {

    private final UnaryOperator<Context> change;
    private final Future<T> inside;
    private @Nullable Services outer;
    private Services inner = Services.NONE;

    ContextFuture(UnaryOperator<Context> change, Future<T> inside) {
        this.change = Objects.requireNonNull(change, "change");
        this.inside = Objects.requireNonNull(inside, "future");
    }

    @Override
    public @Nullable Object pollRaw(pollux.future.Context cx) {
        if (outer != cx.services()) {
            Context changed = change.apply(ContextBridge.of(cx).context());
            inner = cx.services().with(ContextBridge.KEY, changed);
            outer = cx.services();
        }
        return cx.pollWith(inside, inner);
    }

    @Override
    public boolean cancel() {
        return inside.cancel();
    }

    @Override
    public String toString() {
        return "withContext(" + inside + ")";
    }
}
