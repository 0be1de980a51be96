package pollux.future;

import org.jspecify.annotations.Nullable;

/** {@link Futures#pending}. */
final class PendingFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /** One for all: it has nothing to remember. */
    static final Future<?> INSTANCE = new PendingFuture<>();

    private PendingFuture() {}

    @Override
    public Object pollRaw(Context cx) {
        return PENDING;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name(toString()).neverWoken();
    }

    @Override
    public String toString() {
        return "Futures.pending()";
    }
}
