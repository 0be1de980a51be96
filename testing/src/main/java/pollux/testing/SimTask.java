package pollux.testing;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/** A task of a simulated world: polls the user's future, disturbs it as the world decides, and keeps how it ended. */
final class SimTask<T> extends RawFuture<T> implements Inspectable {

    /** What is noted of a poll that was answered pending. */
    static final String PENDING_NOTE = "pending";

    private final World world;
    private final Future<T> future;

    /** Whether faults may be put into its polls. */
    private final boolean disturbed;

    final int number;

    /** The handle of this task in the pool; set when it is spawned. */
    @Nullable
    JoinHandle<T> self;

    private @Nullable SimWaker waker;
    private @Nullable Throwable injected;
    private boolean wanted;
    private boolean main;
    private boolean cancelled;
    private boolean ended;

    /** How the user's future failed. */
    @Nullable
    Throwable failure;

    SimTask(World world, int number, Future<T> future, boolean disturbed) {
        this.world = world;
        this.number = number;
        this.disturbed = disturbed;
        this.future = future;
    }

    /** Notes that the outcome of this task is asked for. */
    void want() {
        wanted = true;
    }

    /** Makes the failure of this task that of the run. */
    void beMain() {
        wanted = true;
        main = true;
    }

    boolean isMain() {
        return main;
    }

    /** Tells whether the failure of this task has no observer. */
    boolean isUnobserved() {
        return failure != null && !wanted && !(failure instanceof CancellationException);
    }

    boolean hasEnded() {
        return ended;
    }

    // ------------------------------------------------------------------ the poll

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (injected == null && disturbed) {
            Injection injection = world.injectionNow();
            if (injection != null) {
                world.note(this, injection.toString());
                inject(injection, cx);
            }
        }
        if (world.chance(world.faults.spuriousWakes())) {
            world.note(this, "spurious wake");
            cx.waker().wake();
        }
        Object answer;
        do {
            if (injected != null && cancelFuture()) {
                throw end(injected);
            }
            try {
                answer = world.faults.anyOnWakes() ? cx.pollPart(future, waker(cx)) : RawFuture.pollAny(future, cx);
            } catch (Throwable thrown) {
                if (injected == null) {
                    throw end(thrown);
                }
                Failures.dropOfCleanUp(cx.services(), future, thrown);
                throw end(injected);
            }
        } while (answer == PENDING && injected != null && !cancelled && !hasDecided(future));
        world.note(this, answer == PENDING ? PENDING_NOTE : "ready");
        if (answer == PENDING) {
            return PENDING;
        }
        if (injected != null) {
            throw end(injected);
        }
        ended = true;
        return answer;
    }

    private void inject(Injection injection, Context cx) {
        switch (injection) {
            case CANCEL -> {
                if (self != null) {
                    self.cancel(); // looked at after this poll: ready wins
                }
            }
            case SPURIOUS_WAKE -> cx.waker().wake();
            case EXCEPTION, OUT_OF_MEMORY -> {
                injected = world.make(injection);
            }
        }
    }

    @Override
    public boolean cancel() {
        boolean released = cancelFuture();
        world.note(this, released ? "cancelled" : "cancelled, cleans up");
        ended |= released;
        return released;
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(future);
    }

    /** Once, whether the task is cancelled first or a fault is injected; not before a decided outcome was taken. */
    private boolean cancelFuture() {
        if (cancelled || hasDecided(future)) {
            return false;
        }
        cancelled = true;
        return future.cancel();
    }

    private RuntimeException end(Throwable thrown) {
        ended = true;
        failure = thrown;
        world.note(this, "failed: " + thrown.getClass().getName());
        throw Failures.rethrow(thrown);
    }

    /** The same waker for as long as the task has one, since identity tells futures whether to register anew. */
    private SimWaker waker(Context cx) {
        SimWaker known = waker;
        if (known == null || !known.passesTo(cx.waker())) {
            known = new SimWaker(world, "task " + number, cx.waker());
            waker = known;
        }
        return known;
    }

    /** What the trace calls this task: its number, and the method in which its code begins, if that is known. */
    String name() {
        return "task " + number + Waiting.name(future);
    }

    /** Where this task waits, and for what; empty if neither is known. */
    String waits() {
        return Waiting.describe(future);
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("simulated task " + number).awaits(future);
    }

    @Override
    public String toString() {
        return "task " + number + " " + Waiting.describe(future);
    }
}
