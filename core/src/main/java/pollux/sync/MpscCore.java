package pollux.sync;

import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.internal.queue.MpscChain;

/** What the two sides of a {@link Mpsc} share. */
final class MpscCore<T> {

    /*
     * Hop 2 between tasks. An item travels so:
     *
     *     slots.take ──▶ queue.add ──▶ wake receiver          sender
     *     senderWaits? ◀── queue.poll ◀── poll                receiver
     *
     * A slot is one permit. It is held from before the item is in the queue until the item is out of it, so the slots
     * that are not available count the items in the queue, those on their way there, and the reserved ones. An
     * unbounded channel is a bounded one with 2^61 slots.
     *
     * The slot of an item comes back by the taking of the item: the queue counts what was taken, and senders collect it
     * when they find no slot (see Permits). So while there is room, the two sides write to different cache lines.
     *
     * Closing. When the last sender closes, the slots are sealed: no new sender gets one, a sender that waits for one
     * is still served. When the receiver closes, they are closed: who waits is refused. Either way the channel is over
     * once it is closed, no sender waits, and every slot is back. That is one comparison of one word, and it cannot be
     * true before the last item is out of the queue; so the receiver sees its end neither too early nor never. Giving
     * back a slot of a closed channel without an item can be what makes it over, so that wakes the receiver.
     *
     * One thread at a time may take from the queue. That is the receiver, until it is closed with a function for
     * discarded items; then it takes no more, and a sender that adds an item late takes it out again. (The sender adds,
     * then looks for the function; the receiver sets the function, then empties the queue; so every item is seen by one
     * of the two.) Of several who want to, one empties the queue, once more for each of the others: `emptiers` counts
     * them.
     *
     * The receiver registers its waker only when it found nothing, and the wake-up takes the waker; so senders wake it
     * from empty to non-empty only.
     */

    private final class Slots extends Permits {

        /** How many of the taken items' slots are in the word again. Written under the lock. */
        private volatile long collected;

        Slots(long available) {
            super(available);
        }

        @Override
        long uncollected() {
            long before = collected; // first, so that the difference is never negative
            return queue.taken() - before;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // by the one receiver
        void onCollect(long number) {
            collected = collected + number;
        }

        @Override
        void onWaiting(boolean waiting) {
            senderWaits = waiting;
            VarHandle.fullFence(); // ↔ tellSenders: of who waits and what was taken, one side sees the other's
        }
    }

    final long capacity;
    final Permits slots;

    /** Senders that are not closed. Never leaves 0. */
    final AtomicInteger senders = new AtomicInteger(1);

    /** Happens when the receiver closes. */
    final Event receiverClosed = new Event();

    private final MpscChain<T> queue = new MpscChain<>();
    private final AtomicInteger emptiers = new AtomicInteger();
    private final AtomicWaker receiver = new AtomicWaker();
    private final OneParty parties = new OneParty();
    private volatile @Nullable Consumer<? super T> discard;

    /** Whether the receiver has to wake senders. Set and cleared under the lock of the slots. */
    private volatile boolean senderWaits;

    /** Null if this channel has no name. */
    final @Nullable ChannelTrace trace;

    MpscCore(long capacity, @Nullable String name) {
        this.capacity = capacity;
        this.slots = new Slots(capacity);
        this.trace = name == null ? null : ChannelTrace.of(name, this);
    }

    /** What a future or a party of this channel is called in a dump. */
    String named(String text) {
        return trace == null ? text : text + " of channel " + trace.name();
    }

    // ------------------------------------------------------------------ senders

    /** Puts an item into a slot that the caller holds. */
    void push(T item) {
        queue.add(item);
        receiver.wake();
        if (discard != null) {
            discardAll();
        }
    }

    /** Gives back a slot that was never filled. */
    void releaseUnused() {
        slots.release(1);
        wakeIfClosed();
    }

    /** To be called whenever something other than an item may have made the channel over. */
    void wakeIfClosed() {
        if (slots.isClosed()) {
            receiver.wake();
        }
    }

    void closeSender() {
        if (senders.decrementAndGet() == 0) {
            slots.seal();
            receiver.wake();
        }
    }

    /** Why no slot was to be had. */
    RuntimeException closed() {
        return receiverClosed.hasHappened()
                ? new ChannelClosedException("the receiver has closed the channel; the item was not sent")
                : senderClosed();
    }

    static IllegalStateException senderClosed() {
        return new IllegalStateException("this sender is closed; make a copy() before closing it to send further");
    }

    // ------------------------------------------------------------------ receiver

