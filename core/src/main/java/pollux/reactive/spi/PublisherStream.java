package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.internal.memory.VarHandles;
import pollux.internal.queue.SpscQueue;
import pollux.internal.trace.Ended;
import pollux.reactive.Prefetch;
import pollux.reactive.ProtocolViolation;
import pollux.sync.AtomicWaker;

/**
 * The items of a publisher, pulled: {@code stream(x)}.
 *
 * <p>Nothing happens before the first poll, which subscribes. The thread that signals only puts the item into a queue,
 * and wakes the consumer if it found the queue empty; it is never parked.
 *
 * <p><b>Backpressure:</b> at most as many items as the {@link Prefetch} says are requested and not yet taken. The first
 * poll requests that many (while {@link #pollEnd} only subscribes, so that an end or a failure is heard of without
 * demand); when three quarters of them were taken, the next poll requests as many again. No item waits for a batch to
 * fill. With prefetch 1 the next item is requested by the poll that asks for it.
 *
 * <p>A publisher that answers inside of the request does so inside of our poll, so the first item waits for the first
 * request to be answered: over a slow publisher of that kind use prefetch 1, or subscribe on another thread. The time
 * that it takes counts against the budget of the poll, and later requests are for few items if it takes long. Without
 * bound, a publisher that answers inside of the request is asked for one item, then for more and more. So a slow or
 * endless publisher keeps a cancel waiting no longer than for one request.
 *
 * <p><b>Fusion:</b> where the publisher lets us poll its own queue, see {@link #fuse}, there is no second one here.
 *
 * <p><b>Cancellation:</b> cancels the subscription; items in the queue, and those that still arrive, are discarded.
 *
 * <p><b>Errors</b> are thrown after the items that came before them. <b>A publisher that breaks the rules</b> is
 * cancelled, and becomes one {@link ProtocolViolation}. What arrives too late goes to the {@link #peer}.
 *
 * @param <T> the type of the items
 */
