package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;

/**
 * The reading side of a {@link Promise}, and the state of both sides.
 *
 * <p>The promise refers to it and not the other way round, so a promise that its writer forgets can be collected as
 * garbage while its reader waits.
 *
 * @param <T> the type of the value
 */
class PromiseFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

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
     * Before the future is handed out, waker holds UNTAKEN: its being handed out once needs no field of its own.
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
    private static final VarHandle WAKER = VarHandles.handle(MethodHandles.lookup(), "waker", Waker.class);

    /** Is never woken. */
    private static final Waker UNTAKEN = () -> {};

    private volatile @Nullable Object state;
    private @Nullable Waker waker = UNTAKEN;
    private volatile @Nullable Event cancellation;

    PromiseFuture() {}

    // ------------------------------------------------------------------ the writer

    final boolean complete(@Nullable T value) {
        return end(value == null ? NULL : value);
    }

    final boolean fail(Throwable failure) {
        return end(new Failed(failure));
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

    final boolean isCancelled() {
        return state == CANCELLED;
    }

    final boolean isDone() {
        return !isOpen(state);
    }

    /** What happens when the reader cancels. */
    final Event cancellation() {
        Event event = cancellation;
        if (event == null) {
            Event made = new Event();
            event = (Event) CANCELLATION.compareAndExchange(this, (Event) null, made);
            if (event == null) {
                event = made;
            }
        }
        if (state == CANCELLED) {
            event.happen();
        }
        return event;
    }

    // ------------------------------------------------------------------ the reader

    /** Notes that the reader has it; false if it was given away before. */
    final boolean give() {
        return WAKER.compareAndSet(this, UNTAKEN, (Waker) null);
    }

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        Object outcome = state;
        if (isLeft(outcome)) {
            throw Ended.future(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (isOpen(outcome)) {
            if (await(cx.waker())) {
                return PENDING;
            }
            outcome = state;
        }
        cx.spend();
        STATE.setRelease(this, READ);
        if (outcome instanceof Failed failed) {
            throw Failures.rethrow(failed.failure);
        }
        return outcome == NULL ? null : outcome;
    }

    /** A failure and null are left to a poll, and so is a value that is released if it is not delivered. */
    @Override
    protected Object takeNow() {
        Object outcome = state;
        if (outcome == null || outcome == WAITING || outcome == NULL || isLeft(outcome) || outcome instanceof Failed) {
            return PENDING;
        }
        STATE.setRelease(this, READ);
        return outcome;
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

    @Override
    public final boolean cancel() {
        Object now = state;
        while (isOpen(now)) {
            if (STATE.compareAndSet(this, now, CANCELLED)) {
                waker = null;
                Event event = cancellation;
                if (event != null) {
                    event.happen();
                }
                return true;
            }
            now = state;
        }
        if (!isLeft(now)) {
            discard(STATE.getAndSet(this, READ));
        }
        return true;
    }

    @SuppressWarnings("unchecked") // what is neither a failure nor one of the constants is a value
    private void discard(@Nullable Object outcome) {
        if (outcome instanceof Failed failed) {
            if (!(failed.failure instanceof CancellationException)) {
                Failures.report("the promise failed when its reader had left", failed.failure);
            }
        } else if (outcome != null && outcome != NULL && outcome != READ) {
            release((T) outcome);
        }
    }

    /** Has a value released that was not read. */
    void release(T value) {}

    // ------------------------------------------------------------------ what a dump shows

    @Override
    public final void describe(AwaitTree sketch) {
        sketch.name(toString());
        // the writer first: one that has ended the promise and was collected after that leaves the end to be seen
        boolean lost = isWriterLost();
        Object now = state;
        if (lost && isOpen(now)) {
            sketch.note("its promise was collected as garbage before it ended").neverWoken();
        } else if (now == null) {
            sketch.note("no waker").neverWoken();
        }
    }

    /** The state of the promise, in its words. */
    final String promise() {
        Object now = state;
        String what = isOpen(now)
                ? "open"
                : now == CANCELLED
                        ? "cancelled"
                        : now == READ ? "read" : now instanceof Failed ? "failed" : "completed";
        String name = name();
        return "Promise[" + (name == null ? what : name + ", " + what) + "]";
    }

    @Nullable
    String name() {
        return null;
    }

    /** Whether it is known that nothing can end the promise any more. */
    boolean isWriterLost() {
        return false;
    }

    @Override
    public final String toString() {
        return "future of " + promise();
    }

    /** The reading side of a promise of something that has to be released. */
    static class Releasing<T extends @Nullable Object> extends PromiseFuture<T> {

        private final @Nullable Consumer<? super T> undelivered;

        Releasing(@Nullable Consumer<? super T> undelivered) {
            this.undelivered = undelivered;
        }

        @Override
        protected Object takeNow() {
            return PENDING;
        }

        @Override
        final void release(T value) {
            if (undelivered != null) {
                try {
                    undelivered.accept(value);
                } catch (Throwable failure) {
                    Failures.report("the undelivered function of a promise failed", failure);
                }
            }
        }
    }

    /** The reading side of a promise with a name, which knows whether its writing side still exists. */
    static final class Named<T extends @Nullable Object> extends Releasing<T> {

        private final String name;
        private volatile @Nullable WeakReference<Promise<T>> writer;

        Named(String name, @Nullable Consumer<? super T> undelivered) {
            super(undelivered);
            this.name = name;
        }

        /** Called once, by the promise, before it is handed out. */
        void watch(Promise<T> promise) {
            writer = new WeakReference<>(promise);
        }

        @Override
        String name() {
            return name;
        }

        @Override
        boolean isWriterLost() {
            WeakReference<Promise<T>> watched = writer;
            return watched != null && watched.refersTo(null);
        }
    }
}
