package pollux.benchmarks;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;

/** A task that does one thing and awaits nothing. */
final class Body extends RawFuture<Void> {

    private final Runnable body;

    Body(Runnable body) {
        this.body = body;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        body.run();
        return null;
    }
}
