package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.trace.Ended;

/**
 * One receiver of a {@link Broadcast}, at its own place in the sequence of items.
 *
 * <p>For one task at a time: it may be used from different threads in turn, but not at the same time. An open receiver
 * keeps up to the capacity of the channel in items alive.
 *
 * @param <T> the type of the items
 */
public final class BroadcastReceiver<T> implements AutoCloseable {

    private final Broadcast<T> broadcast;
    private final Waiter waiter = new Waiter();
    private final OneParty parties = new OneParty();

    /** The position of the next item; guarded by the lock of the channel. */
    private long next;

    private boolean closed;

    BroadcastReceiver(Broadcast<T> broadcast, long next) {
        this.broadcast = broadcast;
        this.next = next;
    }

    /**
     * Waits for the next item. Fails with {@link LaggedException} if items were missed since the last one; the receiver
     * then stands at the oldest one left. Fails with the failure that the channel was closed with, if there is one.
     *
     * <p><b>Cancellation:</b> nothing is lost by it, but a receiver that does not receive falls behind.
     *
     * @return a future of the item, or of null when the channel or this receiver is closed and nothing is left
     */
    @CheckReturnValue
    public Future<T> receive() {
        return new Receive<>(this);
    }

    /**
     * Takes the next item if there is one.
     *
     * @return the item, or null if there is none at the moment or for ever
     * @throws LaggedException if items were missed since the last one
     */
    public @Nullable T tryReceive() {
        synchronized (broadcast.lock) {
            return take();
        }
    }

    /**
     * Polls for the next item, in the raw form, as {@link #receive} does. May be called after the end and then answers
     * null again.
     *
     * @param cx the context of this poll
     * @return the item, null at the end, or {@link RawFuture#PENDING}
     * @throws LaggedException if items were missed since the last one
     */
    public @Nullable Object pollReceive(Context cx) {
        return poll(cx, this);
    }

    private @Nullable Object poll(Context cx, Object party) {
        if (cx.mustYield()) {
            return RawFuture.PENDING;
        }
        T item;
        synchronized (broadcast.lock) {
            parties.enter(party, "BroadcastReceiver");
            try {
                item = take();
            } catch (LaggedException lagged) {
                parties.leave(party);
                throw lagged;
            }
            if (item == null && !closed && !broadcast.isClosed()) {
                parties.waits(party, "BroadcastReceiver");
                waiter.waker = cx.waker();
                if (waiter.position == 0) {
                    broadcast.waiters.add(waiter);
                }
                return RawFuture.PENDING;
            }
            stopWaiting();
            parties.leave(party);
            if (item == null && !closed && broadcast.failure() != null) {
                throw Failures.rethrow(broadcast.failure());
            }
        }
        cx.spend();
        return item;
    }

    /** Under the lock. */
    private @Nullable T take() {
        if (closed || next == broadcast.tail()) {
            return null;
        }
        long missed = broadcast.oldest() - next;
        if (missed > 0) {
            next += missed;
            throw new LaggedException(missed);
        }
        return broadcast.pass(next++);
    }

    /** Stops receiving and lets go of the items not received. Closing twice does nothing. */
    @Override
    public void close() {
        Waker waits = null;
        synchronized (broadcast.lock) {
            if (!closed) {
                closed = true;
                broadcast.leave(next);
                waits = waiter.waker;
                stopWaiting();
            }
        }
        if (waits != null) {
            waits.wake();
        }
    }

    private void stopWaiting() {
        broadcast.waiters.remove(waiter);
        waiter.waker = null;
    }

    @Override
    public String toString() {
        synchronized (broadcast.lock) {
            return "BroadcastReceiver[" + (closed ? "closed" : broadcast.tail() - next + " behind") + "]";
        }
    }

    private static final class Receive<T> extends RawFuture<T> {

        private final BroadcastReceiver<T> receiver;
        private boolean ended;

        Receive(BroadcastReceiver<T> receiver) {
            this.receiver = receiver;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ended) {
                throw Ended.future(this);
            }
            ended = true; // also if it throws
            Object answer = receiver.poll(cx, this);
            ended = answer != PENDING;
            return answer;
        }

        @Override
        public boolean cancel() {
            ended = true;
            synchronized (receiver.broadcast.lock) {
                if (receiver.parties.leave(this)) {
                    receiver.stopWaiting();
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return "BroadcastReceiver.receive()";
        }
    }
}
