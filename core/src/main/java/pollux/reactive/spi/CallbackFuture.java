package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;
import pollux.reactive.ProtocolViolation;

/**
 * A future that is fed by the signals of a foreign source, from any thread: the way in for Publisher, Mono, Single,
 * Maybe and Completable.
 *
 * <p>The first poll calls {@link #start}, which subscribes. After that the source calls {@link #value}, {@link #empty}
 * or {@link #failure}, and the first of these and of {@link #cancel()} decides. What loses goes to the {@link #peer}:
 * values to its discard hook, errors to its hook for dropped errors.
 *
 * <p><b>Cancellation:</b> disposes of the source; if the source has not handed over its handle yet, it is disposed of
 * when it does. A value or failure that had arrived but was not polled is discarded or dropped.
 *
 * @param <T> the type of the value
 * @param <U> what the source hands over to be disposed of with, for instance a {@code Disposable}
 */
public abstract class CallbackFuture<T, U> extends RawFuture<T> implements Inspectable {

    /*
     * Two words, each written by compare-and-set or exchange only, and independent of each other:
     *
     *   outcome    null ──value()──▶ the value, or NOTHING ──poll──▶ ENDED
     *              null ──failure()──▶ Failed ──poll──▶ ENDED
     *              any  ──cancel()──▶ ENDED
     *
     *   upstream   null ──attach()──▶ handle ──detach()──▶ DETACHED (and the handle is released)
     *              null ──detach()──▶ DETACHED ──attach()──▶ DETACHED (and the late handle is released)
     *
     * The outcome is written before the handle is released: the source may signal from inside its own release, and
     * those signals are late. The waker is called after the release, so the awaiting side finds the source released
     * (2.6).
     *
     * The waker is stored before the outcome is looked at, and the outcome before the waker is (both volatile), so one
     * of the two sides sees the other. There is one outcome, so a plain volatile field does for the waker. Nothing is
     * looked at after ENDED, DETACHED by forget() and the waker's end are written, so a release does for these.
     */
    private static final VarHandle OUTCOME = VarHandles.handle(MethodHandles.lookup(), "outcome", Object.class);
    private static final VarHandle UPSTREAM = VarHandles.handle(MethodHandles.lookup(), "upstream", Object.class);
    private static final VarHandle WAKER = VarHandles.handle(MethodHandles.lookup(), "waker", Waker.class);

    private static final Object NOTHING = new Object();
    private static final Object ENDED = new Object();
    private static final Object DETACHED = new Object();

    private record Failed(Throwable error) {}

    private volatile @Nullable Object outcome;
    private volatile @Nullable Object upstream;
    private volatile @Nullable Waker waker;

    /** Poller only. */
    private boolean started;

    /** For subclasses. */
    protected CallbackFuture() {}

    // ------------------------------------------------------------------ for subclasses to fill in

    /**
     * Subscribes to the source. Called once, at the first poll, on the polling thread. What it throws becomes the
     * failure, and the source is disposed of if it was attached before.
     *
     * @param cx the context of the first poll; its services are those of the task that awaits
     * @throws Throwable whatever the source throws
     */
    protected abstract void start(Context cx) throws Throwable;

    /**
     * Disposes of the source. Called once per attached handle, on any thread.
     *
     * @param handle what {@link #attach} was given
     */
    protected abstract void release(U handle);

    /**
     * Discards a value that lost against a cancellation. Hands it to the {@link #peer} unless overridden; override it
     * where the value is a collection of items.
     *
     * @param value the value
     */
    protected void discard(T value) {
        peer().discard(value);
    }

    /**
     * Asks the source for more. Called at each poll but the first, as long as nothing is decided. Does nothing unless
     * overridden.
     *
     * @param cx the context of this poll; {@link Context#yield()} has this future polled again
     */
    protected void proceed(Context cx) {}

    /**
     * Called once when this future has been cancelled, after the source was disposed of. Does nothing unless
     * overridden.
     */
    protected void cancelled() {}

    /**
     * Returns where late signals go.
     *
     * @return the peer, {@link BridgeHooks#plain()} unless overridden
     */
    protected BridgeHooks peer() {
        return BridgeHooks.plain();
    }

    /**
     * Returns the class to blame when the source breaks a rule.
     *
     * @return the class of the source, or of this future unless overridden
     */
    protected Class<?> culprit() {
        return getClass();
    }

    // ------------------------------------------------------------------ signals, from any thread

    /**
     * Takes what the source can be disposed of with (its {@code onSubscribe}). If this future has ended, the handle is
     * released at once (2.8). A second handle is released, and the fault is reported; the first one stays (2.5).
     *
     * @param handle the handle
     * @return true if the handle was accepted; false if it was released
     */
    protected final boolean attach(U handle) {
        Object before = (Object) UPSTREAM.compareAndExchange(this, null, handle);
        if (before == null) {
            return true;
        }
        dispose(handle);
        if (before != DETACHED) {
            peer().dropError(new ProtocolViolation("2.12", culprit(), "called onSubscribe twice"));
        }
        return false;
    }

