package pollux.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;
import pollux.internal.trace.Interrupted;
import pollux.sync.AtomicWaker;

/**
 * A blocking call on the threads of the task's spawner. Cancelling ends the wait at once. A call that is queued never
 * runs then; one that runs is not interrupted, which would close the file that it uses, but goes on alone, and its
 * outcome is released when it returns (ADR 58).
 */
final class BlockingStep<T extends @Nullable Object> extends RawFuture<T> {

    /*
     *     from      event                       to         note
     *     WAITING   a thread starts the call    RUNNING
     *     WAITING   cancel, or the handle fails SKIPPED    the thread that finds it does nothing
     *     RUNNING   the call returns            RETURNED   the outcome is stored before
     *     RUNNING   cancel, or the handle fails ALONE      the owner is gone; the thread will release the outcome
     *     ALONE     the call returns            RETURNED   the outcome was released before
     *     RETURNED  cancel                                 the owner releases the outcome
     *
     * Outcome: written before RETURNED (call) ↔ read after RETURNED was read (owner). `end` is woken after RETURNED was
     * written.
     *
     * The handle fails while the call is RUNNING only if the executor of a hosted spawner refuses the task that waits.
     */

    private static final int WAITING = 0;
    private static final int RUNNING = 1;
    private static final int SKIPPED = 2;
    private static final int ALONE = 3;
    private static final int RETURNED = 4;

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", int.class);

    private final String name;
    private final Release<? super T> release;
    private final AtomicWaker end = new AtomicWaker();
    private @Nullable Callable<T> call;
    private volatile int state;

    private @Nullable T value;
    private @Nullable Throwable failure;

    private @Nullable JoinHandle<?> handle;
    private @Nullable Future<?> handleEnd;
    private boolean released;
    private boolean ended;

    /** Makes a call whose value needs no release. */
    BlockingStep(String name, Callable<T> call) {
        this(name, call, value -> {});
    }

    BlockingStep(String name, Callable<T> call, Release<? super T> release) {
        this.name = name;
        this.call = call;
        this.release = release;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw Ended.future(this);
        }
        Future<?> waiting = handleEnd;
        if (waiting == null) {
            Spawner around = cx.get(Spawner.KEY);
            JoinHandle<?> started = (around == null ? Spawner.inline() : around).spawnBlocking(this::call);
            waiting = started.join();
            handle = started;
            handleEnd = waiting;
        }
        ended = true; // stays so if it throws
        try {
            if (pollAny(waiting, cx) == PENDING) {
                ended = false;
                return PENDING;
            }
        } catch (Throwable refusal) {
            if (leave()) {
                throw refusal;
            }
        }
        if (leave()) {
            throw new IllegalStateException("the spawner has not made the call: " + this);
        }
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return value;
    }

    /** On the blocking thread. */
    private @Nullable Void call() {
        if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
            return null;
        }
        try {
            value = Objects.requireNonNull(call).call();
        } catch (Throwable thrown) {
            failure = thrown;
        }
        call = null;
        if (STATE.compareAndSet(this, RUNNING, RETURNED)) {
            return null;
        }
        release();
        state = RETURNED;
        end.wakePublished();
        release.over();
        return null;
    }

    /**
     * The owner gives the call up. Returns false if it has returned: then the outcome is there, and belongs to the
     * owner.
     */
    private boolean leave() {
        if (STATE.compareAndSet(this, WAITING, SKIPPED)) {
            return true;
        }
        released = STATE.compareAndSet(this, RUNNING, ALONE);
        return released || state == SKIPPED;
    }

    private void release() {
        T unwanted = value;
        value = null;
        Throwable late = failure;
        if (late != null) {
            if (!Interrupted.isAnswer(late)) { // a pool that is closed interrupts its calls
                Failures.report(this + " failed after it was given up", late);
            }
        } else if (unwanted != null) {
            try {
                release.release(unwanted);
            } catch (Throwable thrown) {
                Failures.report("releasing the result of " + this + ", which was given up, failed", thrown);
            }
        }
    }

    @Override
    public boolean cancel() {
        if (ended) {
            return true;
        }
        ended = true;
        JoinHandle<?> started = handle;
        if (started == null) {
            state = SKIPPED;
        } else if (!leave()) {
            released = true;
            release();
        } else if (!released) {
            started.cancel(); // takes it out of the queue; there is no call to interrupt
        }
        return true;
    }

    /** Tells, once this has ended, whether the call was begun and its outcome goes to the release, not to the owner. */
    boolean isReleased() {
        return released;
    }

    /** Tells whether the call has returned. */
    boolean isOver() {
        return state == RETURNED;
    }

    /**
     * Tells whether a call that was left running has returned, and arranges a wake-up if it has not. For one task at a
     * time.
     */
    boolean isOver(Context cx) {
        if (isOver()) {
            return true;
        }
        end.register(cx.waker());
        return isOver();
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * What becomes of a value whose owner has gone. Called once for each, by the thread of the call or by the owner's.
     */
    @FunctionalInterface
    interface Release<T extends @Nullable Object> {

        void release(T value) throws Exception;

        /** Called when a call that was left running has returned and {@link #isOver()} tells it. */
        default void over() {}
    }
}
