package pollux.executor;

import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * Something that is polled on whichever thread begins or wakes it, as tasks of {@link Spawner#inline()} are, without being a task: no
 * handle, no outcome, no object but itself. For bridges, whose subscription is at the same time the run and its waker.
 *
 * <p>Runs and inline tasks that wake each other on one thread take turns; the stack does not grow.
 */
public abstract class InlineRun extends InlineState implements Waker {

    private Services services = Services.NONE;

    /** Makes a run that has not begun; until then {@link #wake} does nothing. */
    protected InlineRun() {}

    /**
     * Polls once.
     *
     * @param cx the context; its waker is this object
     * @return true if this is over and must not be polled again; what is thrown is reported, and the end as well
     */
    protected abstract boolean runOnce(Context cx);

    /**
     * Polls for the first time, on this thread, and from now on whenever woken. Called once.
     *
     * @param around what the polled code finds around it, besides the inline spawner
     */
    protected final void begin(Services around) {
        services = around.over(HostedSpawner.INLINE.services());
        toBegun();
        HostedSpawner.runSpawned(this);
    }

    @Override
    public final void wake() {
        if (toWoken()) {
            HostedSpawner.runWoken(this);
        }
    }

    @Override
    final void runHere(PollingThread thread, Guest guest) {
        while (true) {
            boolean over;
            guest.begin(this, services);
            try {
                over = runOnce(guest.cx);
            } catch (Throwable failure) {
                Failures.report("an inline run failed: " + this, failure);
                over = true;
            }
            guest.cx.end();
            if (over) {
                services = Services.NONE;
                toOver();
                return;
            }
            if (!guest.hasYielded() && toIdle()) {
                return;
            }
            if (thread.othersWait()) {
                thread.runLater(this);
                return;
            }
        }
    }
}
