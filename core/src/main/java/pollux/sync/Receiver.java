package pollux.sync;

import java.util.Collection;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.checks.CheckReturnValue;

/**
 * The receiving side of a {@link Mpsc} channel.
 *
 * <p>For one task at a time: its methods, except for {@code close} and {@code toString}, may be called from different
 * threads in turn, but not at the same time, and of its futures one at a time is polled. While one of them waits, the
 * poll of another fails with {@link IllegalStateException}. For several consumers give each its own channel, or let one
 * task take the items and hand them on.
 *
 * @param <T> the type of the items
 */
public final class Receiver<T> implements AutoCloseable, Inspectable {

    final MpscCore<T> core;

    Receiver(MpscCore<T> core) {
        this.core = core;
    }

    /**
     * Waits for the next item.
     *
     * <p><b>Cancellation:</b> nothing is lost; the item stays in the channel.
     *
     * @return a future of the item, or of null when the channel has ended: every sender is closed, or this receiver is,
     *     and all items are taken
     */
    @CheckReturnValue
    public Future<T> receive() {
        return new Receive<>(this);
    }

    /**
     * Waits for the next items: one at least, and as many more as are there without further waiting.
     *
     * <p><b>Cancellation:</b> nothing is lost; items are taken only by the poll that ends the future.
     *
     * @param target what the items are added to, in order; if its {@code add} throws, the future fails with that, and
     *     the item it did not take is lost
     * @param max how many items at most, at least 1
     * @return a future of the number of items, which is 0 when the channel has ended
     * @throws IllegalArgumentException if {@code max} is less than 1
     */
    @CheckReturnValue
    public Future<Integer> receiveMany(Collection<? super T> target, int max) {
        Objects.requireNonNull(target, "target");
        if (max < 1) {
            throw new IllegalArgumentException("cannot receive at most " + max + " items; ask for at least 1");
        }
        return new ReceiveMany<>(this, target, max);
    }

    /**
     * Takes the next item if there is one.
     *
     * @return the item, or null if there is none at the moment or for ever; {@link #isOver()} tells which
     */
    public @Nullable T tryReceive() {
        return core.take();
    }

    /**
     * Polls for the next item, in the raw form: what {@link #receive} does in a poll, for streams and others that poll
     * many times.
     *
     * <p>May be called after the end and then answers null again.
     *
     * @param cx the context of this poll
     * @return the item, null at the end, or {@link RawFuture#PENDING}
     */
    public @Nullable Object pollReceive(Context cx) {
        return pollReceive(cx, this);
    }

    /**
     * Takes the items that are in the channel, one after the other, as long as they are wanted and the poll has budget:
     * for streams that hand on several items in one poll. It does not wait; {@link #pollReceive(Context, Object)}
     * follows.
     *
     * @param cx the context of this poll; each item spends budget
     * @param party who polls; named in the failure
     * @param wants asked before each item is taken
     * @param target called with each item; what it throws is thrown here, and the item is its own
     * @throws IllegalStateException if another party waits at this receiver
     */
    public void receiveWhile(Context cx, Object party, BooleanSupplier wants, Consumer<? super T> target) {
        core.takeWhile(cx, party, wants, target);
    }

    /**
     * Polls as {@link #pollReceive(Context)} does, on behalf of one of several that share this receiver in turn. While
     * one of them waits, the poll of another fails instead of taking its place.
     *
     * @param cx the context of this poll
     * @param party who polls; named in the failure
     * @return the item, null at the end, or {@link RawFuture#PENDING}
     * @throws IllegalStateException if another party waits at this receiver
     */
    public @Nullable Object pollReceive(Context cx, Object party) {
        if (cx.mustYield()) {
            return RawFuture.PENDING;
        }
        Object answer = core.poll(cx, party);
        if (answer != RawFuture.PENDING) {
            cx.spend();
        }
        return answer;
    }

    /**
     * Looks whether the channel has ended, without taking an item; if not, the waker of the context is called when it
     * ends, or when an item comes. For streams.
     *
     * @param cx the context of this poll
     * @param party who polls, see {@link #pollReceive(Context, Object)}
     * @return true if no item will ever come again
     * @throws IllegalStateException if another party waits at this receiver
     */
    public boolean pollOver(Context cx, Object party) {
        return core.pollOver(cx, party);
    }

    /**
     * Tells whether the channel has ended: closed by one side or the other, and all items taken.
     *
     * @return true if no item will ever come again
     */
    public boolean isOver() {
        return core.isOver();
    }

    /**
     * Closes the channel to its senders: waiting and further sends fail with {@link ChannelClosedException}. Items that
     * are in the channel, and those for which there is an open permit, can still be received, and the channel ends
     * after them. Closing twice does nothing.
     *
     * <p>May be called from any thread.
     */
    @Override
    public void close() {
        core.closeReceiver(null);
    }

    /**
     * Closes the channel as {@link #close()} does, and hands over all items that are in it and all that are still to
     * come.
     *
     * <p>Called by the receiving task, not while one of its receiving futures is polled elsewhere; those get no item
     * any more.
     *
     * @param discard called once with each item, on this thread or, for an open permit, on the thread that sends; may
     *     be called from several threads, one at a time; what it throws is reported
     */
    public void close(Consumer<? super T> discard) {
        core.closeReceiver(Objects.requireNonNull(discard, "discard"));
    }

    @Override
    public void describe(AwaitTree sketch) {
        core.describeToReceiver(sketch.name(core.named("Receiver")));
    }

    @Override
    public String toString() {
        return "Receiver[" + core + "]";
    }

    private static final class Receive<T> extends LeafFuture<T> implements Inspectable {

        private final Receiver<T> receiver;

        Receive(Receiver<T> receiver) {
            this.receiver = receiver;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx)) {
                return PENDING;
            }
            Object answer = receiver.core.poll(cx, this);
            if (answer != PENDING) {
                end(cx);
            }
            return answer;
        }

        @Override
        void leave() {
            receiver.core.forgetReceiver(this);
        }

        @Override
        public void describe(AwaitTree sketch) {
            receiver.core.describeToReceiver(sketch.name(toString()));
        }

        @Override
        public String toString() {
            return receiver.core.named("Receiver.receive()");
        }
    }

    private static final class ReceiveMany<T> extends LeafFuture<Integer> implements Inspectable {

        private final Receiver<T> receiver;
        private final Collection<? super T> target;
        private final int max;

        ReceiveMany(Receiver<T> receiver, Collection<? super T> target, int max) {
            this.receiver = receiver;
            this.target = target;
            this.max = max;
        }

        @Override
        @SuppressWarnings("unchecked") // the core answers with a T, null or PENDING
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx)) {
                return PENDING;
            }
            Object answer = receiver.core.poll(cx, this);
            if (answer == PENDING) {
                return PENDING;
            }
            end(cx);
            return answer == null ? 0 : addAll((T) answer);
        }

        private int addAll(T first) {
            target.add(first);
            int taken = 0;
            try {
                for (T item; taken < max - 1 && (item = receiver.core.takeOnly()) != null; ) {
                    taken++;
                    target.add(item);
                }
            } finally {
                receiver.core.tellSenders(); // once, so that waiting senders are woken in one batch
            }
            return taken + 1;
        }

        @Override
        void leave() {
            receiver.core.forgetReceiver(this);
        }

        @Override
        public void describe(AwaitTree sketch) {
            receiver.core.describeToReceiver(sketch.name(toString()));
        }

        @Override
        public String toString() {
            return receiver.core.named("Receiver.receiveMany(" + max + ")");
        }
    }
}
