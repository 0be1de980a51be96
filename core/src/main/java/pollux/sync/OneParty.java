package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/**
 * Keeps a second party out of something that has room for the waker of one. Without it the second one would overwrite
 * the waker of the first, which would never be woken.
 */
final class OneParty {

    private static final VarHandle WAITING = VarHandles.handle(MethodHandles.lookup(), "waiting", Object.class);

    /** The party that has answered pending, until it is ready or gives up. */
    private volatile @Nullable Object waiting;

    /**
     * Called by each poll, before it looks.
     *
     * @param party who polls
     * @param resource what is polled, for the message
     * @throws IllegalStateException if another party waits
     */
    void enter(Object party, Object resource) {
        Object present = waiting;
        if (present != null && present != party) {
            throw taken(party, resource);
        }
    }

    /** Tells whether no party waits. */
    boolean isEmpty() {
        return waiting == null;
    }

    /** Called before the waker of this party is stored; see {@link #enter}. */
    void waits(Object party, Object resource) {
        if (waiting != party && !WAITING.compareAndSet(this, (Object) null, party)) {
            throw taken(party, resource);
        }
    }

    /**
     * Called when a party is ready or gives up.
     *
     * @return true if it was the one that waited
     */
    boolean leave(Object party) {
        if (waiting != party) {
            return false;
        }
        WAITING.setRelease(this, (Object) null); // the next party comes after this one, or is refused: no fence
        return true;
    }

    private static IllegalStateException taken(Object party, Object resource) {
        return new IllegalStateException(party + " while another task waits at the same " + resource
                + ", which is for one task at a time; await or cancel the first before the second");
    }
}
