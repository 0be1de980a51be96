package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;

/**
 * The place where one consumer leaves its waker and any number of producers find it.
 *
 * <p>It makes no wake-up get lost, if both sides keep this order:
 *
 * <ul>
 *   <li>The consumer looks; finds nothing; {@linkplain #register registers}; and <em>looks again</em> before it answers
 *       pending.
 *   <li>A producer publishes, and then {@linkplain #wake wakes}.
 * </ul>
 *
 * <p><b>Memory ordering.</b> Whatever was written before {@code wake()} is visible to the consumer's second look, or to
 * the poll that the wake-up causes. The condition itself has to be written with at least release and read with at least
 * acquire semantics.
 *
 * <p>{@code register} and {@code clear} belong to one consumer, which may be on different threads in turn; {@code wake}
 * may be called from any thread at any time. Nothing here blocks or takes a lock.
 *
 * <p>After {@code futures::task::AtomicWaker}.
 */
public final class AtomicWaker {

    /*
     * Hop 3. The reference is the whole state word, and it has two states:
     *
     *     null        no task waits: never registered, or woken since, or cleared
     *     a waker     its consumer answered pending, or is about to look again
     *
     *     edge                  by                       how
     *     null → w, v → w       register, consumer       release store, then a full fence
     *     w → null              wake, one producer       getAndSet; the producer that took w wakes it
     *     w → null              clear, consumer          release store
     *
     * The Rust original needs three states, WAITING, REGISTERING and WAKING, because copying a waker takes several
     * steps there, and a waker may arrive between two of them. Copying a reference is one step, so here none can
     * arrive inside of REGISTERING, and WAKING is the getAndSet.
     *
     * Why no wake-up is lost. Both sides write, cross a full fence, and read what the other one writes:
     *
     *     consumer:  waker = w    ; fence ; read condition       producer:  condition = x ; fence ; read waker
     *
     * One of the two fences comes first. If the consumer's does, the producer reads w, or null if another producer took
     * w in between and wakes it. If the producer's does, the second look of the consumer sees x.
     *
     * The case that looks broken: producer A took w and has not woken it yet, producer B publishes, reads null and
     * leaves. A's wake-up may lead to a poll that does not see B's item at its first look; but that poll registers
     * before it answers pending, which overwrites the null that B has read. So B's fence came before that of the
     * registration, and the second look sees the item.
     *
     * wakePublished() leaves the fence to the producer's own write, and reads the waker as a volatile, so that the two
     * stay in that order.
     *
     * A producer reads before it swaps, so that producers of a busy consumer share the cache line instead of fighting
     * for it. A consumer whose waker is still there does not store it again, but crosses the fence all the same.
     */

    private static final VarHandle WAKER = VarHandles.handle(MethodHandles.lookup(), "waker", Waker.class);

    private volatile @Nullable Waker waker;

    /** Makes one without a waker. */
    public AtomicWaker() {}

    /**
     * Leaves the waker that the next {@link #wake()} shall wake, in place of the one before. The caller looks at its
     * condition once more afterwards.
     *
     * @param next the waker of the current poll
     */
    public void register(Waker next) {
        Objects.requireNonNull(next, "waker");
        if (WAKER.getOpaque(this) != next) {
            WAKER.setRelease(this, next);
        }
        VarHandle.fullFence();
    }

    /** Wakes the registered waker, if there is one, and forgets it. The caller has published its change before. */
    public void wake() {
        VarHandle.fullFence();
        wakePublished();
    }

    /**
     * {@link #wake()} without its fence, for a producer whose change was published by a volatile write or a
     * compare-and-set: that one is the fence.
     */
    public void wakePublished() {
        if (waker == null) {
            return;
        }
        Waker registered = (Waker) WAKER.getAndSet(this, (Waker) null);
        if (registered != null) {
            registered.wake();
        }
    }

    /** Forgets the waker without waking it: for a consumer that gives up. */
    public void clear() {
        WAKER.setRelease(this, (Waker) null);
    }

    @Override
    public String toString() {
        return "AtomicWaker[" + (waker == null ? "no waiter" : waker) + "]";
    }
}
