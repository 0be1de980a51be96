package pollux.future;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.internal.trace.Ended;

/**
 * The end of a future or stream that owns others: what it ends with, and the clean-ups that it waits for before it
 * reports.
 *
 * <p>Each owner ends in four steps: it decides the outcome or is cancelled, gives up what it still owns, waits until
 * all of that has released what it holds, and reports. An owner makes its ending at the first step, calls
 * {@link #giveUp} for each future that has not ended, and returns the answer of {@link #poll} from then on.
 *
 * <ul>
 *   <li>A decided outcome stays: a cancellation that comes during the clean-ups changes nothing, and the outcome is
 *       delivered. The owner says so by {@link RawFuture#hasDecided}.
 *   <li>A clean-up that fails is reported once: to the {@link DropHook} of the task, or to the log. A {@link
 *       CancellationException} of a cancelled future is no failure; exceptions suppressed by it are.
 *   <li>Clean-ups run side by side. Where there are several, a wake-up polls only the one it is for.
 * </ul>
 *
 * <p>Not thread-safe: an ending belongs to the holder of the right to poll.
 */
public final class Ending implements Inspectable {

    /*
     *     kind        outcome        from                          to
     *     CANCELLED   null           cancelled()                   OVER, by poll or if nothing is suspended
     *     VALUE       the value      ofValue()                     OVER, by poll
     *     FAILURE     the throwable  ofFailure()                   OVER, by poll
     *     OVER        null           the above, over()             never
     */
    private static final byte CANCELLED = 0;
    private static final byte VALUE = 1;
    private static final byte FAILURE = 2;
    private static final byte OVER = 3;

    private static final Ending NOTHING_LEFT = new Ending(OVER, null);

    private byte kind;
    private @Nullable Object outcome;

    /** What is suspended: null, one {@link FutureCancellation}, or a {@link FutureSet} of several. */
    private @Nullable Object suspended;

    /** Failures that wait for the next poll, which knows the hook. */
    private @Nullable List<Throwable> unreported;

    /** Values that do the same. */
    private @Nullable List<Object> undelivered;

    private Ending(byte kind, @Nullable Object outcome) {
        this.kind = kind;
        this.outcome = outcome;
    }

    /**
     * Decides for a value.
     *
     * @param value the value, which may be null
     * @return a new ending
     */
    public static Ending ofValue(@Nullable Object value) {
        return new Ending(VALUE, value);
    }

    /**
     * Decides for a failure.
     *
     * @param failure the failure
     * @return a new ending
     */
    public static Ending ofFailure(Throwable failure) {
        return new Ending(FAILURE, Objects.requireNonNull(failure, "failure"));
    }

    /**
     * Ends without an outcome, because the owner was cancelled.
     *
     * @return a new ending
     */
    public static Ending cancelled() {
        return new Ending(CANCELLED, null);
    }

    /**
     * Returns the ending of an owner that has reported its outcome and has given up nothing.
     *
     * @return always the same object
     */
    public static Ending over() {
        return NOTHING_LEFT;
    }

    /**
     * Cancels a future, and keeps it if its clean-up is suspended. Never throws.
     *
     * @param future a future that has not ended; it belongs to this ending from now on
     */
    public void giveUp(Future<?> future) {
        FutureCancellation cancellation = new FutureCancellation(future, false);
        try {
            if (cancellation.cancelFuture()) {
                return;
            }
        } catch (Throwable failure) {
            report(failure);
            return; // a cancel() that throws counts as released
        }
        if (suspended == null) {
            suspended = cancellation;
        } else {
            several().add(cancellation, 0);
        }
    }

    @SuppressWarnings("unchecked") // nothing else is in there
    private FutureSet<Void> several() {
        if (suspended instanceof FutureCancellation one) {
            FutureSet<Void> set = FutureSet.ofDistinct();
            set.add(one, 0);
            suspended = set;
        }
        return (FutureSet<Void>) Objects.requireNonNull(suspended);
    }

    /**
     * Reports a failure that the owner cannot deliver, with the next poll.
     *
     * @param failure the failure
     */
    public void report(Throwable failure) {
        if (unreported == null) {
            unreported = new ArrayList<>(1);
        }
        unreported.add(failure);
    }

    /**
     * Drops a value that the owner has and does not deliver, with the next poll: it goes to the {@link DropHook} of the
     * task.
     *
     * @param value the value; null is ignored
     */
    public void dropValue(@Nullable Object value) {
        if (value == null) {
            return;
        }
        if (undelivered == null) {
            undelivered = new ArrayList<>();
        }
        undelivered.add(value);
    }

