package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;

/**
 * The writing side of one value that one task waits for: how a callback becomes a future.
 *
 * <p>It ends exactly once, with {@link #complete}, {@link #fail}, or because the reader cancelled the {@link
 * #future()}; a later caller gets false, and keeps what it brought. The writer's methods may be called from any
 * thread and do not block. The future is for one party; {@link Future#shared()} makes it one for many.
 *
 * <p>A promise that is never completed leaves its reader waiting; there is no destructor here that could tell.
 *
 * <p>After {@code tokio::sync::oneshot}.
 *
 * @param <T> the type of the value
 */
public final class Promise<T extends @Nullable Object> {

    /*
     * state holds one of
     *
     *     null             open, and no task waits
     *     WAITING          open, and the reader has left its waker      from null, by the reader
     *     a value, NULL    completed, and not read yet                  from null and WAITING, by complete()
     *     a Failed         failed, and not read yet                     from null and WAITING, by fail()
     *     READ             the reader has it, or gave it up             from the two above, by the reader
     *     CANCELLED        the reader left before                       from null and WAITING, by the reader
     *
     * The edges out of null and WAITING are compare-and-set, so one of complete, fail and cancel wins. The reader goes
     * from WAITING back to null to leave another waker. Only the reader changes anything after the end, so a release
     * store will do for READ.
     *
     * waker belongs to the reader while state is null, and to the thread that takes it out of WAITING after that.
     * Memory order: the reader's compare-and-set to WAITING ↔ the compare-and-set that ends it.
     *
     * cancellation exists only once it was asked for. Asking creates it and then looks at the state, cancelling
     * sets the state and then looks at it, all volatile; so one of the two lets it happen.
     */

    private static final Object WAITING = new Object();
    private static final Object NULL = new Object();
    private static final Object READ = new Object();
    private static final Object CANCELLED = new Object();

    private record Failed(Throwable failure) {}

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", Object.class);
    private static final VarHandle CANCELLATION =
            VarHandles.handle(MethodHandles.lookup(), "cancellation", Event.class);
    private static final VarHandle FUTURE_GIVEN =
            VarHandles.handle(MethodHandles.lookup(), "futureGiven", boolean.class);

    private final @Nullable Consumer<? super T> undelivered;
    private volatile @Nullable Object state;
    private @Nullable Waker waker;
    private volatile @Nullable Event cancellation;

    @SuppressWarnings("UnusedVariable") // read by FUTURE_GIVEN
    private volatile boolean futureGiven;

    /** Makes an open promise. */
    public Promise() {
        this.undelivered = null;
    }

    /**
     * Makes an open promise of something that has to be released.
     *
     * @param undelivered called, on the thread that cancels the future, with a value that was completed but not read;
     *     what it throws is reported; not called for a value that {@link #complete} refused, nor with null
     */
    public Promise(Consumer<? super T> undelivered) {
        this.undelivered = Objects.requireNonNull(undelivered, "undelivered");
    }

    /**
     * Ends the promise with a value.
     *
     * @param value the value, which may be null
     * @return false if the promise has ended before or its reader has left, so that the value is still the caller's
     */
    public boolean complete(@Nullable T value) {
        return end(value == null ? NULL : value);
    }

    /**
     * Ends the promise with a failure, which the future then throws as it is.
     *
     * @param failure the failure
     * @return false if the promise has ended before or its reader has left, so that the failure is still the caller's
     */
    public boolean fail(Throwable failure) {
        return end(new Failed(Objects.requireNonNull(failure, "failure")));
    }

    private boolean end(Object outcome) {
        Object now = state;
        while (isOpen(now)) {
            if (STATE.compareAndSet(this, now, outcome)) {
                Waker left = now == null ? null : takeWaker();
                if (left != null) {
                    left.wake();
                }
                return true;
            }
            now = state;
        }
        return false;
    }

    private static boolean isOpen(@Nullable Object state) {
        return state == null || state == WAITING;
    }

    /** The reader has nothing to do with it any more. */
    private static boolean isLeft(@Nullable Object state) {
        return state == READ || state == CANCELLED;
    }

    /** For the thread that took the state out of WAITING. A promise does not keep a task alive. */
    private @Nullable Waker takeWaker() {
        Waker left = waker;
        waker = null;
        return left;
    }

    /** Leaves the reader's waker; false if the promise has ended. */
    private boolean await(Waker next) {
        if (state == WAITING) {
            if (waker == next) {
                return true;
            }
            if (!STATE.compareAndSet(this, WAITING, null)) {
                return false;
            }
        }
        waker = next;
        if (STATE.compareAndSet(this, null, WAITING)) {
            return true;
        }
        waker = null;
        return false;
    }

