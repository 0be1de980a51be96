package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.internal.memory.VarHandles;
import pollux.reactive.ProtocolViolation;

/**
 * One value made of what a publisher signals: {@code future(x)}, {@code first(x)}, {@code toList(x)} and their kin.
 *
 * <p>Nothing happens before the first poll, which subscribes. Apart from the two {@code FIRST} modes it waits for the
 * terminal signal and never cancels a publisher that goes by the rules: one that has given its item may still have to
 * commit.
 *
 * <p><b>Backpressure:</b> the modes that need all items ({@code LAST}, {@code COMPLETION}, {@code TO_LIST}) ask for
 * everything, except of a publisher that answers inside of the request: of that they ask for one item, then for more
 * and more, a request a poll. So a poll returns although the publisher is endless or slow, and a cancel reaches it
 * before the next request.
 *
 * <p><b>Cancellation:</b> cancels the subscription; items that were received are discarded.
 *
 * <p><b>A publisher that breaks the rules</b> is cancelled, and this future fails with one {@link ProtocolViolation}.
 * What arrives too late goes to the {@link #peer}.
 *
 * @param <S> the type of the items
 * @param <T> the type of the value: S, {@code List<S>} or {@code Void}, as the mode says
 */
public class PublisherFuture<S, T> extends CallbackFuture<T, SerialSubscription> implements Subscriber<S> {

    /** What is made of the items. */
    public enum Mode {
        /** At most one item; null if there is none; a second one is an error. */
        AT_MOST_ONE(2),
        /** The first item, then cancels; an error if there is none. */
        FIRST(1),
        /** The first item, then cancels; null if there is none. */
        FIRST_OR_NULL(1),
        /** Exactly one item; none, or a second one, is an error. */
        SINGLE(2),
        /** The last item; an error if there is none. */
        LAST(Long.MAX_VALUE),
        /** Null, when the publisher has completed; items are discarded. */
        COMPLETION(Long.MAX_VALUE),
        /** A new mutable list of all items. */
        TO_LIST(Long.MAX_VALUE);

        /** Enough to see whether there is one item too many, and no more. */
        final long demand;

        Mode(long demand) {
            this.demand = demand;
        }
    }

    /*
     * Items that are kept until the terminal signal (all modes but FIRST and COMPLETION) lie in `kept`, which belongs
     * to the thread that has raised `busy` from 0. Signals are serial (1.3), so a publisher finds it taken only if it
     * breaks that rule, or if this future has just been cancelled and the canceller is discarding. It lowers busy, then
     * looks whether the future has been decided meanwhile; a decision is made first, then busy looked at: one of the
     * two sees the other and discards.
     */
    private static final VarHandle BUSY = VarHandles.handle(MethodHandles.lookup(), "busy", boolean.class);
    private static final VarHandle SUBSCRIPTION =
            VarHandles.handle(MethodHandles.lookup(), "subscription", SerialSubscription.class);
    private static final VarHandle TERMINATED = VarHandles.handle(MethodHandles.lookup(), "terminated", boolean.class);

    private final Class<?> culprit;
    private final Mode mode;

    /** Poller only; null if the demand has a bound. */
    private final @Nullable Pace pace;

    /** The thread of the poll that is inside of the publisher; no other thread can find itself in it. */
    private @Nullable Thread inside;

    /** Whether the publisher has signalled an item on that thread. */
    private boolean answered;

    /** The context of that poll. */
    private @Nullable Context polling;

    /** Whether subscribe() has not returned. Poller only. */
    private boolean subscribing;

    /**
     * Whether the request made in onSubscribe was not answered inside of it. That tells nothing until subscribe() has
     * returned: many operators call onSubscribe before they subscribe to their source. Poller only.
     */
    private boolean unanswered;

    /** How many items were requested, of a demand without a bound; written before each request. */
    private volatile long asked;

    @SuppressWarnings("UnusedVariable") // read by BUSY
    private volatile boolean busy;

    private volatile boolean terminated;

    /** Poller only; null once subscribed, so that this keeps no publisher alive. */
    private @Nullable Publisher<? extends S> publisher;

    /** An item, or in mode TO_LIST the list; guarded by {@link #busy}. */
    private @Nullable Object kept;

    /** Publisher only; counted no further than one above the demand. */
    private long received;

    /** Written once, by the first onSubscribe, so before any signal that goes by the rules. */
    private volatile @Nullable SerialSubscription subscription;

    /**
     * Makes a future that has not subscribed yet.
     *
     * @param publisher the publisher
     * @param mode what to make of its items
     */
    public PublisherFuture(Publisher<? extends S> publisher, Mode mode) {
        this.publisher = Objects.requireNonNull(publisher, "publisher");
        this.mode = Objects.requireNonNull(mode, "mode");
        this.culprit = OffenderClass.of(publisher);
        this.pace = mode.demand == Long.MAX_VALUE ? new Pace(mode.demand) : null;
    }

