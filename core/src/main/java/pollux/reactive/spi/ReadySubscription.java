package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.AwaitTree;
import pollux.internal.memory.VarHandles;

/**
 * Serves a subscriber with a value that is there already, or with nothing but the end. There is nothing to poll, so no
 * task: the first request emits, on its own thread.
 *
 * <p><b>Cancellation:</b> discards the value. <b>Backpressure:</b> the value waits for demand; an empty end does not.
 *
 * @param <T> the type of the value
 */
public class ReadySubscription<T> implements Subscription {

    /*
     * While onSubscribe runs, the value belongs to the thread that calls it, the starter. If that thread requests in
     * there, as most subscribers do, it is served without an atomic: nothing another thread does takes the value away
     * from the starter, and what the other threads wish they leave in the state, where the starter finds it.
     *
     *     STARTING         onSubscribe runs, or has returned and the starter serves its own request
     *         ──request──▶ ASKED                by another thread; the starter serves it when onSubscribe has returned
     *         ──bad request──▶ negative         n - 1 (as far as an int goes); the starter signals the error
     *         ──cancel──▶ OVER                  the starter discards the value
     *         ──start, fuse──▶ WAITING          nothing was requested yet; the starter owns the value no more
     *     ASKED
     *         ──bad request, cancel──▶          as STARTING
     *     WAITING
     *         ──request, take──▶ EMITTED        the value is the caller's, who signals it and the end
     *         ──cancel, bad request──▶ OVER     the caller discards the value
     *     EMITTED ──cancel──▶ OVER              no further signal
     *     any but WAITING ──end──▶ OVER
     *
     * The edges out of STARTING, ASKED, WAITING and the negative ones are one compare-and-set each, but for the end. A
     * change that comes when the starter has looked is a moment too late, as a cancel may be (1.8).
     */
    private static final int STARTING = 0;
    private static final int ASKED = 1;
    private static final int WAITING = 2;
    private static final int EMITTED = 3;
    private static final int OVER = 4;

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", int.class);

    /** What {@link #starter} holds once the starter has requested. */
    private static final Object ASKED_HERE = new Object();

    /** What {@link #starter} holds once {@link #fuse} was called. */
    private static final Object FUSED = new Object();

    private final BridgeHooks peer;
    private volatile int state;

    /**
     * The thread that calls onSubscribe, during that call, or one of the two above; afterwards null, or what
     * {@link #shown} has returned. Others read it by a data race, and find anything but themselves.
     */
    private @Nullable Object starter;

    /** The owner of the value writes null to both before it signals, so that nothing is retained (3.13). */
    private @Nullable Subscriber<? super T> subscriber;

    private @Nullable T value;

    /**
     * Makes a subscription that is still to be {@linkplain #start started}.
     *
     * @param value the value; null for none
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    public ReadySubscription(@Nullable T value, Subscriber<? super T> subscriber, BridgeHooks peer) {
        this.value = value;
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber"); // 1.9
        this.peer = peer;
    }

    /** Hands this subscription to its subscriber. Called once, by {@code subscribe}; never throws (1.9). */
    public final void start() {
        starter = Thread.currentThread();
        Subscriber<? super T> served = Objects.requireNonNull(subscriber);
        try {
            served.onSubscribe(this);
        } catch (Throwable thrown) {
            cancel(); // 2.13
            fault(served, thrown);
        }
        Object wish = starter;
        starter = null;
        if (wish == FUSED) {
            return;
        }
        int now = state;
        if (now == STARTING && wish != ASKED_HERE && value != null) { // 2.10: an empty end needs no demand
            now = (int) STATE.compareAndExchange(this, STARTING, WAITING);
            if (now == STARTING) {
                starter = shown();
                return;
            }
        }
        if (isStopped()) {
            emitLate();
        } else {
            emitHere();
        }
    }

    /** Emits on this thread. Called by the owner of the value. */
    void emitHere() {
        emit();
    }

    /** Tells whether there was a cancel, or a bad request. */
    final boolean isStopped() {
        int now = state;
        return now == OVER || now < 0;
    }

    /** Emits, unless a cancel or a bad request has come since the first request was seen. */
    final void emitLate() {
        int now = state;
        if (now == OVER) {
            discard();
        } else if (now < 0) {
            signalBad(now + 1L);
        } else {
            emit();
        }
    }

