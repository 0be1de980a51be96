package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.executor.CurrentTask;
import pollux.executor.OutsideWork;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.trace.Ended;
import pollux.internal.trace.Interrupted;
import pollux.reactive.spi.CarriedThreadLocals;

/** {@link Async#virtual}: a block on a virtual thread of its own, started by the first poll. */
final class VirtualFuture<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

    /*
     * The thread and the poller meet at the monitor of this object, which guards waker, ended, value and failure. The
     * waker is taken out under it and woken outside.
     */

    /** The run that has this thread. */
    private static final ThreadLocal<VirtualFuture<?>> HERE = new ThreadLocal<>();

    private final AsyncBlock<T> block;
    private @Nullable Thread thread;

    /** Told when the thread runs and when it waits; null if the executor does not ask. */
    private volatile @Nullable OutsideWork work;

    /** What the thread waits by at the moment, or has waited by last; see {@link #cancel}. */
    private volatile @Nullable Waker parked;

    private boolean cancelled;
    private boolean taken;

    private @Nullable Waker waker;
    private boolean ended;
    private @Nullable Object value;
    private @Nullable Throwable failure;

    VirtualFuture(AsyncBlock<T> block) {
        this.block = block;
    }

    /** The services that an uncompiled await on this thread polls with. */
    static Services currentServices() {
        Services services = CurrentTask.services();
        return services == null ? Services.NONE : services;
    }

    /** Returns the run whose thread this is; null on other threads. */
    static @Nullable VirtualFuture<?> here() {
        return HERE.get();
    }

    /**
     * Called by this thread before it waits.
     *
     * @param waker wakes it
     * @return what is told that it waits, if that is to be told
     */
    @Nullable
    OutsideWork waitsBy(Waker waker) {
        parked = waker;
        return work;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (taken) {
            throw Ended.future(this);
        }
        if (thread == null) {
            Services services = cx.services();
            CarriedThreadLocals carried = services.get(CarriedThreadLocals.KEY);
            Runnable code = () -> run(services);
            thread = VirtualThreads.unstarted(carried == null ? code : carried.around(code));
            synchronized (this) {
                waker = cx.waker();
            }
            OutsideWork counts = services.get(OutsideWork.KEY);
            work = counts;
            if (counts == null) {
                thread.start();
                return PENDING;
            }
            counts.begin();
            try {
                thread.start();
            } catch (Throwable refused) {
                counts.end();
                throw refused;
            }
            return PENDING;
        }
        synchronized (this) {
            if (!ended) {
                waker = cx.waker();
                return PENDING;
            }
        }
        taken = true;
        if (cancelled && (failure == null || Interrupted.isAnswer(failure))) {
            Failures.dropValue(cx.services(), value);
            throw Interrupted.cancelled("the block on its virtual thread", failure);
        }
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return value;
    }

    /** True once the block has ended: its value would be lost to a cancellation that comes before the next poll. */
    @Override
    public boolean hasDecided() {
        synchronized (this) {
            return ended && !cancelled && !taken;
        }
    }

    @Override
    public boolean cancel() {
        cancelled = true;
        if (thread == null) {
            taken = true;
            return true;
        }
        thread.interrupt();
        Waker waits = parked; // after the interrupt ↔ ParkedWaker.park() looks for that after waitsBy()
        if (waits != null) {
            waits.wake(); // so that the thread counts as running before it runs
        }
        return false;
    }

    private void run(Services services) {
        Object result = null;
        Throwable thrown = null;
        try {
            HERE.set(this);
            result = CurrentTask.call(services, block::run);
        } catch (Throwable t) {
            thrown = t;
        } finally {
            HERE.remove();
            parked = null;
        }
        Waker woken;
        synchronized (this) {
            value = result;
            failure = thrown;
            ended = true;
            woken = waker;
            waker = null;
        }
        OutsideWork counts = work;
        try {
            if (woken != null) {
                woken.wake();
            }
        } finally {
            if (counts != null) {
                counts.end();
            }
        }
    }

    @Override
    public void describe(AwaitTree sketch) {
        Thread running = thread;
        sketch.name("Async.virtual");
        if (running != null) {
            sketch.note("on " + running);
        }
    }

    @Override
    public String toString() {
        return "Async.virtual(" + block + ")";
    }
}
