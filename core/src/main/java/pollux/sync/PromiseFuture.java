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
 * The reading side of a {@link Promise}, and the state of both sides from when it was handed out.
 *
 * <p>The promise refers to it and not the other way round, so a promise that its writer forgets can be collected as
 * garbage while its reader waits.
 *
 * @param <T> the type of the value
 */
class PromiseFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /*
     * `state` is the only field, since it is kept as long as a task waits. It holds one of
     *
     *     null             open, and no task waits
     *     a Waker          open, and the reader waits          from null and another Waker, by the reader
     *     a Watched        one of these two, and the event of its cancellation, from when that was asked for
     *     a value          completed, and not read yet         from null and a Waker, by complete()
     *     a Boxed          the same for null, and for a value that would be taken for something else
     *     a Failed         failed, and not read yet            from null and a Waker, by fail()
     *     READ             the reader has it, or gave it up    from the three above, by the reader
     *     CANCELLED        the reader left before              from null and a Waker, by the reader
     *
     * It is open if it is null or a Waker, for Watched is one. Each edge out of an open state is a compare-and-set,
     * so one of complete, fail and cancel wins. What ends it replaces the reader's waker, and wakes it; the reader
     * replaces one waker by the next in one step, so that the latest is woken.
     * Memory order: the compare-and-set that leaves a waker ↔ the one that takes it. Only the reader changes anything
     * after the end, so a release store will do for READ.
     */

    private static final Boxed NULL = new Boxed(null);
    private static final Object READ = new Object();
    private static final Object CANCELLED = new Object();

    private record Failed(Throwable failure) {}

    private record Boxed(@Nullable Object value) {}

    private static final class Watched implements Waker {

        private final Event cancellation;
        private final @Nullable Waker reader;

        Watched(Event cancellation, @Nullable Waker reader) {
            this.cancellation = cancellation;
            this.reader = reader;
        }

        @Override
        public void wake() {
            if (reader != null) {
                reader.wake();
            }
        }
    }

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", Object.class);

    private volatile @Nullable Object state;

    /**
     * Makes one.
     *
     * @param state null; or what {@link #completed}, {@link #failed} or {@link #watched} has made
     */
    PromiseFuture(@Nullable Object state) {
        STATE.set(this, state); // plain: the promise publishes it by a compare-and-set
    }

    /** The state of a promise that is open, and was asked for its cancellation. */
    static Object watched(Event cancellation) {
        return new Watched(cancellation, null);
    }

    /** The reader's waker in an open state; null if no task waits. */
    private static @Nullable Object reader(@Nullable Object open) {
        return open instanceof Watched watched ? watched.reader : open;
    }

    private static boolean isOpen(@Nullable Object state) {
        return state == null || state instanceof Waker;
    }

    // ------------------------------------------------------------------ the writer

    /** The outcome of a promise that is completed: neither null, nor a waker, nor a future of a promise. */
    static Object completed(@Nullable Object value) {
        return value == null
                ? NULL
                : value instanceof Waker || value instanceof PromiseFuture ? new Boxed(value) : value;
    }

    /** The outcome of a promise that has failed. */
    static Object failed(Throwable failure) {
        return new Failed(failure);
    }

    /** Ends it with an outcome; false if it has ended before. */
    final boolean end(Object outcome) {
        while (true) {
            Object now = state;
            if (!isOpen(now)) {
                return false;
            }
            if (STATE.compareAndSet(this, now, outcome)) {
                if (now != null) {
                    ((Waker) now).wake();
                }
                return true;
            }
        }
    }

    /** The reader has nothing to do with it any more. */
    private static boolean isLeft(@Nullable Object state) {
        return state == READ || state == CANCELLED;
    }

    final boolean isCancelled() {
        return state == CANCELLED;
    }

    final boolean isDone() {
        return !isOpen(state);
    }

    /** What happens when the reader cancels; after another end, something that never happens. */
    final Event cancellation() {
        while (true) {
            Object now = state;
            if (now instanceof Watched watched) {
                return watched.cancellation; // a cancel takes it out, and then lets it happen
            }
            Event made = new Event();
            if (now == CANCELLED) {
                made.happen();
                return made;
            }
            if (!isOpen(now) || STATE.compareAndSet(this, now, new Watched(made, (Waker) now))) {
                return made;
            }
        }
    }

    // ------------------------------------------------------------------ the reader

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        Object now = state;
        if (isLeft(now)) {
            throw Ended.future(this);
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (isOpen(now)) {
            now = await(now, cx.waker());
            if (now == PENDING) {
                return PENDING;
            }
        }
        cx.spend();
        STATE.setRelease(this, READ);
        if (now instanceof Failed failed) {
            throw Failures.rethrow(failed.failure);
        }
        return now instanceof Boxed boxed ? boxed.value : now;
    }

    /** Leaves the reader's waker; returns the outcome if the promise has ended, else PENDING. */
    private @Nullable Object await(@Nullable Object open, Waker next) {
        Object now = open;
        while (reader(now) != next) {
            Waker left = now instanceof Watched watched ? new Watched(watched.cancellation, next) : next;
            if (STATE.compareAndSet(this, now, left)) {
                return PENDING;
            }
            now = state; // the promise has ended, or the event of its cancellation was asked for
            if (!isOpen(now)) {
                return now;
            }
        }
        return PENDING;
    }

    @Override
    public final boolean cancel() {
        Object now = state;
        while (isOpen(now)) {
            if (STATE.compareAndSet(this, now, CANCELLED)) {
                if (now instanceof Watched watched) {
                    watched.cancellation.happen();
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
            return;
        }
        Object value = outcome instanceof Boxed boxed ? boxed.value : outcome;
        if (value != null && value != READ) {
            release((T) value);
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
        if (!isOpen(now)) {
            return;
        }
        if (lost) {
            sketch.note("its promise was collected as garbage before it ended").neverWoken();
        } else if (reader(now) == null) {
            sketch.note("no waker").neverWoken();
        }
    }

    /** The state of the promise, in its words. */
    final String promise() {
        return promise(name(), state);
    }

    /** The same for one whose future was not handed out. */
    static String promise(@Nullable String name, @Nullable Object outcome) {
        String what = isOpen(outcome)
                ? "open"
                : outcome == CANCELLED
                        ? "cancelled"
                        : outcome == READ ? "read" : outcome instanceof Failed ? "failed" : "completed";
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

        Releasing(@Nullable Consumer<? super T> undelivered, @Nullable Object state) {
            super(state);
            this.undelivered = undelivered;
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
        private final WeakReference<Promise<T>> writer;

        Named(Promise<T> promise, String name, @Nullable Consumer<? super T> undelivered, @Nullable Object state) {
            super(undelivered, state);
            this.name = name;
            this.writer = new WeakReference<>(promise);
        }

        @Override
        String name() {
            return name;
        }

        @Override
        boolean isWriterLost() {
            return writer.refersTo(null);
        }
    }
}
