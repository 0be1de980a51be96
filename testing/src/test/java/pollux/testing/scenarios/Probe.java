package pollux.testing.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.time.TimerService;

/**
 * A future that watches its owner, who has to poll it to its end or to cancel it, and then to leave it alone. It is
 * pending a few times first, and wakes the waker of its last poll only.
 */
final class Probe extends RawFuture<Integer> {

    private final Trial trial;
    private final int value;
    private final boolean fails;
    private final boolean never;
    private final boolean failsToCleanUp;
    private final List<Throwable> cleanUpFailures = new ArrayList<>(1);
    private @Nullable Object answer;
    private int waits;
    private int cleanUps;
    private boolean cancelled;
    private boolean ended;
    private boolean wakes;
    private TimerService.@Nullable Registration timer;
    private Waker waker = Waker.noop();

    Probe(Trial trial, int value, boolean fails, int cleanUps) {
        this(trial, value, fails, cleanUps, false, false);
    }

    /** One that never ends unless it is cancelled. */
    static Probe loser(Trial trial, int cleanUps, boolean failsToCleanUp) {
        return new Probe(trial, 0, false, cleanUps, true, failsToCleanUp);
    }

    private Probe(Trial trial, int value, boolean fails, int cleanUps, boolean never, boolean failsToCleanUp) {
        this.never = never;
        this.failsToCleanUp = failsToCleanUp;
        this.trial = trial;
        this.value = value;
        this.fails = fails;
        this.cleanUps = cleanUps;
        this.waits = trial.random(3);
    }

    boolean hasEnded() {
        return ended;
    }

    /** Returns the value or failure that this has ended with by itself; null while there is none. */
    @Nullable
    Object answer() {
        return answer;
    }

    /** Returns what the clean-up has failed with: nothing or one failure. */
    List<Throwable> cleanUpFailures() {
        return cleanUpFailures;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        trial.must(!ended, "was polled after its end");
        if (cx.mustYield()) {
            return PENDING;
        }
        waker = cx.waker();
        if (wakes) {
            return PENDING; // a poll without a reason changes nothing
        }
        if (never && !cancelled) {
            return PENDING;
        }
        if ((cancelled ? cleanUps-- : waits--) > 0) {
            wakeLater();
            return PENDING;
        }
        cx.spend();
        ended = true;
        if (cancelled && failsToCleanUp) {
            Refused failure = new Refused();
            cleanUpFailures.add(failure);
            throw failure;
        }
        if (cancelled) {
            throw new CancellationException();
        }
        if (fails) {
            Refused failure = new Refused();
            answer = failure;
            throw failure;
        }
        answer = value;
        return value;
    }

    private void wakeLater() {
        wakes = true;
        switch (trial.random(3)) {
            case 0 -> trial.world.thread("wake").then(this::wakeNow);
            case 1 -> wakeNow();
            default -> timer = trial.world.timers().register(trial.now() + 1_000_000, this::wakeNow);
        }
    }

    private void wakeNow() {
        wakes = false;
        waker.wake();
    }

    @Override
    public boolean cancel() {
        trial.must(!ended, "was cancelled after its end");
        trial.must(!cancelled, "was cancelled twice");
        cancelled = true;
        ended = cleanUps == 0;
        if (timer != null) {
            timer.cancel();
            wakes = false;
        }
        return ended;
    }

    @Override
    public String toString() {
        return "Probe[" + value + (ended ? ", ended]" : cancelled ? ", cleans up]" : "]");
    }
}
