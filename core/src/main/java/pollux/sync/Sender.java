package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.memory.VarHandles;

/**
 * A sending side of a {@link Mpsc} channel.
 *
 * <p>May be used from any thread and by several tasks at a time; the first sender comes from {@link Mpsc#sender},
 * further ones from {@link #copy}. Each of them is to be closed, because the channel ends for the receiver when all
 * are.
 *
 * <p>Items are never null: each method throws {@link NullPointerException} for one at once, not in the future.
 *
 * @param <T> the type of the items
 */
public final class Sender<T> implements AutoCloseable {

    private static final VarHandle CLOSED = VarHandles.handle(MethodHandles.lookup(), "closed", boolean.class);

    final MpscCore<T> core;
    volatile boolean closed;

    /** Null if the channel has no name. */
    private final @Nullable Reference<?> seen;

    Sender(MpscCore<T> core) {
        this.core = core;
        this.seen = core.trace == null ? null : core.trace.add(this);
    }

    /**
     * Sends an item, when there is room. Waiting senders get room in the order of their first poll.
     *
     * <p>The future fails with {@link ChannelClosedException} if the receiver is closed, and with {@link
     * IllegalStateException} if this sender is closed before the first poll. If it is closed later, the send goes on.
     *
     * <p><b>Cancellation:</b> the item was not sent, and the place in the queue is lost. To wait without giving the
     * item away, {@link #reserve} first.
     *
     * <p><b>Backpressure:</b> pending while a bounded channel is full.
     *
     * @param item the item
     * @return a future that ends with null when the item is in the channel
     */
    @CheckReturnValue
    public Future<Void> send(T item) {
        Objects.requireNonNull(item, "a channel cannot carry null: item");
        return new Send<>(this, item);
    }

    /**
     * Waits for room and keeps it for one item.
     *
     * <p>Fails as {@link #send} does.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost, and room that was granted already goes to the next.
     *
     * <p><b>Backpressure:</b> pending while a bounded channel is full; an open permit counts as an item.
     *
     * @return a future of the permit
     */
    @CheckReturnValue
    public Future<Permit<T>> reserve() {
        return new Reserve<>(this);
    }

    /**
     * Sends an item if there is room now and no task waits for it.
     *
     * @param item the item
     * @return false if there is no room
     * @throws ChannelClosedException if the receiver is closed
     * @throws IllegalStateException if this sender is closed
     */
    public boolean trySend(T item) {
        Objects.requireNonNull(item, "a channel cannot carry null: item");
        if (!tryTakeSlot()) {
            return false;
        }
        core.push(item);
        return true;
    }

    /**
     * Reserves room for one item if there is some now and no task waits for it.
     *
     * @return the permit, or null if there is no room
     * @throws ChannelClosedException if the receiver is closed
     * @throws IllegalStateException if this sender is closed
     */
    public @Nullable Permit<T> tryReserve() {
        return tryTakeSlot() ? new Permit<>(core) : null;
    }

    private boolean tryTakeSlot() {
        requireOpen();
        long answer = core.slots.tryTake(1);
        if (answer == Permits.REFUSED) {
            throw core.closed();
        }
        return answer == Permits.TAKEN;
    }

    private void requireOpen() {
        if (closed) {
            throw MpscCore.senderClosed();
        }
    }

    /**
     * Makes one more sender for the same channel, to be closed by itself.
     *
     * @return the new sender
     * @throws IllegalStateException if this sender is closed
     */
    public Sender<T> copy() {
        requireOpen();
        if (core.senders.getAndUpdate(n -> n == 0 ? 0 : n + 1) == 0) {
            throw MpscCore.senderClosed();
        }
        return new Sender<>(core);
    }

    /**
     * Waits until the receiver is closed: for a sender that wants to stop making items that are not received.
     *
     * <p><b>Cancellation:</b> nothing is lost.
     *
     * @return a future that ends with null
     */
    @CheckReturnValue
    public Future<Void> receiverClosed() {
        return core.receiverClosed.future("Sender.receiverClosed()");
    }

    /**
     * Tells whether the receiver is closed.
     *
     * @return true if items are refused
     */
    public boolean isReceiverClosed() {
        return core.receiverClosed.hasHappened();
    }

    /**
     * Closes this sender. Items that it sent remain, its open permits and its pending sends go on. When the last sender
     * closes, the channel ends after them. Closing twice does nothing.
     */
    @Override
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            if (core.trace != null && seen != null) {
                core.trace.remove(seen);
            }
            core.closeSender();
        }
    }

    @Override
    public String toString() {
        return "Sender[" + core + (closed ? ", this one closed]" : "]");
    }

    private abstract static class TakeSlot<T, R> extends Permits.Acquire<R> {

        final Sender<T> sender;

        @Override
        final void describeMore(AwaitTree sketch) {
            sender.core.describe(sketch);
        }

        TakeSlot(Sender<T> sender) {
            this.sender = sender;
        }

        @Override
        final Permits permits() {
            return sender.core.slots;
        }

        @Override
        final long wanted() {
            return 1;
        }

        @Override
        final void beforeFirst() {
            sender.requireOpen();
        }

        @Override
        final RuntimeException onClosed() {
            return sender.core.closed();
        }

        @Override
        final void afterCancel() {
            sender.core.wakeIfClosed();
        }
    }

    private static final class Send<T> extends TakeSlot<T, Void> {

        private final T item;

        Send(Sender<T> sender, T item) {
            super(sender);
            this.item = item;
        }

        @Override
        @Nullable
        Void onTaken(Context cx, long turn) {
            sender.core.push(item);
            return null;
        }

        @Override
        public String toString() {
            return sender.core.named("Sender.send()");
        }
    }

    private static final class Reserve<T> extends TakeSlot<T, Permit<T>> {

        Reserve(Sender<T> sender) {
            super(sender);
        }

        @Override
        Permit<T> onTaken(Context cx, long turn) {
            return new Permit<>(sender.core);
        }

        @Override
        public String toString() {
            return sender.core.named("Sender.reserve()");
        }
    }
}