    @Override
    protected void start(Context cx) throws Throwable {
        Publisher<? extends S> source = Objects.requireNonNull(publisher);
        publisher = null;
        enter(cx);
        try {
            subscribing = true;
            source.subscribe(subscriber(source, cx));
            subscribing = false;
            if (unanswered) {
                unanswered = false;
                endRequest(Objects.requireNonNull(subscription));
            }
        } catch (Exception thrown) {
            throw new ProtocolViolation("1.9", culprit, "threw from subscribe", peer().thrownInside(thrown));
        } finally {
            subscribing = false;
            leave(cx);
        }
    }

    /**
     * Returns what to subscribe with.
     *
     * @param source the publisher
     * @param cx the context of the first poll; its services are those of the task that awaits
     * @return this future, or a subscriber that passes every signal to it; this future unless overridden
     */
    protected Subscriber<S> subscriber(Publisher<? extends S> source, Context cx) {
        return this;
    }

    @Override
    protected final void proceed(Context cx) {
        SerialSubscription serial = subscription;
        if (serial != null && isPaced()) {
            enter(cx);
            try {
                requestMore(serial);
            } finally {
                leave(cx);
            }
        }
    }

    private void enter(Context cx) {
        polling = cx;
        inside = Thread.currentThread();
    }

    private void leave(Context cx) {
        polling = null;
        inside = null;
        if (isPaced() && !isDecided()) {
            cx.yield(); // one request a poll, so that others get their turn
        }
    }

    /** Whether the publisher has got a part of the demand only. */
    private boolean isPaced() {
        return pace != null && asked != 0 && asked != Long.MAX_VALUE;
    }

    /** On the thread that polls. */
    private void requestMore(SerialSubscription serial) {
        if (received > asked) { // forgiven to one that has ended meanwhile: all of it was wanted
            violated(new ProtocolViolation("1.1", culprit(), "signalled more items than the " + asked + " requested"));
            return;
        }
        Pace steps = Objects.requireNonNull(pace);
        long n = steps.size();
        answered = false;
        asked = Demand.sum(asked, n);
        steps.begin(Objects.requireNonNull(polling));
        serial.request(n);
        unanswered = subscribing && !answered && !isDecided();
        if (!unanswered) {
            endRequest(serial);
        }
    }

    private void endRequest(SerialSubscription serial) {
        boolean any = answered || isDecided();
        Objects.requireNonNull(pace).end(Objects.requireNonNull(polling), any);
        if (!any) {
            requestAll(serial); // it has threads of its own
        }
    }

    /**
     * A publisher that emits from inside subscribe() may drop what is not requested: it is asked for each item in time.
     */
    private void requestNext() {
        if (received == asked && !isDecided() && Objects.requireNonNull(pace).allowsMore(received)) {
            asked = Demand.sum(asked, 1);
            Objects.requireNonNull(subscription).request(1);
        }
    }

    private void requestAll(SerialSubscription serial) {
        noteAll();
        serial.request(mode.demand);
    }

    private void noteAll() {
        if (pace != null) { // else it is never looked at
            asked = mode.demand;
        }
    }

    @Override
    protected final void release(SerialSubscription handle) {
        handle.cancel();
    }

    @Override
    protected final Class<?> culprit() {
        return culprit;
    }

    // ------------------------------------------------------------------ signals

    @Override
    public void onSubscribe(Subscription s) {
        requireSignal(s, "onSubscribe");
        SerialSubscription serial = SerialSubscription.owned(s, culprit(), peer(), this::violated);
        if (!SUBSCRIPTION.compareAndSet(this, null, serial)) {
            serial.cancel(); // 2.5
            peer().dropError(new ProtocolViolation("2.12", culprit(), "called onSubscribe twice"));
        } else if (attach(serial)) {
            if (pace != null && inside == Thread.currentThread()) {
                serial.open(0);
                requestMore(serial); // 2.1
            } else {
                noteAll();
                serial.open(mode.demand); // 2.1
            }
        }
    }