    /** Releases the handle now, or as soon as it comes. Does nothing the second time. */
    @SuppressWarnings("unchecked") // attach() puts in nothing but U
    protected final void detach() {
        Object before = (Object) UPSTREAM.getAndSet(this, DETACHED);
        if (before != null && before != DETACHED) {
            dispose((U) before);
        }
    }

    /** Lets go of the handle without releasing it: the source has ended by itself (1.6, 2.4). */
    protected final void forget() {
        UPSTREAM.setRelease(this, DETACHED);
    }

    /**
     * Ends this future with a value. If it has been decided already, the value is discarded.
     *
     * @param value the value; null is a fault of the source and becomes a failure (2.13)
     * @return true if it was the first signal
     */
    protected final boolean value(T value) {
        if (value == null) {
            failure(new ProtocolViolation("2.13", culprit(), "signalled a null item"));
            return false;
        }
        if (decide(value, false)) {
            return true;
        }
        discardQuietly(value);
        return false;
    }

    /**
     * Ends this future with a value that needs nothing more of the source: decides, releases the handle, then wakes.
     * What the source signals from inside its release is late.
     *
     * @param value the value
     * @return true if it was the first signal; otherwise the value is discarded
     */
    protected final boolean valueThenDetach(T value) {
        if (decide(value, true)) {
            return true;
        }
        discardQuietly(value);
        return false;
    }

    /**
     * Ends this future with a failure that the source does not know of: decides, releases the handle, then wakes. What
     * the source signals from inside its release is late.
     *
     * @param error the error
     * @return true if it was the first signal; otherwise the error is dropped
     */
    protected final boolean failureThenDetach(Throwable error) {
        if (decide(new Failed(error), true)) {
            return true;
        }
        peer().dropError(error);
        return false;
    }

    /**
     * Ends this future with null. If it has been decided already, nothing happens.
     *
     * @return true if it was the first signal
     */
    protected final boolean empty() {
        return decide(NOTHING, false);
    }

    /**
     * Ends this future with a failure. If it has been decided already, the error is dropped.
     *
     * @param error the error, passed on as it is
     * @return true if it was the first signal
     */
    protected final boolean failure(Throwable error) {
        if (decide(new Failed(error), false)) {
            return true;
        }
        peer().dropError(error);
        return false;
    }

    /**
     * Tells whether this future has been decided or cancelled, so that further signals are late.
     *
     * @return true if {@link #value} would be false
     */
    protected final boolean isDecided() {
        return outcome != null;
    }

    private boolean decide(Object result, boolean detaches) {
        boolean first = OUTCOME.compareAndSet(this, null, result);
        if (detaches) {
            detach();
        }
        if (!first) {
            return false;
        }
        Waker waiting = waker;
        if (waiting != null) {
            waiting.wake();
        }
        return true;
    }

    // ------------------------------------------------------------------ the poller

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (cx.mustYield()) {
            return PENDING;
        }
        if (!started) {
            subscribe(cx);
        } else if (outcome == null) {
            proceed(cx);
        }
        Object result = outcome;
        if (result == null) {
            waker = cx.waker();
            result = outcome; // register, then re-check
            if (result == null) {
                return PENDING;
            }
        }
        if (result == ENDED) {
            throw Ended.future(this);
        }
        OUTCOME.setRelease(this, ENDED);
        if (WAKER.getOpaque(this) != null) {
            WAKER.setRelease(this, (Waker) null);
        }
        cx.spend();
        if (result instanceof Failed failed) {
            throw Failures.rethrow(failed.error);
        }
        return result == NOTHING ? null : result;
    }

    private void subscribe(Context cx) {
        started = true;
        try {
            start(cx);
        } catch (Throwable thrown) {
            failureThenDetach(thrown);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // value() puts in nothing but T
    public final boolean cancel() {
        Object before = (Object) OUTCOME.getAndSet(this, ENDED);
        waker = null;
        detach();
        if (before instanceof Failed failed) {
            peer().dropError(failed.error);
        } else if (before != null && before != NOTHING && before != ENDED) {
            discardQuietly((T) before);
        }
        cancelled();
        return true;
    }

    private void discardQuietly(T value) {
        try {
            discard(value);
        } catch (Throwable thrown) {
            Failures.report("a late value could not be discarded", thrown);
        }
    }

    private void dispose(U handle) {
        try {
            release(handle);
        } catch (Throwable thrown) {
            peer().dropError(new ProtocolViolation("3.15", culprit(), "threw when it was cancelled", thrown));
        }
    }

    /**
     * Names what this future waits for, for dumps and for the message of a timeout. Called on any thread.
     *
     * @return the class of the publisher, unless overridden
     */
    protected String source() {
        return culprit().getName();
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name(getClass().getSimpleName() + " of " + source());
        if (started && upstream == null) {
            sketch.note("not subscribed yet");
        }
    }

    @Override
    public String toString() {
        Object now = outcome;
        return getClass().getSimpleName() + (now == null ? "[pending]" : now == ENDED ? "[ended]" : "[ready]");
    }
}
