package pollux.reactive;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.internal.queue.SpscChain;
import pollux.internal.queue.SpscQueue;
import pollux.internal.queue.SpscRing;
import pollux.stream.RawStream;
import pollux.sync.AtomicWaker;

/**
 * The items of a publisher, pulled: {@code stream(x)}.
 *
 * <p>Nothing happens before the first poll, which subscribes. The thread that signals only puts the item into a queue, and
 * wakes the consumer if it found the queue empty; it is never parked.
 *
 * <p><b>Backpressure:</b> at most {@code prefetch} items are requested and not yet taken. The first poll requests that many
 * (while {@link #pollEnd} only subscribes, so that an end or a failure is heard of without demand);
 * when three quarters of them were taken, the next poll requests as many again. No item waits for a batch to fill. With
 * prefetch 1 the next item is requested by the poll that asks for it. With {@link Integer#MAX_VALUE} everything is requested
 * at once, and the queue has no bound.
 *
 * <p><b>Cancellation:</b> cancels the subscription; items in the queue, and those that still arrive, are discarded.
 *
 * <p><b>Errors</b> are thrown after the items that came before them. <b>A publisher that breaks the rules</b> is cancelled, and
 * becomes one {@link ProtocolViolation}. What arrives too late goes to the {@link #peer}.
 *
 * @param <T> the type of the items
 */
public class PublisherStream<T> extends RawStream<T> implements Subscriber<T> {

    /** How many items are requested ahead where nothing else is said; as in Reactor. */
    public static final int PREFETCH = 256;