public class PublisherStream<T> extends QueuedStream<T> implements Subscriber<T>, Inspectable {

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
     * What either side writes for each item is inside the queue; the fields here are written once per batch at most, so
     * that the other side finds them in its cache.
     *
     * Lost wake-ups: the consumer registers its waker, then looks again at queue and end; the producer writes one of
     * these, then looks for a waker. All four are volatile accesses (the queue's offer is a CAS), so one side sees the
     * other.
     *
     * A synchronous publisher signals inside the request that our own poll makes. There the consumer cannot sleep, so
     * no one has to be woken and no order has to be kept: `inside` is the thread of that poll, and no other thread can
     * find itself in it.
     *
     * Items against cancel: the producer offers, then looks at end; cancel() writes end, then drains. The one that
     * comes second drains.
     *
     * The first onSubscribe (`claimed`) opens one of the two queues of QueuedStream before it publishes `subscription`.
     * A synchronous fused queue signals nothing: its end is a poll that finds nothing, so onSubscribe wakes the
     * consumer. An asynchronous one signals onNext, whose argument means nothing, after it has put an item in.
     *
     * The terminal signal of a fused queue says that no further item will be put in. What is behind the queue may still
     * have items, and hold a resource until the last one is polled: publishOn over a synchronous source signals
     * onComplete at its first request. So the publisher is over only when `end` is set and a poll has found nothing
     * (`drained`); to leave before that cancels it.
     *
     * `end` is written before the publisher is cancelled: it may signal from inside its own cancel, and those signals
     * are late. The consumer is woken after the cancel.
     */
    private static final VarHandle END = VarHandles.handle(MethodHandles.lookup(), "end", Object.class);
    private static final VarHandle CLAIMED = VarHandles.handle(MethodHandles.lookup(), "claimed", boolean.class);
    private static final VarHandle TERMINATED = VarHandles.handle(MethodHandles.lookup(), "terminated", boolean.class);
    private static final VarHandle GRANTED = VarHandles.handle(MethodHandles.lookup(), "granted", long.class);

    private static final Object COMPLETE = new Object();
    private static final Object ENDED = new Object();

    private record Failed(Throwable error) {}

    /** How many items of a synchronous fused queue are taken between two looks at the clock. */
    private static final long MOST_UNTIMED = 64;

    private final Class<?> culprit;
    private final Prefetch prefetch;
    private final AtomicWaker consumer = new AtomicWaker();

    private volatile @Nullable Object end;
    private volatile @Nullable SerialSubscription subscription;
    private volatile long granted;

    /** Whether the consumer has asked for an item; until then only the subscription exists. */
    private volatile boolean pulled;

    /** Whether a call of onSubscribe has won. */
    @SuppressWarnings("UnusedVariable") // read by CLAIMED
    private volatile boolean claimed;

    /** Whether the publisher itself has signalled its end. */
    private volatile boolean terminated;

    /** Whether a fused queue was polled to its end. */
    private volatile boolean drained;

    /** See above. */
    private @Nullable Thread inside;

    /** Whether the publisher has signalled an item on that thread. */
    private boolean answered;

    /** Consumer only: whether subscribe() has not returned. */
    private boolean subscribing;

    /** Consumer only: see {@link PublisherFuture}. */
    private boolean unanswered;

    /** The context of the poll that is inside of the publisher. */
    private @Nullable Context polling;

    /** Consumer only. */
    private final Pace pace;

    /** Consumer only: whether less than the window was requested. */
    private boolean partly;

    /** Consumer only; null once subscribed, so that this keeps no publisher alive. */
    private @Nullable Publisher<? extends T> publisher;

    /** Consumer only. */
    private boolean started;

    /** Consumer only: how many items may be under way; changes if the prefetch is adaptive. */
    private long window;

    /** Consumer only: how many items were requested since the beginning. */
    private long requested;

    /** Consumer only: at how many items taken it is time to request. */
    private long askAt;

    /** Consumer only: whether {@link #takeReady} has found the end of a synchronous fused queue. */
    private boolean emptied;

    /** Consumer only: whether it has had to wait since the last request. */
    private boolean waited;

    /**
     * Makes a stream that has not subscribed yet.
     *
     * @param publisher the publisher
     * @param prefetch how many items may be requested and not yet taken, at least 1; {@link Integer#MAX_VALUE} for no
     *     bound
     * @throws IllegalArgumentException if {@code prefetch} is less than 1
     */
    public PublisherStream(Publisher<? extends T> publisher, int prefetch) {
        this(publisher, Prefetch.of(prefetch));
    }

    /**
     * Makes a stream that has not subscribed yet.
     *
     * @param publisher the publisher
     * @param prefetch how many items may be requested and not yet taken
     */
    public PublisherStream(Publisher<? extends T> publisher, Prefetch prefetch) {
        this.publisher = Objects.requireNonNull(publisher, "publisher");
        this.prefetch = Objects.requireNonNull(prefetch, "prefetch");
        this.culprit = OffenderClass.of(publisher);
        this.window = PrefetchWindow.first(prefetch);
        this.pace = new Pace(window);
    }

    /**
     * Returns the source, as long as this stream is nothing but a wrapper around it.
     *
     * @return the publisher; null if this stream has subscribed or was cancelled, or if its prefetch is not
     *     {@link #PREFETCH}
     */
    public final @Nullable Publisher<? extends T> untouched() {
        return started || end != null || window != PREFETCH || PrefetchWindow.isAdaptive(prefetch) ? null : publisher;
    }

    /**
     * Subscribes to the publisher. Called once, at the first poll or {@link #pollEnd}, on the polling thread.
     *
     * @param cx the context of the first poll; its services are those of the task that pulls
     */
    protected void start(Context cx) {
        Publisher<? extends T> source = Objects.requireNonNull(publisher);
        publisher = null;
        source.subscribe(subscriber(source, cx));
    }

    /**
     * Returns what to subscribe with.
     *
     * @param source the publisher
     * @param cx the context of the first poll; its services are those of the task that pulls
     * @return this stream, or a subscriber that passes every signal to it; this stream unless overridden
     */
    protected Subscriber<T> subscriber(Publisher<? extends T> source, Context cx) {
        return this;
    }

    /**
     * Fuses with a publisher that is willing to. Called once per subscription, before anything is requested.
     *
     * @param upstream what {@code onSubscribe} was given
     * @return the queue that the publisher lets us poll, or null, unless overridden
     */
    protected @Nullable FusedQueue<T> fuse(Subscription upstream) {
        return null;
    }

    /**
     * Returns where late signals go.
     *
     * @return the peer, {@link BridgeHooks#plain()} unless overridden
     */
    @Override
    protected BridgeHooks peer() {
        return BridgeHooks.plain();
    }

    // ------------------------------------------------------------------ the publisher's side

    @Override
    public void onSubscribe(Subscription s) {
        requireSignal(s, "onSubscribe");
        SerialSubscription serial = new SerialSubscription(s, culprit, peer(), this::violated);
        if (!CLAIMED.compareAndSet(this, false, true)) {
            serial.cancel(); // 2.5
            peer().dropError(new ProtocolViolation("2.12", culprit, "called onSubscribe twice"));
            return;
        }
        try {
            fusedQueue = fuse(s);
        } catch (Throwable thrown) {
            violated(new ProtocolViolation("2.13", culprit, "threw when it was asked to fuse", thrown));
        }
        if (fusedQueue == null) {
            ownQueue = PrefetchWindow.queue(prefetch);
        }
        subscription = serial;
        if (end != null) {
            serial.cancel(); // 2.8: it comes late
        } else if (isSynchronous()) {
            consumer.wake();
        } else if (pulled) {
            requestFirst(serial);
        }
    }

    /**
     * Both the publisher that subscribes us and the first poll come here if they see each other; one of them requests.
     */
    private void requestFirst(SerialSubscription serial) {
        long all = PrefetchWindow.first(prefetch);
        boolean polled = inside == Thread.currentThread();
        if (GRANTED.compareAndSet(this, 0L, all)) {
            if (polled) {
                request(serial, 0, all); // 2.1
            } else {
                serial.request(all); // 2.1
            }
        }
    }

    /** On the thread that polls: requests so many more, or as many as the pace allows. */
    private void request(SerialSubscription serial, long before, long n) {
        long first = Math.min(n, pace.size());
        requested = Demand.sum(before, first);
        granted = Demand.sum(before, n); // before the request, which may be answered at once
        answered = false;
        Context cx = Objects.requireNonNull(polling);
        pace.begin(cx);
        partly = first < n;
        serial.request(first);
        unanswered = partly && subscribing && !answered && end == null;
        if (!unanswered) {
            endRequest(serial, cx);
        }
    }

    private void endRequest(SerialSubscription serial, Context cx) {
        boolean any = answered || end != null;
        pace.end(cx, any);
        if (partly && !any) {
            long rest = granted - requested;
            partly = false;
            requested = granted;
            serial.request(rest);
        }
    }

    @Override
    public void onNext(T item) {
        SpscQueue<T> open = ownQueue;
        if (open == null) {
            onNextUnqueued(item);
            return;
        }
        requireSignal(item, "onNext");
        if (end != null) {
            late(item);
        } else if (open.offered() == granted) {
            peer().discard(item);
            violated(new ProtocolViolation("1.1", culprit, "signalled more items than the " + granted + " requested"));
        } else if (inside == Thread.currentThread() ? offerInside(open, item) : offer(open, item)) {
            if (end == ENDED) {
                discardQueued();
            }
        } else {
            peer().discard(item);
            violated(new ProtocolViolation("1.3", culprit, "called onNext from two threads at once"));
        }
    }

    private boolean offerInside(SpscQueue<T> open, T item) {
        answered = true;
        boolean accepted = open.offerInside(item);
        if (unanswered && open.offered() == requested && pace.allowsMore(requested)) {
            requested++; // a publisher that emits from inside subscribe() may drop what is not requested
            Objects.requireNonNull(subscription).request(1);
        }
        return accepted;
    }

    private boolean offer(SpscQueue<T> open, T item) {
        boolean accepted = open.offer(item);
        consumer.wakePublished();
        return accepted;
    }

    private void onNextUnqueued(T item) {
        if (fusedQueue == null) {
            requireSignal(item, "onNext");
            peer().discard(item);
            violated(new ProtocolViolation("1.9", culprit, "called onNext before onSubscribe"));
        } else {
            if (inside == Thread.currentThread()) {
                answered = true;
            }
            consumer.wake();
            if (end == ENDED) {
                discardQueued();
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        if (error == null) {
            terminated = true; // 2.3: it is the end all the same, so nothing is cancelled
            forgetPublisher();
        }
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
            violated(new ProtocolViolation("1.9", culprit, "called onComplete before onSubscribe"));
        } else {
            finish(COMPLETE);
        }
    }

    private void late(T item) {
        peer().discard(item); // 2.8
        if (terminated) {
            peer().dropError(new ProtocolViolation("1.7", culprit, "called onNext after its end"));
        } else {
            cancelPublisher(); // again: see the class description of SerialSubscription
        }
    }

    private boolean terminates(String signal, @Nullable Throwable error) {
        if (!(boolean) TERMINATED.getAndSet(this, true)) {
            forgetPublisher(); // 2.4
            return true;
        }
        peer().dropError(new ProtocolViolation("1.7", culprit, "called " + signal + " after its end", error));
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
        failAndCancel(violation);
    }

    /** Decides, cancels, then wakes. */
    private void failAndCancel(Throwable failure) {
        boolean first = END.compareAndSet(this, null, new Failed(failure));
        cancelPublisher();
        if (first) {
            consumer.wake();
        } else {
            peer().dropError(failure);
        }
    }

    /** Null signals get what the caller is owed, and the consumer hears of it too (2.13). */
    private void requireSignal(@Nullable Object signal, String method) {
        if (signal == null) {
            NullPointerException thrown = new NullPointerException(method + "(null), Reactive Streams rule 2.13");
            violated(new ProtocolViolation("2.13", culprit, "called " + method + " with null", thrown));
            throw thrown;
        }
    }

    // ------------------------------------------------------------------ the consumer's side

    @Override
    public final @Nullable Object pollNextRaw(Context cx) {
        if (!cx.hasBudget() || taken() >= askAt) {
            return pollNow(cx);
        }
        try { // in most polls there is an item: what follows has its own methods, so that HotSpot inlines this one
            T item = take();
            if (item == null) {
                return pollEmpty(cx);
            }
            cx.spend();
            return item;
        } catch (FusedQueue.Failure thrown) {
            return finished(fusedFailure(Objects.requireNonNull(thrown.getCause())), cx);
        }
    }

    @Override
    public final @Nullable Object takeReady(Context cx) {
        int left = cx.budget();
        if (left <= 0 || taken() >= askAt) {
            return null;
        }
        try {
            T item = take();
            if (item == null) {
                return noneReady();
            }
            cx.spendFrom(left);
            return item;
        } catch (FusedQueue.Failure thrown) {
            return finished(fusedFailure(Objects.requireNonNull(thrown.getCause())), cx);
        }
    }

    private @Nullable Object noneReady() {
        if (isSynchronous()) { // null is its end
            askAt = 0;
            emptied = true;
        }
        return null;
    }

    /** Polls without budget, or when it is time to request or to look at the clock. */
    private @Nullable Object pollNow(Context cx) {
        if (cx.mustYield()) {
            return PENDING;
        }
        if (emptied) {
            return pollEmpty(cx);
        }
        if (!isSynchronous()) {
            ask(cx);
        }
        try {
            T item = isSynchronous() ? takeTimed(cx) : take();
            if (item == null) {
                return pollEmpty(cx);
            }
            cx.spend();
            return item;
        } catch (FusedQueue.Failure thrown) {
            return finished(fusedFailure(Objects.requireNonNull(thrown.getCause())), cx);
        }
    }

    /** Looks for the end, and once more for an item. */
    private @Nullable Object pollEmpty(Context cx) {
        Object how = end;
        if (isSynchronous()) { // null is its end; a second poll might release its resource twice
            return finished(how == null ? COMPLETE : how, cx);
        }
        consumer.register(cx.waker());
        how = end; // register, then re-check; the end first, since items come before it
        T item = take();
        if (item == null) {
            if (how != null) {
                return finished(how, cx);
            }
            waited = true;
            return PENDING;
        }
        cx.spend();
        return item;
    }

    /** A synchronous fused queue makes its items inside of our poll. A look at the clock now and then is enough. */
    private @Nullable T takeTimed(Context cx) {
        pace.begin(cx);
        T item = take();
        pace.end(cx, true);
        askAt = taken() + Math.min(pace.size(), MOST_UNTIMED);
        return item;
    }

    /** Ends the consumer's side: null for completion, else the failure. */
    private @Nullable Object finished(Object how, Context cx) {
        if (how == ENDED) {
            throw Ended.stream(this);
        }
        end = ENDED;
        if (ownQueue != null) {
            discardQueued(); // a publisher that broke the rules may not have noticed yet
        } else if (fusedQueue != null && (how == COMPLETE || terminated)) {
            forgetFused();
            drained = true;
            forgetPublisher(); // 2.4
        }
        consumer.clear(); // lets go of the task
        cx.spend();
        if (how instanceof Failed failed) {
            throw Failures.rethrow(failed.error);
        }
        return null;
    }

    /** The code behind a fused queue threw, so this is the consumer who has to stop the publisher. */
    private Failed fusedFailure(Throwable thrown) {
        Object before = (Object) END.getAndSet(this, ENDED);
        if (before instanceof Failed failed) {
            peer().dropError(failed.error);
        }
        cancelPublisher();
        discardQueued();
        return new Failed(thrown);
    }

    @Override
    public final boolean pollEnd(Context cx) {
        if (!started) {
            subscribe(cx);
        } else if (!isEmpty()) {
            return false;
        }
        consumer.register(cx.waker());
        Object how = isSynchronous() ? COMPLETE : end; // register, then re-check
        return how != null && isEmpty();
    }

    /** Hop 11: requests for the first time, or once for all that was taken. */
    private void ask(Context cx) {
        inside = Thread.currentThread();
        polling = cx;
        try {
            if (!pulled) {
                pulled = true;
                requested = window;
                pull(cx);
            } else {
                replenish();
            }
        } finally {
            polling = null;
            inside = null; // a hook of the user may throw, and this thread may signal later, when the consumer sleeps
        }
        boolean free = requested == Long.MAX_VALUE || isSynchronous();
        askAt = free ? Long.MAX_VALUE : partly ? requested : requested - (window >> 2);
    }

    private void pull(Context cx) {
        if (!started) {
            subscribe(cx);
        }
        SerialSubscription serial = subscription;
        if (serial != null && end == null && !isSynchronous()) {
            requestFirst(serial);
        }
    }

    private void subscribe(Context cx) {
        started = true;
        subscribing = true;
        try {
            start(cx);
            subscribing = false;
            if (unanswered) {
                unanswered = false;
                endRequest(Objects.requireNonNull(subscription), cx);
            }
        } catch (Exception thrown) {
            violated(new ProtocolViolation("1.9", culprit, "threw from subscribe", peer().thrownInside(thrown)));
        } catch (Throwable thrown) {
            failAndCancel(thrown);
        } finally {
            subscribing = false;
            unanswered = false;
        }
    }

    private void replenish() {
        SerialSubscription serial = subscription;
        if (end != null || serial == null) {
            return;
        }
        SpscQueue<T> open = ownQueue;
        if (partly
                && open != null
                && open.offered() > requested) { // forgiven to one that has ended meanwhile: there was room
            violated(
                    new ProtocolViolation("1.1", culprit, "signalled more items than the " + requested + " requested"));
            return;
        }
        if (!partly) {
            window = PrefetchWindow.next(prefetch, window, waited);
            waited = false;
        }
        request(serial, requested, window - (requested - taken()));
    }

    @Override
    public final boolean cancel() {
        Object before = (Object) END.getAndSet(this, ENDED);
        cancelPublisher();
        consumer.clear(); // lets go of the task
        if (before instanceof Failed failed) {
            peer().dropError(failed.error);
        }
        discardQueued();
        return true;
    }

    private void cancelPublisher() {
        SerialSubscription serial = subscription;
        if (serial != null && !isOver()) { // 2.4
            serial.cancel();
        }
    }

    /** Whether the publisher has nothing left: neither items nor a resource. */
    private boolean isOver() {
        return fusedQueue == null ? terminated : drained;
    }

    private void forgetPublisher() {
        SerialSubscription serial = subscription;
        if (serial != null && isOver()) {
            serial.forget();
        }
    }

    /**
     * Names where the items come from, for dumps and for the message of a timeout. Called on any thread.
     *
     * @return the class of the publisher, unless overridden
     */
    protected String source() {
        return culprit.getName();
    }

    @Override
    public void describe(AwaitTree sketch) {
        SpscQueue<T> open = ownQueue;
        FusedQueue<T> theirs = fusedQueue;
        sketch.name(getClass().getSimpleName() + " of " + source());
        if (theirs != null) {
            sketch.note(theirs.toString());
        } else if (open != null) {
            long all = granted;
            sketch.count("requested", all).count("taken", open.taken());
        }
        sketch.note("prefetch " + PrefetchWindow.describe(prefetch, window));
        if (subscription == null) {
            sketch.note(started ? "not subscribed yet" : "not polled yet");
        }
    }

    @Override
    public String toString() {
        Object how = end;
        FusedQueue<T> theirs = fusedQueue;
        return getClass().getSimpleName() + "[" + culprit.getName() + ", prefetch "
                + PrefetchWindow.describe(prefetch, window)
                + (theirs == null ? "" : ", " + theirs)
                + (how == null ? "" : how == ENDED ? ", ended" : ", ending") + "]";
    }
}