    /** Has dumps show that the value waits for demand; null if they need not. What it returns is kept. */
    @Nullable
    Object shown() {
        return null;
    }

    /** Says whom this serves. For dumps, on any thread. */
    final void describeTo(AwaitTree sketch) {
        Subscriber<?> to = subscriber;
        if (to != null) {
            sketch.note("subscriber " + to.getClass().getName());
        }
    }

    /**
     * Has the value {@linkplain #take taken} from now on instead of signalled.
     *
     * @return false if that is not possible: there is none, or it was requested before
     */
    protected final boolean fuse() {
        if (starter != Thread.currentThread()) {
            return isWaiting();
        }
        if (value == null || !STATE.compareAndSet(this, STARTING, WAITING)) {
            return false;
        }
        starter = FUSED;
        return true;
    }

    /**
     * Takes the value instead of having it signalled: for fusion, after {@link #fuse}.
     *
     * @return the value, or null if it was taken or cancelled before, or if there is none
     */
    protected final @Nullable T take() {
        if (state != WAITING || !STATE.compareAndSet(this, WAITING, EMITTED)) {
            return null;
        }
        T taken = value;
        value = null;
        subscriber = null;
        return taken;
    }

    /**
     * Tells whether the value is there to be taken.
     *
     * @return true if {@link #take} would return it
     */
    protected final boolean isWaiting() {
        return state == WAITING;
    }

    @Override
    public final void request(long n) {
        Object calls = starter;
        if (n <= 0) {
            refuse(n);
        } else if (calls == Thread.currentThread()) {
            starter = ASKED_HERE;
        } else if (calls != ASKED_HERE && subscriber != null) { // else it was asked for, or signalled (3.6)
            ask();
        }
    }

    private void ask() {
        int now = state;
        if (now == STARTING) {
            now = (int) STATE.compareAndExchange(this, STARTING, ASKED);
        }
        if (now == WAITING && STATE.compareAndSet(this, WAITING, EMITTED)) {
            emitHere();
        }
    }

    /** Signals the value and the end. Called by the owner of the value. */
    final void emit() {
        Subscriber<? super T> served = Objects.requireNonNull(subscriber);
        T item = value;
        value = null;
        subscriber = null;
        if (item != null) {
            try {
                served.onNext(item);
            } catch (Throwable thrown) {
                state = OVER; // 2.13
                fault(served, thrown);
            }
            if (state == OVER) {
                return;
            }
        }
        STATE.setRelease(this, OVER);
        try {
            served.onComplete();
        } catch (Throwable thrown) {
            fault(served, thrown); // 2.13
        }
    }

    /** Takes what a signal has thrown. */
    private void fault(Subscriber<?> served, Throwable thrown) {
        if (!peer.isFatal(thrown)) {
            peer.dropError(thrown);
            return;
        }
        try {
            served.onError(thrown);
        } catch (Throwable again) {
            peer.dropError(again);
        }
    }

    private void refuse(long n) {
        int now = state;
        while (now == STARTING || now == ASKED) {
            int found = (int) STATE.compareAndExchange(this, now, (int) Math.max(n, Integer.MIN_VALUE + 1L) - 1);
            if (found == now) {
                return;
            }
            now = found;
        }
        if (now == WAITING && STATE.compareAndSet(this, WAITING, OVER)) {
            signalBad(n);
        }
    }

    /** Signals that n was requested. Called by the owner of the value. */
    private void signalBad(long n) {
        Subscriber<? super T> served = Objects.requireNonNull(subscriber);
        STATE.setRelease(this, OVER);
        discard();
        try {
            served.onError(new IllegalArgumentException("Reactive Streams rule 3.9: request(n) needs n > 0, was " + n));
        } catch (Throwable thrown) {
            peer.dropError(thrown); // 2.13
        }
    }

    @Override
    public final void cancel() {
        int now = state;
        while (now != OVER) {
            int found = (int) STATE.compareAndExchange(this, now, OVER);
            if (found == now) {
                if (now == WAITING) {
                    discard();
                }
                return;
            }
            now = found;
        }
    }

    /** Gives the value back. Called by its owner. */
    private void discard() {
        T item = value;
        value = null;
        subscriber = null;
        if (item != null) {
            peer.discard(item);
        }
    }

    @Override
    public String toString() {
        return "ReadySubscription[" + (subscriber == null ? "ended" : value) + "]";
    }
}
