package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Interrupted;
import pollux.time.TimerService;

/** One call of {@link Spawner#spawnBlocking}: a job for a thread that may block, and the future that waits for it. */
final class BlockingCall<T extends @Nullable Object> extends RawFuture<T> implements Runnable, Inspectable {

    /*
     *     from      event              to            note
     *     QUEUED    a thread starts    RUNNING
     *     QUEUED    cancel             DONE          the thread that finds it skips it
     *     RUNNING   the call returns   RETURNED      too late to interrupt; the outcome is stored, then …
     *     RETURNED                     DONE          … published
     *     RUNNING   cancel             INTERRUPTING  the canceller interrupts the thread, then …
     *     INTERRUPTING                 INTERRUPTED   … lets it go
     *     INTERRUPTED                  DONE          when the call has returned; the thread clears its flag first
     *
     * The thread waits out INTERRUPTING, a few instructions, so that no interrupt hits whatever it runs next.
     *
     * The outcome is stored before DONE; the waker is stored before the state is read again. So either poll() sees DONE
     * or the thread sees the waker.
     */

    private static final int QUEUED = 0;
    private static final int RUNNING = 1;
    private static final int INTERRUPTING = 2;
    private static final int INTERRUPTED = 3;
    private static final int RETURNED = 4;
    private static final int DONE = 5;

    /** The call that runs on this thread. */
    private static final ThreadLocal<BlockingCall<?>> RUNNING_HERE = new ThreadLocal<>();

    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), "state", int.class);

    private @Nullable Callable<T> call;
    private Services around = Services.NONE;

    /** Whose task waits for this. */
    private @Nullable Spawner spawner;

    /** Whether the task ends without waiting for the call, which waits for the end of the task. */
    private volatile boolean letGo;

    private volatile int state;
    private volatile @Nullable Waker waker;
    private volatile @Nullable Thread thread;
    private @Nullable Object value;
    private @Nullable Throwable failure;
    private boolean cancelled;
    private boolean taken;

    private BlockingCall(Callable<T> call) {
        this.call = call;
    }

    /** Starts a call on the shared threads, with a task of a spawner that waits for it. */
    static <T extends @Nullable Object> JoinHandle<T> start(Callable<T> call, Spawner spawner) {
        return start(call, spawner, Blocking.shared());
    }

    static <T extends @Nullable Object> JoinHandle<T> start(Callable<T> call, Spawner spawner, Executor threads) {
        BlockingCall<T> started = new BlockingCall<>(Objects.requireNonNull(call, "call"));
        started.around = around(spawner);
        started.spawner = spawner;
        // the task first: a spawner that is closed meanwhile refuses it, and no call begins that nothing waits for
        JoinHandle<T> handle = spawner.spawn(started);
        try {
            threads.execute(started);
        } catch (Throwable refusal) {
            started.end(null, refusal);
        }
        return handle;
    }

    /**
     * Called by what waits for the end of all tasks of a spawner. If the current thread runs a blocking call of that
     * spawner, the task of that call ends as cancelled while the call goes on, since it would wait for itself.
     */
    static void letGoOf(Spawner spawner) {
        BlockingCall<?> own = RUNNING_HERE.get();
        if (own == null) {
            RUNNING_HERE.remove(); // looking has left an empty entry
        } else if (own.spawner == spawner) {
            own.letGo = true; // before the waker is read ↔ pollRaw() does it the other way round
            Waker waiting = own.waker;
            if (waiting != null) {
                waiting.wake();
            }
        }
    }

    /**
     * What the call finds around it: the services of the task that starts it, with the spawner and the timers of its
     * own.
     */
    private static Services around(Spawner spawner) {
        Services of = TaskServices.current();
        Services around = of == null ? Services.NONE : of;
        return around.get(Spawner.KEY) == spawner
                ? around
                : around.with(TimerService.KEY, spawner.timers()).with(Spawner.KEY, spawner);
    }

    /** Makes a call that comes too late. */
    static <T extends @Nullable Object> BlockingCall<T> notStarted(Callable<T> call) {
        return new BlockingCall<>(Objects.requireNonNull(call, "call"));
    }

    /** On the blocking thread. */
    @Override
    public void run() {
        thread = Thread.currentThread();
        if (!STATE.compareAndSet(this, QUEUED, RUNNING)) {
            thread = null;
            return;
        }
        Object result = null;
        Throwable thrown = null;
        try {
            RUNNING_HERE.set(this);
            result = TaskServices.call(around, Objects.requireNonNull(call));
        } catch (Throwable failed) {
            thrown = failed;
        } finally {
            RUNNING_HERE.remove();
        }
        if (!STATE.compareAndSet(this, RUNNING, RETURNED)) {
            while (state == INTERRUPTING) {
                Thread.onSpinWait();
            }
        }
        Thread.interrupted(); // the interrupt was meant for this call
        thread = null;
        end(result, thrown);
    }

    private void end(@Nullable Object result, @Nullable Throwable thrown) {
        call = null;
        around = Services.NONE;
        spawner = null;
        value = result;
        failure = thrown;
        state = DONE;
        Waker waiting = waker;
        if (waiting != null) {
            waiting.wake();
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the call returned it
    public @Nullable Object pollRaw(Context cx) {
        if (taken) {
            throw new IllegalStateException("polled after its end: a blocking call ends once");
        }
        if (cx.mustYield()) {
            return PENDING;
        }
        if (state != DONE) {
            // register, then look again: the call may have returned in between
            waker = cx.waker();
            if (letGo && cancelled) { // closing cancels the task; if that came first, its clean-up ends here
                taken = true;
                throw new CancellationException("the blocking call closes the pool of its own task");
            }
            if (state != DONE) {
                return PENDING;
            }
        }
        taken = true;
        cx.spend();
        if (cancelled && (failure == null || Interrupted.isAnswer(failure))) {
            Failures.dropValue(cx.services(), value);
            throw Interrupted.cancelled("the blocking call", failure);
        }
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return value;
    }

    /** True once the call has returned: its value would be lost to a cancellation that comes before the next poll. */
    @Override
    public boolean hasDecided() {
        int now = state;
        return !cancelled && !taken && (now == RETURNED || now == DONE);
    }

    @Override
    public boolean cancel() {
        cancelled = true;
        if (letGo) {
            return true;
        }
        if (STATE.compareAndSet(this, QUEUED, DONE)) {
            call = null;
            return true;
        }
        if (STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
            Thread runner = thread;
            if (runner != null) {
                runner.interrupt();
            }
            state = INTERRUPTED;
        }
        return false; // the next poll tells what has become of it
    }

    @Override
    public void describe(AwaitTree sketch) {
        Thread running = thread;
        sketch.name(toString());
        if (running != null) {
            sketch.note("on " + running.getName());
            StackTraceElement[] stack = running.getStackTrace();
            for (int i = 0; i < Math.min(stack.length, 3); i++) {
                sketch.note("at " + TaskTrees.line(stack[i]));
            }
        }
    }

    @Override
    public String toString() {
        return "BlockingCall[" + (state == QUEUED ? "queued" : state == DONE ? "done" : "running") + "]";
    }
}
