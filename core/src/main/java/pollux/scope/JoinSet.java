package pollux.scope;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.AwaitTree;
import pollux.future.Block;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.FutureSet;
import pollux.future.Futures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.checks.CheckReturnValue;

/**
 * Tasks of one kind whose ends are taken one by one, in the order in which they come.
 *
 * <pre>{@code
 * JoinSet<Page> pages = new JoinSet<>(spawner);
 * urls.forEach(url -> pages.spawn(fetch(url)));
 * for (JoinHandle<Page> next; (next = await(pages.joinNext())) != null; ) {
 *     show(await(next.join()));
 * }
 * }</pre>
 *
 * <p>Three futures take all of them at once, and each of them leaves an empty set behind: {@link #joinAll} gives up at
 * the first failure, {@link #firstSuccess} at the first value, {@link #allEnded} at nothing. A deadline is a {@link
 * pollux.time.Timers#timeout timeout} around one of them.
 *
 * <p>A set belongs to one party at a time, like a list: the task that spawns into it and takes from it. It costs a
 * constant time for each task, however many there are. Nothing happens to the tasks if the set is forgotten;
 * {@link #close} it to have them cancelled, or use a {@link TaskScope}, which also waits for them.
 *
 * <p>After Tokio's {@code JoinSet}.
 *
 * @param <T> the type of the values
 */
public final class JoinSet<T> implements AutoCloseable, Inspectable {

    private final Spawner spawner;
    private final FutureSet<Member<T>> members = FutureSet.ofDistinct();
    private final Set<JoinHandle<T>> handles = new LinkedHashSet<>();
    private boolean closed;

