package pollux.future;

import org.jspecify.annotations.Nullable;

/**
 * A future that may be polled after its end: it then answers pending for ever.
 *
 * @param <T> the type of the value
 */
public final class FuseFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    private @Nullable Future<T> source;

    FuseFuture(Future<T> source) {
        this.source = source;
    }

    /**
     * Tells whether the source has ended or was cancelled.
     *
     * @return true if further polls cannot be ready
     */
    public boolean isTerminated() {
        return source == null;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Future<T> polled = source;
        if (polled == null) {
            return PENDING;
        }
        source = null; // stays so if the poll throws
        Object answer = RawFuture.pollAny(polled, cx);
        if (answer == PENDING) {
            source = polled;
        }
        return answer;
    }

    @Override
    public boolean cancel() {
        Future<T> cancelled = source;
        if (cancelled == null || cancelled.cancel()) {
            source = null;
            return true;
        }
        return false;
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(source);
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("Future.fuse").awaits(source);
        if (source == null) {
            sketch.neverWoken();
        }
    }

    @Override
    public String toString() {
        return "Future.fuse(" + (source == null ? "terminated" : source) + ")";
    }
}