    /**
     * Returns the reading side.
     *
     * <p><b>Cancellation:</b> nothing can arrive any more; {@link #complete} and {@link #fail} return false from then
     * on. A value that had arrived but was not read goes to the {@code undelivered} function of the constructor or is
     * dropped, and such a failure is reported.
     *
     * @return a future for one party
     * @throws IllegalStateException if it was called before
     */
    public Future<T> future() {
        if (!FUTURE_GIVEN.compareAndSet(this, false, true)) {
            throw new IllegalStateException(
                    "the future of a promise is for one party and was taken before; use future().shared() for several");
        }
        return new PromiseFuture<>(this);
    }

    /**
     * Tells whether the reader cancelled the future before the promise had ended.
     *
     * @return true if a value would be refused for that reason
     */
    public boolean isCancelled() {
        return state == CANCELLED;
    }

    /**
     * Tells whether the promise has ended, in whichever way.
     *
     * @return true if a value would be refused
     */
    public boolean isDone() {
        return !isOpen(state);
    }

    /**
     * Waits until the reader cancels the future. If the promise ends otherwise, this stays pending for ever; race it
     * with the work that makes the value.
     *
     * <p><b>Cancellation:</b> nothing is lost.
     *
     * @return a future that ends with null; each call makes one, for one party
     */
    public Future<Void> cancelled() {
        return cancellation().future("Promise.cancelled()");
    }

    /**
     * Calls an action when the reader cancels the future: on the thread that cancels, or at once if that has happened.
     * Never calls it if the promise ends otherwise.
     *
     * @param action called at most once; what it throws is reported
     */
    public void onCancel(Runnable action) {
        Objects.requireNonNull(action, "action");
        if (!cancellation().await(new Waiter(), () -> run(action))) {
            run(action);
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            Failures.report("the onCancel action of a promise failed", failure);
        }
    }

    private Event cancellation() {
        Event event = cancellation;
        if (event == null) {
            event = new Event();
            if (!CANCELLATION.compareAndSet(this, null, event)) {
                event = Objects.requireNonNull(cancellation);
            }
        }
        if (state == CANCELLED) {
            event.happen();
        }
        return event;
    }

    private void cancel() {
        Object now = state;
        while (isOpen(now)) {
            if (STATE.compareAndSet(this, now, CANCELLED)) {
                waker = null;
                Event event = cancellation;
                if (event != null) {
                    event.happen();
                }
                return;
            }
            now = state;
        }
        discard(STATE.getAndSet(this, READ));
    }

    @SuppressWarnings("unchecked") // what is neither a failure nor one of the constants is a value
    private void discard(@Nullable Object outcome) {
        if (outcome instanceof Failed failed) {
            if (!(failed.failure instanceof CancellationException)) {
                Failures.report("the promise failed when its reader had left", failed.failure);
            }
        } else if (undelivered != null && outcome != NULL && outcome != READ) {
            try {
                undelivered.accept((T) outcome);
            } catch (Throwable failure) {
                Failures.report("the undelivered function of a promise failed", failure);
            }
        }
    }

    @Override
    public String toString() {
        Object now = state;
        String what = isOpen(now)
                ? "open"
                : now == CANCELLED
                        ? "cancelled"
                        : now == READ ? "read" : now instanceof Failed ? "failed" : "completed";
        return "Promise[" + what + "]";
    }

    private static final class PromiseFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

        private final Promise<T> promise;

        PromiseFuture(Promise<T> promise) {
            this.promise = promise;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Object outcome = promise.state;
            if (isLeft(outcome)) {
                throw Ended.future(this);
            }
            if (cx.mustYield()) {
                return PENDING;
            }
            if (isOpen(outcome)) {
                if (promise.await(cx.waker())) {
                    return PENDING;
                }
                outcome = promise.state;
            }
            cx.spend();
            STATE.setRelease(promise, READ);
            if (outcome instanceof Failed failed) {
                throw Failures.rethrow(failed.failure);
            }
            return outcome == NULL ? null : outcome;
        }

        @Override
        public boolean cancel() {
            if (!isLeft(promise.state)) {
                promise.cancel();
            }
            return true;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name(toString());
            if (promise.state == null) {
                sketch.note("no waker").neverWoken();
            }
        }

        @Override
        public String toString() {
            return "future of " + promise;
        }
    }
}