    @Override
    public void onNext(S item) {
        requireSignal(item, "onNext");
        boolean unasked = received == mode.demand;
        received += received <= mode.demand ? 1 : 0;
        if (inside == Thread.currentThread()) {
            answered = true;
        }
        if (terminated) {
            peer().discard(item);
            peer().dropError(new ProtocolViolation("1.7", culprit(), "called onNext after its end"));
        } else if (subscription == null) {
            peer().discard(item);
            violated(new ProtocolViolation("1.9", culprit(), "called onNext before onSubscribe"));
        } else if (isDecided()) {
            peer().discard(item); // 2.8
            cancelAgain();
            if (unasked) {
                peer().dropError(new ProtocolViolation("1.1", culprit(), "signalled more items than were requested"));
            }
        } else {
            switch (mode) {
                case FIRST, FIRST_OR_NULL -> valueThenDetach(cast(item));
                case COMPLETION -> peer().discard(item);
                default -> keep(item);
            }
            if (inside == Thread.currentThread() && unanswered) {
                requestNext();
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        if (error == null) {
            terminated = true;
            forgetPublisher(); // 2.3: it is the end all the same
        }
        requireSignal(error, "onError");
        if (terminates("onError", error)) {
            forgetPublisher(); // 2.4
            failure(error);
            discardKept();
        }
    }

    @Override
    public void onComplete() {
        if (!terminates("onComplete", null)) {
            return;
        }
        if (subscription == null) {
            violated(new ProtocolViolation("1.9", culprit(), "called onComplete before onSubscribe"));
            return;
        }
        forgetPublisher(); // 2.4
        if ((boolean) BUSY.getAndSet(this, true)) {
            if (!isDecided()) {
                violated(new ProtocolViolation("1.3", culprit(), "called onComplete during onNext"));
            }
            return;
        }
        Object last = kept;
        kept = null;
        BUSY.setRelease(this, false); // nothing is kept, so nothing is looked at afterwards
        if (last != null) {
            value(cast(last));
            return;
        }
        switch (mode) {
            case FIRST, SINGLE, LAST -> {
                if (!isDecided()) {
                    failure(new NoSuchElementException(culprit().getName()
                            + " completed without an item; use future(x) or firstOrNull(x)" + " if that is allowed"));
                }
            }
            case TO_LIST -> value(cast(new ArrayList<S>(0)));
            default -> empty();
        }
    }

    private boolean terminates(String signal, @Nullable Throwable error) {
        if (!(boolean) TERMINATED.getAndSet(this, true)) {
            return true;
        }
        peer().dropError(new ProtocolViolation("1.7", culprit(), "called " + signal + " after its end", error));
        return false;
    }

    private void forgetPublisher() {
        forget();
        SerialSubscription serial = subscription;
        if (serial != null) {
            serial.forget();
        }
    }

    /** Null signals get what the caller is owed, and the awaiting side hears of it too (2.13). */
    private void requireSignal(@Nullable Object signal, String method) {
        if (signal == null) {
            NullPointerException thrown = new NullPointerException(method + "(null), Reactive Streams rule 2.13");
            violated(new ProtocolViolation("2.13", culprit(), "called " + method + " with null", thrown));
            throw thrown;
        }
    }

    private void violated(ProtocolViolation violation) {
        failureThenDetach(violation);
        discardKept();
    }

    /** See the class description of {@link SerialSubscription}. */
    private void cancelAgain() {
        SerialSubscription serial = subscription;
        if (serial != null) {
            serial.cancel();
        }
    }

    // ------------------------------------------------------------------ items kept until the end

    private void keep(S item) {
        if ((boolean) BUSY.getAndSet(this, true)) {
            peer().discard(item);
            if (!isDecided()) {
                violated(new ProtocolViolation("1.3", culprit(), "called onNext from two threads at once"));
            }
            return;
        }
        Object replaced = null;
        boolean tooMany = false;
        if (mode == Mode.TO_LIST) {
            list().add(item);
        } else {
            replaced = kept;
            kept = item;
            tooMany = replaced != null && mode != Mode.LAST;
        }
        busy = false;
        if (replaced != null) {
            peer().discard(replaced);
        }
        if (tooMany) {
            failureThenDetach(new IllegalStateException(culprit().getName()
                    + " signalled a second item where one was awaited;" + " use first(x), toList(x) or stream(x)"));
        }
        if (isDecided()) {
            discardKept();
        }
    }

    @SuppressWarnings("unchecked") // mode TO_LIST keeps nothing else
    private List<Object> list() {
        List<Object> list = (List<Object>) kept;
        if (list == null) {
            list = new ArrayList<>();
            kept = list;
        }
        return list;
    }

    private void discardKept() {
        if ((boolean) BUSY.getAndSet(this, true)) {
            return; // the publisher is inside onNext, and looks again
        }
        Object late = kept;
        kept = null;
        busy = false;
        if (late != null) {
            discard(cast(late));
        }
    }

    @Override
    protected final void cancelled() {
        discardKept();
    }

    @Override
    protected final void discard(T value) {
        if (mode == Mode.TO_LIST) {
            ((List<?>) value).forEach(peer()::discard);
        } else {
            peer().discard(value);
        }
    }

    @SuppressWarnings("unchecked") // the factories pair each mode with its T
    private T cast(Object value) {
        return (T) value;
    }
}
