package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
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
     *     STARTING ──request───────▶ ASKED          served when onSubscribe has returned
     *     STARTING ──start─────────▶ WAITING
     *     STARTING, WAITING, ASKED
     *         ──request, start, take─▶ EMITTED      the value is the caller's, who signals it and the end
     *         ──cancel, bad request──▶ OVER         the value is discarded
     *     EMITTED ──cancel, end────▶ OVER           no further signal
     *
     * All up to EMITTED and the first OVER are one compare-and-set each, so the value has one owner. After that only
     * `OVER or not` matters, to one who may look a moment too early (1.8).
     */
    private static final int STARTING = 0;
    private static final int ASKED = 1;
    private static final int WAITING = 2;
    private static final int EMITTED = 3;
    private static final int OVER = 4;

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", int.class);

    private final BridgeHooks peer;
    private volatile int state;

    /** The thread that comes to EMITTED or OVER first owns both; null then, so that nothing is retained (3.13). */
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
        Subscriber<? super T> served = Objects.requireNonNull(subscriber);
        try {
            served.onSubscribe(this);
        } catch (Throwable thrown) {
            cancel(); // 2.13
            peer.dropError(thrown);
        }
        if (value == null) {
            emit(); // 2.10: without demand
        } else if (state != STARTING || !STATE.compareAndSet(this, STARTING, WAITING)) {
            emit();
        }
    }

    /** Makes its caller the owner of the value. */
    private boolean claim(int as) {
        int now = state;
        while (now < EMITTED) {
            int found = (int) STATE.compareAndExchange(this, now, as);
            if (found == now) {
                return true;
            }
            now = found;
        }
        return false;
    }

    /**
     * Takes the value instead of having it signalled: for fusion.
     *
     * @return the value, or null if it was taken or cancelled before, or if there is none
     */
    protected final @Nullable T take() {
        if (!claim(EMITTED)) {
            return null;
        }
        T taken = value;
        value = null;
        subscriber = null;
        return taken;
    }

    /**
     * Tells whether the value is still there.
     *
     * @return true if {@link #take} would return it
     */
    protected final boolean isWaiting() {
        return state < EMITTED && value != null;
    }

    @Override
    public final void request(long n) {
        if (n <= 0) {
            refuse(new IllegalArgumentException("Reactive Streams rule 3.9: request(n) needs n > 0, was " + n));
        } else if (state == WAITING || state == STARTING && !STATE.compareAndSet(this, STARTING, ASKED)) {
            emit();
        }
    }

    private void emit() {
        Subscriber<? super T> served = subscriber;
        T item = value;
        if (served == null || !claim(EMITTED)) {
            return; // 3.6
        }
        value = null;
        subscriber = null;
        if (item != null) {
            try {
                served.onNext(item);
            } catch (Throwable thrown) {
                state = OVER; // 2.13
                peer.dropError(thrown);
            }
        }
        if (state == OVER) {
            return;
        }
        STATE.setRelease(this, OVER);
        try {
            served.onComplete();
        } catch (Throwable thrown) {
            peer.dropError(thrown); // 2.13
        }
    }

    private void refuse(Throwable error) {
        Subscriber<? super T> served = subscriber;
        if (!discard() || served == null) {
            return;
        }
        try {
            served.onError(error);
        } catch (Throwable thrown) {
            peer.dropError(thrown); // 2.13
        }
    }

    @Override
    public final void cancel() {
        if (!discard()) {
            state = OVER;
        }
    }

    private boolean discard() {
        if (!claim(OVER)) {
            return false;
        }
        T item = value;
        value = null;
        subscriber = null;
        if (item != null) {
            peer.discard(item);
        }
        return true;
    }

    @Override
    public String toString() {
        return "ReadySubscription[" + (state < EMITTED ? value : "ended") + "]";
    }
}