    /** Takes an item and tells the senders; null if there is none at the moment. */
    @Nullable
    T take() {
        T item = takeOnly();
        if (item != null) {
            tellSenders();
        }
        return item;
    }

    /** Takes an item without telling the senders: for callers that tell of several at once. */
    @Nullable
    T takeOnly() {
        return discard == null ? queue.poll() : null;
    }

    /** To be called when items were taken: brings their slots to the senders that wait for them. */
    void tellSenders() {
        VarHandle.fullFence(); // ↔ Slots.onWaiting
        if (senderWaits) {
            slots.collect();
        }
    }

    /**
     * Takes items while there are some and the caller wants them, each of which spends budget. Senders that wait are
     * told after each item as far as a look without a fence finds them, and of all items at the end.
     */
    void takeWhile(Context cx, Object party, BooleanSupplier wants, Consumer<? super T> target) {
        parties.enter(party, "Receiver");
        boolean taken = false;
        try {
            while (cx.hasBudget() && wants.getAsBoolean()) {
                T item = takeOnly();
                if (item == null) {
                    break;
                }
                taken = true;
                if (senderWaits) {
                    slots.collect();
                }
                cx.spend();
                target.accept(item);
            }
        } finally {
            if (taken) {
                tellSenders();
            }
        }
    }

    /** Whether no item will ever come again. */
    boolean isOver() {
        return slots.isOver(capacity);
    }

    /** The next item, null at the end, or PENDING; the item's slot is free already. */
    @Nullable
    Object poll(Context cx, Object party) {
        parties.enter(party, "Receiver");
        T item = take();
        if (item != null || isOver()) {
            parties.leave(party);
            return item;
        }
        parties.waits(party, "Receiver");
        receiver.register(cx.waker());
        // look again: what was sent before the waker could be seen has woken no task
        item = take();
        if (item == null && !isOver()) {
            return RawFuture.PENDING;
        }
        receiver.clear();
        parties.leave(party);
        return item;
    }

    /** The next item, if there is one and no party waits; else null, and nothing has been done. */
    @Nullable
    T takeAtOnce() {
        return parties.isEmpty() ? take() : null;
    }

    /** Registers for the end and for items, and tells whether this is the end. */
    boolean pollOver(Context cx, Object party) {
        if (isOver()) {
            return true;
        }
        parties.enter(party, "Receiver");
        parties.waits(party, "Receiver");
        receiver.register(cx.waker());
        return isOver(); // register, then look
    }

    /** A party of the receiver gives up; one that has not waited leaves the one that does alone. */
    void forgetReceiver(Object party) {
        if (parties.leave(party)) {
            receiver.clear();
        }
    }

    void closeReceiver(@Nullable Consumer<? super T> function) {
        if (function != null) {
            discard = function;
        }
        if (receiverClosed.happen()) {
            slots.close();
        }
        if (function != null) {
            discardAll();
        } else {
            receiver.wake();
        }
    }

    private void discardAll() {
        int wanted = emptiers.incrementAndGet();
        if (wanted > 1) {
            return;
        }
        Consumer<? super T> function = Objects.requireNonNull(discard);
        do {
            for (T item = queue.poll(); item != null; item = queue.poll()) {
                tellSenders();
                try {
                    function.accept(item);
                } catch (Throwable failure) {
                    Failures.report("the discard function of a channel failed", failure);
                }
            }
            wanted = emptiers.addAndGet(-wanted);
        } while (wanted > 0);
        receiver.wake();
    }

    /** Says what either side of the channel would want to know of the other. */
    void describe(AwaitTree sketch) {
        sketch.count("senders", senders.get()).count("in use", capacity - slots.available());
        if (capacity != Permits.MAX) {
            sketch.count("capacity", capacity);
        }
        if (receiverClosed.hasHappened()) {
            sketch.note("receiver closed");
        }
    }

    /** Says what a waiting receiver would want to know. */
    void describeToReceiver(AwaitTree sketch) {
        describe(sketch);
        // senders first: one that has sent an item and was collected after that leaves the item to be seen
        if (trace != null && trace.lostSenders(senders.get()) && slots.available() == capacity && !isOver()) {
            sketch.note("its senders were collected as garbage without close()").neverWoken();
        }
    }

    @Override
    public String toString() {
        long used = capacity - slots.available();
        return used
                + (capacity == Permits.MAX ? " in use, unbounded" : " of " + capacity + " slots in use")
                + ", "
                + senders
                + (senders.get() == 1 ? " sender" : " senders")
                + (receiverClosed.hasHappened() ? ", receiver closed" : "")
                + (isOver() ? ", over" : "");
    }
}