    /**
     * Polls the clean-ups.
     *
     * @param cx the context of this poll
     * @return true if everything that was given up has ended
     */
    public boolean cleanUp(Context cx) {
        if (unreported != null) {
            for (Throwable failure : unreported) {
                Failures.drop(cx.services(), "cancel() of a future that was given up failed", failure);
            }
            unreported = null;
        }
        if (undelivered != null) {
            for (Object value : undelivered) {
                Failures.dropValue(cx.services(), value);
            }
            undelivered = null;
        }
        if (suspended instanceof FutureCancellation one) {
            if (one.pollRaw(cx) == RawFuture.PENDING) {
                return false;
            }
        } else if (suspended != null) {
            FutureSet<Void> set = several();
            while (!set.isEmpty()) {
                if (set.pollAnyRaw(cx) == RawFuture.PENDING) {
                    return false;
                }
            }
        }
        suspended = null;
        return true;
    }

    /**
     * Polls the clean-ups, and reports the outcome when they have ended.
     *
     * @param cx the context of this poll
     * @param owner what ends, for messages
     * @return the decided value, or {@link RawFuture#PENDING}; the decided failure is thrown, and a
     *     {@link CancellationException} if the owner was cancelled before it had decided
     * @throws IllegalStateException if the outcome was reported before
     */
    public @Nullable Object poll(Context cx, Object owner) {
        byte now = kind;
        if (now == OVER) {
            throw owner instanceof Future ? Ended.future(owner) : Ended.stream(owner);
        }
        if (!cleanUp(cx)) {
            return RawFuture.PENDING;
        }
        Object decided = outcome;
        kind = OVER;
        outcome = null;
        return switch (now) {
            case VALUE -> decided;
            case FAILURE -> throw Failures.rethrow((Throwable) Objects.requireNonNull(decided));
            default -> throw new CancellationException("cancelled: " + owner);
        };
    }

    /**
     * Polls the clean-ups, and drops the decided outcome when they have ended, because its receiver has left: a value
     * goes to the {@link DropHook}, a failure is reported.
     *
     * @param cx the context of this poll
     * @return true if everything has ended
     */
    public boolean drop(Context cx) {
        if (!cleanUp(cx)) {
            return false;
        }
        if (kind == VALUE) {
            Failures.dropValue(cx.services(), outcome);
        } else if (kind == FAILURE) {
            Failures.drop(cx.services(), "a failure could not be delivered: its receiver had left", (Throwable)
                    Objects.requireNonNull(outcome));
        }
        kind = OVER;
        outcome = null;
        return true;
    }

    /**
     * Cancels a future whose owner polls its clean-up itself.
     *
     * @param <T> the type of its value
     * @param future what is given up
     * @return what is to be polled until it has ended, and whose outcome is not wanted: the future, or the failure of
     *     its {@code cancel()}; null if everything is released
     */
    public static <T extends @Nullable Object> @Nullable Future<T> cancel(Future<T> future) {
        try {
            return future.cancel() ? null : future;
        } catch (Throwable failure) {
            return new ReadyFuture<>(null, failure);
        }
    }

    /**
     * Returns a future that gives another one up: cancels it when it is polled for the first time, and ends with null
     * when everything is released. It never fails, and reports as an ending does; once made, it must be polled to its
     * end.
     *
     * @param future a future that has not ended; it belongs to the result from now on
     * @return a future of the release
     */
    public static Future<Void> release(Future<?> future) {
        return new FutureCancellation(future, false);
    }

    /**
     * Returns a future that polls one to its end that was cancelled and whose clean-up is suspended. It never fails,
     * and reports as an ending does.
     *
     * @param cancelled the future, whose {@code cancel()} has answered false
     * @return a future of the rest of the clean-up
     */
    public static Future<Void> cleanUpOf(Future<?> cancelled) {
        return new FutureCancellation(cancelled, true);
    }

    /**
     * Answers a {@link Future#cancel} of the owner, after it has given up what it owns.
     *
     * @return true if nothing is left to poll; false if clean-ups are suspended, or if something is still to be
     *     reported, dropped or delivered
     */
    public boolean answerCancel() {
        if (kind == CANCELLED && suspended == null && unreported == null && undelivered == null) {
            kind = OVER;
        }
        return kind == OVER;
    }

    /**
     * Tells whether an outcome is decided and has not been reported.
     *
     * @return true if the next {@link #poll} that is not pending delivers it
     */
    public boolean hasDecided() {
        return kind == VALUE || kind == FAILURE;
    }

    @Override
    public void describe(AwaitTree sketch) {
        Object cleaning = suspended;
        if (cleaning instanceof Inspectable known) {
            known.describe(sketch);
        }
        sketch.name("clean-up");
    }

    @Override
    public String toString() {
        return "Ending[" + (suspended == null ? "nothing suspended" : suspended) + "]";
    }
}