    /**
     * Makes an empty set.
     *
     * @param spawner runs the tasks; that of a scope is {@link TaskScope#spawner()}
     */
    public JoinSet(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    // ------------------------------------------------------------------ spawning

    /**
     * Starts a task whose end this set will tell.
     *
     * @param future the future; it belongs to the task from now on
     * @return the handle, the same that {@link #joinNext} gives; already cancelled if the set or its spawner is closed
     */
    public JoinHandle<T> spawn(Future<T> future) {
        return spawn(future, Services.NONE);
    }

    /**
     * Starts a task that runs a block, and whose end this set will tell.
     *
     * @param block the code; each call is a fresh run of it
     * @return the handle, the same that {@link #joinNext} gives; already cancelled if the set or its spawner is closed
     */
    public JoinHandle<T> spawn(Block<T> block) {
        return spawn(block.start());
    }

    /**
     * Starts a task whose end this set will tell, and that finds further services around it.
     *
     * @param future the future; it belongs to the task from now on
     * @param services what the task finds besides the services of the spawner
     * @return the handle, the same that {@link #joinNext} gives; already cancelled if the set or its spawner is closed
     */
    public JoinHandle<T> spawn(Future<T> future, Services services) {
        Objects.requireNonNull(future, "future");
        Objects.requireNonNull(services, "services");
        return closed ? Spawner.closed().spawn(future, services) : added(spawner.spawn(future, services));
    }

    /**
     * Starts a task that runs blocking code, see {@link Spawner#spawnBlocking}.
     *
     * @param call the blocking code
     * @return the handle, the same that {@link #joinNext} gives; already cancelled if the set or its spawner is closed
     */
    public JoinHandle<T> spawnBlocking(Callable<T> call) {
        return closed ? Spawner.closed().spawnBlocking(call) : added(spawner.spawnBlocking(call));
    }

    private JoinHandle<T> added(JoinHandle<T> handle) {
        handles.add(handle);
        members.add(new Member<>(handle), 0);
        return handle;
    }

    // ------------------------------------------------------------------ one by one

    /**
     * Waits for the next task that ends, whichever it is and however it ends, and takes it out of this set.
     *
     * <p><b>Cancellation:</b> loses nothing; no task is taken out.
     *
     * @return a future of the handle of a task that has ended, whose {@link JoinHandle#join()} is ready; of null if the
     *     set is empty
     */
    @CheckReturnValue
    public Future<@Nullable JoinHandle<T>> joinNext() {
        return new Next<>(this);
    }

    /**
     * Takes a task that has ended out of this set, without waiting.
     *
     * @return the handle of a task that has ended; null if there is none at the moment
     */
    public @Nullable JoinHandle<T> tryJoinNext() {
        Object next = pollNext(new Context(Waker.noop(), Services.NONE));
        return next == RawFuture.PENDING || next == null ? null : member(next).handle;
    }

    /** Takes out a member that has ended; null if the set is empty. */
    @Nullable
    Object pollNext(Context cx) {
        if (members.isEmpty()) {
            return null;
        }
        Object next = members.pollAnyRaw(cx);
        if (next != RawFuture.PENDING) {
            handles.remove(member(Objects.requireNonNull(next)).handle);
        }
        return next;
    }

    @SuppressWarnings("unchecked") // nothing else is in there
    Member<T> member(Object next) {
        return (Member<T>) next;
    }

    // ------------------------------------------------------------------ all at once

    /**
     * Waits for all tasks and gives their values, in the order in which the tasks ended. The first one that fails, or
     * that was cancelled, has all others cancelled; its failure is that of the future, once they have ended. Further
     * failures are {@linkplain Failures#report reported}.
     *
     * <p><b>Cancellation:</b> cancels all tasks; the future ends when they have ended.
     *
     * @return a future of the values
     */
    @CheckReturnValue
    public Future<List<T>> joinAll() {
        return new JoinSetDrain.Values<>(this);
    }

    /**
     * Waits for the first task that ends with a value, and has all others cancelled. If none does, the future fails as
     * the first task did. What the other tasks end with is dropped; their handles tell it.
     *
     * <p><b>Cancellation:</b> cancels all tasks; the future ends when they have ended.
     *
     * @return a future of the first value, which ends when all tasks have; fails with {@link NoSuchElementException} if
     *     the set is empty
     */
    @CheckReturnValue
    public Future<T> firstSuccess() {
        return new JoinSetDrain.FirstValue<>(this);
    }

    /**
     * Waits until all tasks have ended, each in its own way, and gives their handles in the order in which they ended.
     *
     * <p><b>Cancellation:</b> cancels all tasks; the future ends when they have ended.
     *
     * @return a future of the handles, whose {@link JoinHandle#join()} is ready
     */
    @CheckReturnValue
    public Future<List<JoinHandle<T>>> allEnded() {
        return new JoinSetDrain.Handles<>(this);
    }

    /**
     * Cancels all tasks and waits until they have ended, clean-ups included. What they end with is dropped. The set may
     * be used again afterwards.
     *
     * <p><b>Cancellation:</b> the tasks are cancelled nevertheless, and the future ends when they have ended.
     *
     * @return a future that cancels the tasks when it is polled for the first time
     */
    @CheckReturnValue
    public Future<Void> shutdown() {
        return new JoinSetDrain.Nothing<>(this);
    }

    /** Reports a failure that this set does not deliver, unless the scope that also owns the task does so. */
    void drop(Context cx, String where, Throwable failure) {
        if (!scopeTakesFailures()) {
            Failures.drop(cx.services(), where, failure);
        }
    }

    /** Tells whether the tasks of this set belong to a scope that delivers or reports each of their failures. */
    boolean scopeTakesFailures() {
        return spawner instanceof TaskScope.View scope && scope.takesFailures();
    }

    // ------------------------------------------------------------------ without waiting

    /** Asks every task to end; they stay in this set until they are taken out. */
    public void cancelAll() {
        handles.forEach(JoinHandle::cancel);
    }

    /**
     * Takes every task out of this set and lets it go on; what it fails with is reported, as that of any detached task.
     */
    public void detachAll() {
        members.cancelAll(Ending.cancelled()); // waits that are given up have nothing to clean up
        // join() was called, so the spawner takes failures for seen; these tasks see them now, and are not joined
        if (!scopeTakesFailures()) {
            handles.forEach(JoinSet::reportFailure);
        }
        handles.clear();
    }

    private static <T extends @Nullable Object> void reportFailure(JoinHandle<T> handle) {
        Spawner.inline()
                .spawn(handle.join()
                        .recover(failure -> handle.isCancelled() ? Futures.ready(null) : Futures.failed(failure)));
    }

    /**
     * Cancels all tasks without waiting for them, and lets no more in: later ones get a cancelled handle. To wait as
     * well, await {@link #shutdown} before.
     */
    @Override
    public void close() {
        closed = true;
        cancelAll();
        detachAll();
    }

    /**
     * Returns how many tasks are in this set, including those that have ended and were not taken out yet.
     *
     * @return the number of tasks
     */
    public int size() {
        return handles.size();
    }

    /**
     * Tells whether there is nothing to wait for.
     *
     * @return true if {@link #joinNext} would give null
     */
    public boolean isEmpty() {
        return handles.isEmpty();
    }

    @Override
    public void describe(AwaitTree sketch) {
        members.describe(sketch);
        sketch.name("JoinSet");
    }

    @Override
    public String toString() {
        return "JoinSet[" + size() + " tasks on " + spawner + (closed ? ", closed]" : "]");
    }

    /** The wait for one task, which ends with itself, and knows how the task ended. */
    static final class Member<T> extends RawFuture<Member<T>> implements Inspectable {

        final JoinHandle<T> handle;
        private final Future<T> join;

        private @Nullable Object value;

        @Nullable
        Throwable failure;

        Member(JoinHandle<T> handle) {
            this.handle = handle;
            this.join = handle.join();
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            try {
                Object answer = RawFuture.pollAny(join, cx);
                if (answer == PENDING) {
                    return PENDING;
                }
                value = answer;
            } catch (Throwable thrown) {
                failure = thrown;
            }
            return this;
        }

        @Override
        public void describe(AwaitTree sketch) {
            if (join instanceof Inspectable known) {
                known.describe(sketch);
            } else {
                sketch.awaits(join);
            }
        }

        /** Tells whether the task has failed; one that was cancelled has not. */
        boolean hasFailed() {
            return failure != null && !handle.isCancelled();
        }

        @SuppressWarnings("unchecked") // the task ended with it
        @Nullable
        T value() {
            return (T) value;
        }

        @Override
        public boolean cancel() {
            return join.cancel();
        }
    }

    /** {@link #joinNext}. */
    private static final class Next<T> extends RawFuture<@Nullable JoinHandle<T>> implements Inspectable {

        private final JoinSet<T> set;
        private boolean ended;

        Next(JoinSet<T> set) {
            this.set = set;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ended) {
                throw new IllegalStateException("polled after its end; call joinNext() again for the next task");
            }
            Object next = set.pollNext(cx);
            if (next == PENDING) {
                return PENDING;
            }
            ended = true;
            return next == null ? null : set.member(next).handle;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name("JoinSet.joinNext").awaits(set);
        }

        @Override
        public String toString() {
            return "JoinSet.joinNext(" + (ended ? "ended" : set) + ")";
        }
    }
}
