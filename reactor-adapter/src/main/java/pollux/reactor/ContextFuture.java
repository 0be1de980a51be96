package pollux.reactor;

import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import reactor.core.publisher.Hooks;
import reactor.util.context.Context;

/** A future in a changed Reactor {@code Context}: what {@code contextWrite} is to a {@code Mono}. */
final class ContextFuture<T> extends RawFuture<T> implements Inspectable {

    private final UnaryOperator<Context> change;
    private final Future<T> inside;
    private Future<T> polled;
    private @Nullable Services outer;
    private Services inner = Services.NONE;

    ContextFuture(UnaryOperator<Context> change, Future<T> inside) {
        this.change = Objects.requireNonNull(change, "change");
        this.inside = Objects.requireNonNull(inside, "future");
        this.polled = inside;
    }

    @Override
    public @Nullable Object pollRaw(pollux.future.Context cx) {
        if (outer != cx.services()) {
            Context changed = change.apply(ContextBridge.of(cx).context());
            inner = cx.services().with(ContextBridge.KEY, changed);
            outer = cx.services();
            polled = Hooks.isAutomaticContextPropagationEnabled()
                    ? new ThreadLocalFuture<>(ThreadLocals.of(changed), inside)
                    : inside;
        }
        return cx.pollWith(polled, inner);
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(polled);
    }

    @Override
    public boolean cancel() {
        return polled.cancel();
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("in a context of its own").awaits(inside);
    }

    @Override
    public String toString() {
        return "withContext(" + inside + ")";
    }
}