    /*
     * Hops 1, 2, 3 and 10, 11 of the way of a value. Two sides, and three words between them:
     *
     *   queue      producer: onNext          consumer: poll
     *   end        null ──▶ COMPLETE or Failed, by whichever terminal or violation comes first ──poll──▶ ENDED
     *              any  ──cancel()──▶ ENDED
     *   granted    written by the consumer before it requests, read by the producer to see an over-emission
     *
     * Lost wake-ups: the consumer registers its waker, then looks again at queue and end; the producer writes one of these,
     * then looks for a waker. All four are volatile accesses (the queue's offer is a CAS), so one side sees the other.
     *
     * Items against cancel: the producer offers, then looks at end; cancel() writes end, then drains. Whoever comes second
     * drains; `draining` makes the two take turns, since the queue has one consumer.
     */
    private static final VarHandle END;
    private static final VarHandle SUBSCRIPTION;
    private static final VarHandle TERMINATED;
    private static final VarHandle GRANTED;
    private static final VarHandle DRAINING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            END = lookup.findVarHandle(PublisherStream.class, "end", Object.class);
            SUBSCRIPTION = lookup.findVarHandle(PublisherStream.class, "subscription", SerialSubscription.class);
            TERMINATED = lookup.findVarHandle(PublisherStream.class, "terminated", boolean.class);
            GRANTED = lookup.findVarHandle(PublisherStream.class, "granted", long.class);
            DRAINING = lookup.findVarHandle(PublisherStream.class, "draining", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final Object COMPLETE = new Object();
    private static final Object ENDED = new Object();

    private record Failed(Throwable error) {}

    private final Publisher<? extends T> publisher;
    private final SpscQueue<T> queue;
    private final long prefetch;
    private final long refill;
    private final AtomicWaker consumer = new AtomicWaker();

    private volatile @Nullable Object end;
    private volatile @Nullable SerialSubscription subscription;
    private volatile long granted;

    /** Whether the consumer has asked for an item; until then only the subscription exists. */
    private volatile boolean pulled;

    /** Whether the publisher itself has signalled its end. */
    private volatile boolean terminated;

    private volatile int draining;

    /** Producer only. */
    private long received;

    /** Consumer only. */
    private boolean started;

    /** Consumer only: items taken since the last request. */
    private long taken;

    /**
     * Makes a stream that has not subscribed yet.
     *
     * @param publisher the publisher
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no bound
     * @throws IllegalArgumentException if {@code prefetch} is less than 1
     */
    public PublisherStream(Publisher<? extends T> publisher, int prefetch) {
        this.publisher = Objects.requireNonNull(publisher, "publisher");
        if (prefetch < 1) {
            throw new IllegalArgumentException("prefetch must be at least 1, was " + prefetch);
        }
        boolean bounded = prefetch != Integer.MAX_VALUE;
        this.prefetch = bounded ? prefetch : Long.MAX_VALUE;
        this.refill = bounded ? prefetch - (prefetch >> 2) : Long.MAX_VALUE;
        this.queue = bounded ? new SpscRing<>(prefetch) : new SpscChain<>();
    }

    /**
     * Returns the source.
     *
     * @return the publisher
     */
    protected final Publisher<? extends T> publisher() {
        return publisher;
    }

    /**
     * Tells whether this stream has subscribed or was cancelled.
     *
     * @return true if this stream can no longer be replaced by its publisher
     */
    final boolean isTouched() {
        return started || end != null;
    }

    /**
     * Subscribes to the publisher. Called once, at the first poll or {@link #pollEnd}, on the polling thread.
     *
     * @param cx the context of the first poll; its services are those of the task that pulls
     */
    protected void start(Context cx) {
        publisher.subscribe(this);
    }

    /**
     * Returns where late signals go.
     *
     * @return the peer, {@link Peer#plain()} unless overridden
     */
    protected Peer peer() {
        return Peer.plain();
    }

    // ------------------------------------------------------------------ the publisher's side

    @Override
    public void onSubscribe(Subscription s) {
        requireSignal(s, "onSubscribe");
        SerialSubscription serial = new SerialSubscription(s, Culprit.of(publisher), peer(), this::violated);
        if (!SUBSCRIPTION.compareAndSet(this, null, serial)) {
            serial.cancel(); // 2.5
            peer().dropError(new ProtocolViolation("2.12", Culprit.of(publisher), "called onSubscribe twice"));
        } else if (end != null) {
            serial.cancel(); // 2.8: it comes late
        } else if (pulled) {
            requestFirst(serial);
        }
    }

    /** Both the publisher that subscribes us and the first poll come here if they see each other; one of them requests. */
    private void requestFirst(SerialSubscription serial) {
        if (GRANTED.compareAndSet(this, 0L, prefetch)) {
            serial.request(prefetch); // 2.1
        }
    }

    @Override
    public void onNext(T item) {
        requireSignal(item, "onNext");
        SerialSubscription serial = subscription;
        if (serial == null) {
            peer().discard(item);
            violated(new ProtocolViolation("1.9", Culprit.of(publisher), "called onNext before onSubscribe"));
        } else if (end != null) {
            late(item, serial);
        } else if (received == granted && granted != Long.MAX_VALUE) {
            peer().discard(item);
            violated(new ProtocolViolation(
                    "1.1", Culprit.of(publisher), "signalled more items than the " + granted + " requested"));
        } else if (!queue.offer(item)) {
            peer().discard(item);
            violated(new ProtocolViolation("1.3", Culprit.of(publisher), "called onNext from two threads at once"));
        } else {
            received++;
            consumer.wake();
            if (end == ENDED) {
                discardQueued();
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        requireSignal(error, "onError");
        if (terminates("onError", error) && !finish(new Failed(error))) {
            peer().dropError(error);
        }
    }

    @Override
    public void onComplete() {
        if (!terminates("onComplete", null)) {
            return;
        }
        if (subscription == null) {
            violated(new ProtocolViolation("1.9", Culprit.of(publisher), "called onComplete before onSubscribe"));
        } else {
            finish(COMPLETE);
        }
    }

    private void late(T item, SerialSubscription serial) {
        peer().discard(item); // 2.8
        if (terminated) {
            peer().dropError(new ProtocolViolation("1.7", Culprit.of(publisher), "called onNext after its end"));
        } else {
            serial.cancel(); // again: see the class description of SerialSubscription
        }
    }

    private boolean terminates(String signal, @Nullable Throwable error) {
        if (!(boolean) TERMINATED.getAndSet(this, true)) {
            return true;
        }
        peer().dropError(new ProtocolViolation(
                "1.7", Culprit.of(publisher), "called " + signal + " after its end", error));
        return false;
    }

    private boolean finish(Object how) {
        if (!END.compareAndSet(this, null, how)) {
            return false;
        }
        consumer.wake();
        return true;
    }

    private void violated(ProtocolViolation violation) {
        cancelPublisher();
        if (!finish(new Failed(violation))) {
            peer().dropError(violation);
        }
    }

    /** Null signals get what the caller is owed, and the consumer hears of it too (2.13). */
    private void requireSignal(@Nullable Object signal, String method) {
        if (signal == null) {
            NullPointerException thrown = new NullPointerException(method + "(null), Reactive Streams rule 2.13");
            violated(new ProtocolViolation("2.13", Culprit.of(publisher), "called " + method + " with null", thrown));
            throw thrown;
        }
    }

    // ------------------------------------------------------------------ the consumer's side

    @Override
    public final @Nullable Object pollNextRaw(Context cx) {
        if (cx.mustYield()) {
            return PENDING;
        }
        if (!pulled) {
            pull(cx);
        } else if (taken >= refill) {
            replenish();
        }
        T item = queue.poll();
        if (item == null) {
            consumer.register(cx.waker());
            Object how = end; // register, then re-check; the end first, since items come before it
            item = queue.poll();
            if (item == null) {
                return how == null ? PENDING : finished(how, cx);
            }
        }
        taken++;
        cx.spend();
        return item;
    }

    /** Ends the consumer's side: null for completion, else the failure. */
    private @Nullable Object finished(Object how, Context cx) {
        if (how == ENDED) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        end = ENDED;
        discardQueued(); // a publisher that broke the rules may not have noticed yet
        cx.spend();
        if (how instanceof Failed failed) {
            throw Failures.rethrow(failed.error);
        }
        return null;
    }

    @Override
    public final boolean pollEnd(Context cx) {
        if (!started) {
            subscribe(cx);
        } else if (!queue.isEmpty()) {
            return false;
        }
        consumer.register(cx.waker());
        Object how = end; // register, then re-check
        return how != null && queue.isEmpty();
    }

    private void pull(Context cx) {
        pulled = true;
        if (!started) {
            subscribe(cx);
        }
        SerialSubscription serial = subscription;
        if (serial != null && end == null) {
            requestFirst(serial);
        }
    }

    private void subscribe(Context cx) {
        started = true;
        try {
            start(cx);
        } catch (Exception thrown) {
            violated(new ProtocolViolation("1.9", Culprit.of(publisher), "threw from subscribe", thrown));
        } catch (Throwable thrown) {
            cancelPublisher();
            if (!finish(new Failed(thrown))) {
                peer().dropError(thrown);
            }
        }
    }

    /** Hop 11: one request for all that was taken. */
    private void replenish() {
        SerialSubscription serial = subscription;
        if (end == null && serial != null) {
            long n = taken;
            taken = 0;
            granted = Demand.sum(granted, n); // before the request, which may be answered at once
            serial.request(n);
        }
    }

    @Override
    public final boolean cancel() {
        Object before = (Object) END.getAndSet(this, ENDED);
        if (!terminated) {
            cancelPublisher();
        }
        consumer.clear(); // lets go of the task
        if (before instanceof Failed failed) {
            peer().dropError(failed.error);
        }
        discardQueued();
        return true;
    }

    private void cancelPublisher() {
        SerialSubscription serial = subscription;
        if (serial != null) {
            serial.cancel();
        }
    }

    private void discardQueued() {
        if ((int) DRAINING.getAndAdd(this, 1) != 0) {
            return; // the one who drains looks again
        }
        int seen = 1;
        do {
            for (T item = queue.poll(); item != null; item = queue.poll()) {
                peer().discard(item);
            }
            seen = (int) DRAINING.getAndAdd(this, -seen) - seen;
        } while (seen != 0);
    }

    @Override
    public String toString() {
        Object how = end;
        return getClass().getSimpleName() + "[" + publisher.getClass().getName() + ", prefetch "
                + (prefetch == Long.MAX_VALUE ? "unbounded" : prefetch)
                + (how == null ? "" : how == ENDED ? ", ended" : ", ending") + "]";
    }
}
