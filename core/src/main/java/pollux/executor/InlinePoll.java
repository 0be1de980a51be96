package pollux.executor;

import java.util.function.BooleanSupplier;
import pollux.debug.Dump;
import pollux.debug.TaskTree;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.memory.MachineErrors;

/**
 * Something that is polled on whichever thread begins or wakes it, as tasks of {@link Spawner#inline()} are, without
 * being a task: no handle, no outcome, no object but itself. For bridges, whose subscription is at the same time the
 * run and its waker.
 *
 * <p>Runs and inline tasks that wake each other on one thread take turns; the stack does not grow. A run that yields,
 * or that a timer or a socket wakes, continues on the executor that polls around it, else on a worker of the shared
 * pool. From its first wait on a {@link Dump} of everything shows it.
 */
public abstract class InlinePoll extends InlineState implements Waker, Inspectable {

    static {
        MachineErrors.lookedUp(StackOverflowError.class, OutOfMemoryError.class);
    }

    private Services services = Services.NONE;

    /** Whether {@link InlineRuns} knows of this. Poller only. */
    private boolean listed;

    /** Makes a run that has not begun. Until then {@link #wake} does nothing, unless the run is expected. */
    protected InlinePoll() {}

    /**
     * Says that {@link #begin} follows, so that a wake from now on is seen by a poll that begins after it. Called
     * before another thread can know of this; a wake may come from any thread afterwards.
     */
    protected final void expect() {
        toExpected();
    }

    /**
     * Polls once.
     *
     * @param cx the context; its waker is this object
     * @return true if this is over and must not be polled again; what is thrown is reported, and the end as well
     */
    protected abstract boolean runOnce(Context cx);

    /**
     * Lays services over those that every inline run finds; made once, they can be given to many runs.
     *
     * @param around the services
     * @return what {@link #begin} takes as it is
     */
    public static Services services(Services around) {
        return around.over(InlineSpawner.INLINE.services);
    }

    /**
     * Polls for the first time, on this thread, and from now on whenever woken. Called once.
     *
     * @param around what the polled code finds around it, besides the inline spawner
     */
    protected final void begin(Services around) {
        services = services(around);
        toBegun();
        InlineSpawner.runSpawned(this);
    }

    /**
     * Calls code that makes signals, what takes a run no more than one poll. Where this thread polls nothing yet, that
     * needs no run; runs that begin or are woken meanwhile take turns all the same.
     *
     * @param signals called once; what it throws is reported
     */
    public static void signal(Runnable signals) {
        Trampoline thread = Trampoline.enterIdle();
        if (thread == null) {
            new Signals(signals).begin(Services.NONE);
            return;
        }
        try {
            thread.beginDrain(); // nothing else runs here
            try {
                signals.run();
            } catch (Throwable failure) {
                Failures.report("the signals of a bridge failed", failure);
            }
            for (InlineRunnable next = thread.nextOrEndDrain(); next != null; next = thread.nextOrEndDrain()) {
                thread.run(next, thread.guest());
            }
        } finally {
            thread.leave();
        }
    }

    /**
     * Has dumps show something that waits without being a run.
     *
     * @param waiting what waits; not kept alive
     * @param ended tells whether it waits no more; called by any thread
     * @return what {@code waiting} has to keep as long as it waits
     */
    public static Object show(Inspectable waiting, BooleanSupplier ended) {
        ShownWaiting shown = new ShownWaiting(waiting, ended);
        InlineRuns.add(shown);
        return shown;
    }

    @Override
    public final void wake() {
        if (toWoken()) {
            try {
                InlineSpawner.runWoken(this);
            } catch (StackOverflowError | OutOfMemoryError cut) {
                for (int i = 0; i < TaskHost.OWED; i++) { // see TaskHost: no calls here, and no lock
                    if (InlineSpawner.INLINE.owed[i] == null) {
                        InlineSpawner.INLINE.owed[i] = this;
                        break;
                    }
                }
                InlineSpawner.INLINE.damaged = true;
            }
        }
    }

    @Override
    final boolean runHere(Runner runner, boolean isLast) {
        boolean over;
        runner.begin(this, services);
        try {
            over = runOnce(runner.cx);
        } catch (Throwable failure) {
            Failures.report("an inline run failed: " + this, failure);
            over = true;
        }
        runner.cx.end();
        boolean yields = runner.hasAnyYielded();
        if (over) {
            services = Services.NONE;
            toOver();
            return false;
        }
        if (!listed) {
            listed = true;
            InlineRuns.add(this);
        }
        if (!yields && toIdle()) {
            return false;
        }
        if (yields || isLast) {
            HandOver.to(this);
            return false;
        }
        return true;
    }

    @Override
    final TaskTree look(long number) {
        boolean before = isIdle();
        AwaitTree sketch = AwaitTree.of(this);
        return new TaskTree(number, before && isIdle(), sketch);
    }

    /** Says what this run waits for. Override it to say more than the class. */
    @Override
    public void describe(AwaitTree sketch) {
        sketch.wokenBy();
    }

    /** A run of one poll. */
    private static final class Signals extends InlinePoll {

        private final Runnable signals;

        Signals(Runnable signals) {
            this.signals = signals;
        }

        @Override
        protected boolean runOnce(Context cx) {
            signals.run();
            return true;
        }
    }
}
