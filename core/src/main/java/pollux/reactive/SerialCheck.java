package pollux.reactive;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether calls that have to come one after the other do: from one thread at a time, though perhaps within each
 * other.
 */
final class SerialCheck {

    private final AtomicReference<@Nullable Thread> holder = new AtomicReference<>();

    /** How deep the holder is in; the holder only. */
    private int depth;

    /**
     * Begins a call.
     *
     * @return how deep the calls of this thread are nested, 1 for the outermost; 0 if another thread is inside a call
     */
    int enter() {
        Thread me = Thread.currentThread();
        if (holder.getPlain() == me || holder.compareAndSet(null, me)) { // only this thread can have put it there
            return ++depth;
        }
        return 0;
    }

    /** Ends a call; with what {@link #enter} returned. */
    void leave(int entered) {
        if (entered > 0 && --depth == 0) {
            holder.set(null);
        }
    }
}
