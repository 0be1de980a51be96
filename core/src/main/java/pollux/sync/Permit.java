package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import pollux.future.Droppable;
import pollux.internal.memory.VarHandles;

/**
 * Room for one item in a {@link Mpsc} channel, from {@link Sender#reserve}.
 *
 * <p>It ends with {@link #send} or {@link #close}, whichever comes first. An open permit takes up a place of the
 * channel and keeps it from ending, so it belongs into a try-with-resources; one that is lost on its way to its task
 * is closed. May be used from any thread.
 *
 * @param <T> the type of the items
 */
public final class Permit<T> implements Droppable {

    private static final VarHandle USED = VarHandles.handle(MethodHandles.lookup(), "used", boolean.class);

    private final MpscCore<T> core;
    private volatile boolean used;

    Permit(MpscCore<T> core) {
        this.core = core;
    }

    /**
     * Sends the item, at once. It arrives even if the channel was closed since the permit was given: the receiver then
     * waits for it, unless it discards.
     *
     * @param item the item
     * @throws IllegalStateException if the permit has been used or closed
     */
    public void send(T item) {
        Objects.requireNonNull(item, "a channel cannot carry null: item");
        if ((boolean) USED.getAndSet(this, true)) {
            throw new IllegalStateException(
                    "a permit is for one item and this one is used or closed; reserve() another");
        }
        core.push(item);
    }

    /** Gives the room back if it was not used. Closing twice, or after sending, does nothing. */
    @Override
    public void close() {
        if (!(boolean) USED.getAndSet(this, true)) {
            core.releaseUnused();
        }
    }

    @Override
    public String toString() {
        return used ? "Permit[used]" : "Permit[open]";
    }
}
