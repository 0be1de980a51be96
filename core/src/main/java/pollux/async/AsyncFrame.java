package pollux.async;

import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.AwaitedAt;
import pollux.internal.trace.Ended;

/**
 * One run of a compiled block or method: where it is suspended, what it awaits, and, in the generated subclass, the
 * local variables it goes on with. For compiled code; not to be extended by hand.
 *
 * @param <T> the type of the result
 */
public abstract class AsyncFrame<T extends @Nullable Object> extends RawFuture<T> implements Inspectable, Cloneable {

    /*
     * Hop 9. The code stays in the class it was written in, as a method `lambda$name$async(frame, context)`; the
     * generated subclass holds its fields and forwards to it. That method begins with a switch over `label`:
     *
     *     0           not started: loads the parameters, one of which may be in `child`
     *     1 … n       suspended at await k: restores locals and operand stack, and polls `child` again, or takes its
     *                 outcome
     *     n + 1       (methods that return Future) waits for the future that the code returned
     *     ENDED       returned, thrown, or given up; nothing is referred to any more but `this` of the code
     *     RUNNING     stored on entry, so it is what a re-entrant poll sees
     *
     * An await first polls its future with everything still in registers; only a pending answer stores `child` and
     * `label` (suspend, in here) and the live variables (behind it, in the code). Awaits inside a try block are
     * numbered first, so that `guarded()` tells with one comparison whether a cancelled frame has any code of its own
     * left to run.
     *
     * Chains. The first run of a frame that another frame awaits is a plain call, and most end in it. Those that do not
     * form a chain, and a wake resumes the innermost of it directly:
     *
     *     polled by a task, a timeout, …  ──▶  root ──child──▶ frame ──child──▶ … ──child──▶ leaf ──child──▶ no frame
     *                                            ◀────link────       ◀────link────     ◀────
     *
     * `link` of an awaited frame is the frame that awaits it. `link` of the root is its child until the next poll, and
     * then the leaf; null while the root is the leaf itself. The two are told apart without a flag: the frame that
     * awaits this one has it as its child, a frame further in has not. Every poll enters at a root, so a caller that
     * polls a frame without being one is the root's owner, and nothing between the frames of a chain can expect another
     * waker or other services.
     *
     * pollChain resumes the leaf. When that ends, it keeps its outcome (RETURNED, THREW; `child` holds it) and the
     * frame around it is resumed, whose await takes the outcome without a poll; and so on outwards, in a loop. It costs
     * one of the budget and needs none: a cancel in between would lose it. Meanwhile the root's link stays where it
     * was, at a frame that runs or has ended, so that a poll from within is refused.
     *
     * Where calls nest too deeply for the stack, a frame that has not started answers pending instead, and wakes: it is
     * then the leaf, and runs from the root's loop. If it is a root itself, its link to itself tells that it was put
     * off once.
     *
     * Cancellation begins at the leaf. Frames without code left to run end at once, from the inside out; the first that
     * has some gets a CancelledChild, which throws at its await as soon as what it awaited is released. The frames
     * around it are marked CANCELLED: whatever the frame inside ends with, to them it has been cancelled.
     */

    /** {@link #label} of a frame whose code has returned or thrown. */
    public static final int ENDED = -1;

    /** {@link #label} of a frame whose code runs. */
    public static final int RUNNING = -2;

    /** {@link #label} of a frame whose value is in {@link #child}, for the frame that awaits it. */
    private static final int RETURNED = -3;

    /** {@link #label} of a frame whose failure is in {@link #child}, for the frame that awaits it. */
    private static final int THREW = -4;

    /** What the code awaits that has to go to the back of the queue before it makes its next direct call. */
    public static final Future<?> NEXT_TURN = new NextTurn();

    /** In {@link #label} of a suspended frame: what it awaits has been cancelled. */
    private static final int CANCELLED = 1 << 30;

    /** In {@link #label} of a suspended frame: its caller has not taken it yet. */
    private static final int HANDED = 1 << 29;

    private static final int HANDED_BIT = 29;

    /** Where the code goes on; written by compiled code as well. */
    public int label;

    /**
     * What the code waits for while it is suspended, a future. Before the first poll it may be an argument, which then
     * needs no field of its own; never one that can be a frame. Written by compiled code as well.
     */
    public @Nullable Object child;

    /** The frame that awaits this one; in a root, a frame further in. */
    protected @Nullable AsyncFrame<?> link;

    /** For generated subclasses. */
    protected AsyncFrame() {}

    /**
     * Runs the code of this frame on from its label.
     *
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     */
    protected abstract @Nullable Object resume(Context cx);

    /**
     * Returns the highest label of an await that has an exception handler around it.
     *
     * @return the label, 0 if there is none
     */
    protected abstract int guarded();

    /**
     * Describes the source of this frame: {@code class|method|file|line of label 0,line of label 1,…}.
     *
     * @return the description, a constant
     */
    protected abstract String source();

    /*
     * The polls of an await. The first one and the later ones are two calls, and a number comes back without its box:
     * so neither the future of a first poll nor its box ever meets another one. Where the JIT sees how they are made,
     * and that nothing refers to them, they are no objects. For the same reason a constant that has to wait for budget
     * is kept as a copy.
     */

    /**
     * Polls what an await waits for, for the first time, as one step of a loop. For compiled code. A failure that was
     * made elsewhere gets the lines that await it. A pending answer suspends the frame of the code; if that has none
     * yet, what it waits for is kept in the context.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value, or {@link #PENDING}
     */
    public static @Nullable Object pollAwaited(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        Object constant = peek(awaited);
        if (constant == PENDING) {
            return pollOther(awaited, frame, cx, at);
        }
        taken(awaited);
        return spent(cx) ? constant : waitForBudget(constant, frame, cx, at);
    }

    /**
     * As {@link #pollAwaited}, and takes the value out of its box.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if the code {@linkplain #isPending(AsyncFrame, Context) has to wait}
     */
    public static int pollAwaitedInt(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (!(peek(awaited) instanceof Integer constant)) {
            return intOf(pollOther(awaited, frame, cx, at));
        }
        taken(awaited);
        int number = constant;
        if (!spent(cx)) {
            waitForBudget(number, frame, cx, at);
        }
        return number;
    }

    /**
     * As {@link #pollAwaited}, and takes the value out of its box.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if the code {@linkplain #isPending(AsyncFrame, Context) has to wait}
     */
    public static long pollAwaitedLong(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (!(peek(awaited) instanceof Long constant)) {
            return longOf(pollOther(awaited, frame, cx, at));
        }
        taken(awaited);
        long number = constant;
        if (!spent(cx)) {
            waitForBudget(number, frame, cx, at);
        }
        return number;
    }

    /**
     * As {@link #pollAwaited}, and takes the value out of its box.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if the code {@linkplain #isPending(AsyncFrame, Context) has to wait}
     */
    public static double pollAwaitedDouble(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (!(peek(awaited) instanceof Double constant)) {
            return doubleOf(pollOther(awaited, frame, cx, at));
        }
        taken(awaited);
        double number = constant;
        if (!spent(cx)) {
            waitForBudget(number, frame, cx, at);
        }
        return number;
    }

    /*
     * The same in a light method, which takes few awaits in each run: the code that runs it again and again spends
     * budget, and an await of a constant in here spends none.
     */

    /**
     * As {@link #pollAwaited}; a constant is no step. For compiled code.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value, or {@link #PENDING}
     */
    public static @Nullable Object pollWithin(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        Object constant = peek(awaited);
        if (constant == PENDING) {
            return pollOther(awaited, frame, cx, at);
        }
        taken(awaited);
        return constant;
    }

    /**
     * As {@link #pollAwaitedInt}; a constant is no step. For compiled code.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if the code {@linkplain #isPending(AsyncFrame, Context) has to wait}
     */
    public static int pollWithinInt(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (!(peek(awaited) instanceof Integer constant)) {
            return intOf(pollOther(awaited, frame, cx, at));
        }
        taken(awaited);
        return constant;
    }

    /**
     * As {@link #pollAwaitedLong}; a constant is no step. For compiled code.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if the code {@linkplain #isPending(AsyncFrame, Context) has to wait}
     */
    public static long pollWithinLong(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (!(peek(awaited) instanceof Long constant)) {
            return longOf(pollOther(awaited, frame, cx, at));
        }
        taken(awaited);
        return constant;
    }

    /**
     * As {@link #pollAwaitedDouble}; a constant is no step. For compiled code.
     *
     * @param awaited the future
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if the code {@linkplain #isPending(AsyncFrame, Context) has to wait}
     */
    public static double pollWithinDouble(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (!(peek(awaited) instanceof Double constant)) {
            return doubleOf(pollOther(awaited, frame, cx, at));
        }
        taken(awaited);
        return constant;
    }

    /*
     * The poll of a resumed await. It is written apart from the first one, although it does the same: HotSpot keeps one
     * profile for each piece of code, and what is polled again is hardly ever a frame, whose code it would inline here.
     */

    /**
     * Polls what the code waits for, when it is resumed. For compiled code.
     *
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value, or {@link #PENDING}
     */
    @SuppressWarnings("NullAway") // a suspended frame has a child
    public final @Nullable Object pollAgain(Context cx, int at) {
        Object awaited = child;
        if (awaited instanceof AsyncFrame<?> inner && inner.label <= RETURNED) {
            return inner.takeOutcome(cx);
        }
        int before = cx.budget();
        if (before <= 0) {
            cx.yield();
            suspend(awaited, at);
            return PENDING;
        }
        Object answer;
        try {
            answer = awaited instanceof RawFuture<?> raw ? raw.pollRaw(cx) : pollForeign((Future<?>) awaited, cx);
        } catch (Throwable failure) {
            failed(failure, awaited, cx, before);
            throw failure;
        }
        if (answer == PENDING) {
            suspend(awaited, at);
            return PENDING;
        }
        cx.spendSince(before);
        return answer;
    }

    /**
     * As {@link #pollAgain}, and takes the value out of its box.
     *
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if {@link #label} is that of the await now
     */
    public final int pollAgainInt(Context cx, int at) {
        return intOf(pollAgain(cx, at));
    }

    /**
     * As {@link #pollAgain}, and takes the value out of its box.
     *
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if {@link #label} is that of the await now
     */
    public final long pollAgainLong(Context cx, int at) {
        return longOf(pollAgain(cx, at));
    }

    /**
     * As {@link #pollAgain}, and takes the value out of its box.
     *
     * @param cx the context of this poll
     * @param at the label of the await
     * @return the value; anything if {@link #label} is that of the await now
     */
    public final double pollAgainDouble(Context cx, int at) {
        return doubleOf(pollAgain(cx, at));
    }

    private static void failed(Throwable failure, @Nullable Object awaited, Context cx, int before) {
        cx.failedSince(before);
        if (!(awaited instanceof AsyncFrame)) { // whose failure has passed an await, or was thrown by its own code
            AwaitedAt.await(failure);
        }
    }

    /**
     * Returns what {@link #pollAgain} has answered, or throws what it has thrown: where the await stands, whose
     * handlers are those of the user. For compiled code.
     *
     * @param value the answer
     * @param failure what the poll has thrown, null if nothing
     * @return the value
     */
    public static @Nullable Object outcome(@Nullable Object value, @Nullable Throwable failure) {
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return value;
    }

    /**
     * As {@link #outcome}, and takes the value out of its box.
     *
     * @param value the answer
     * @param failure what the poll has thrown, null if nothing
     * @return the value
     */
    public static int outcomeInt(@Nullable Object value, @Nullable Throwable failure) {
        return intOf(outcome(value, failure));
    }

    /**
     * As {@link #outcome}, and takes the value out of its box.
     *
     * @param value the answer
     * @param failure what the poll has thrown, null if nothing
     * @return the value
     */
    public static long outcomeLong(@Nullable Object value, @Nullable Throwable failure) {
        return longOf(outcome(value, failure));
    }

    /**
     * As {@link #outcome}, and takes the value out of its box.
     *
     * @param value the answer
     * @param failure what the poll has thrown, null if nothing
     * @return the value
     */
    public static double outcomeDouble(@Nullable Object value, @Nullable Throwable failure) {
        return doubleOf(outcome(value, failure));
    }

    /*
     * RawFuture.pollStep, and what follows from its answer: written out here, so that the answer is compared with
     * PENDING once.
     */
    private static @Nullable Object pollOther(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        int before = cx.budget();
        if (before <= 0) {
            cx.yield();
            return suspend(awaited, frame, cx, at);
        }
        Object answer;
        try {
            answer = awaited instanceof RawFuture<?> raw ? raw.pollRaw(cx) : pollForeign(awaited, cx);
        } catch (Throwable failure) {
            failed(failure, awaited, cx, before);
            throw failure;
        }
        if (answer == PENDING) {
            return suspend(awaited, frame, cx, at);
        }
        cx.spendSince(before);
        return answer;
    }

    private static boolean spent(Context cx) {
        if (!cx.hasBudget()) {
            return false;
        }
        cx.spend();
        return true;
    }

    private static Object waitForBudget(@Nullable Object constant, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        suspend(Futures.ready(constant), frame, cx, at);
        cx.yield();
        return PENDING;
    }

    private static int intOf(@Nullable Object answer) {
        return answer instanceof Integer number ? number : answer == PENDING ? 0 : (Integer) notNull(answer);
    }

    private static long longOf(@Nullable Object answer) {
        return answer instanceof Long number ? number : answer == PENDING ? 0 : (Long) notNull(answer);
    }

    private static double doubleOf(@Nullable Object answer) {
        return answer instanceof Double number ? number : answer == PENDING ? 0 : (Double) notNull(answer);
    }

    private static Object notNull(@Nullable Object answer) {
        if (answer == null) {
            throw new NullPointerException("the awaited future ended with null, where the code needs a number");
        }
        return answer;
    }

    private static Object suspend(Future<?> awaited, @Nullable AsyncFrame<?> frame, Context cx, int at) {
        if (frame == null) {
            cx.suspendAt(awaited);
        } else {
            frame.suspend(awaited, at);
        }
        return PENDING;
    }

    private void suspend(@Nullable Object awaited, int at) {
        if (child != awaited) {
            child = awaited; // a loop often awaits one future again and again, and storing a reference has its price
        }
        label = at;
        if (awaited instanceof AsyncFrame<?> inner) {
            inner.link = this;
            if (link == null) {
                link = inner;
            }
        }
    }

    /*
     * Direct calls. Where a method awaits an async method of its own class where it calls it, it calls the code itself,
     * with the arguments and no frame (see AsyncMethod of the compiler). The code then makes its frame when it suspends
     * for the first time, and returns that frame instead of PENDING: HANDED in the label tells it from a value. The
     * caller takes HANDED off when it suspends at that frame, at once: no other code runs in between.
     */

    /**
     * Tells whether the answer of a direct call means that it waits. For compiled code.
     *
     * @param answer what the call has returned, or the answer of a later poll
     * @return true if it is no value
     */
    public static boolean isPending(@Nullable Object answer) {
        return answer == PENDING || answer instanceof AsyncFrame<?> frame && frame.isHanded();
    }

    /**
     * Tells whether code that took a number out of its box waits instead. For compiled code.
     *
     * @param frame the frame of the code, null if it has none yet
     * @param cx the context of this poll
     * @return true if the number is none
     */
    public static boolean isPending(@Nullable AsyncFrame<?> frame, Context cx) {
        return frame == null ? cx.isSuspended() : frame.label > 0;
    }

    /** Tells whether a direct call returns this frame because it waits. */
    private boolean isHanded() {
        return label >> HANDED_BIT == 1;
    }

    /**
     * Polls the future of a call that {@link Context#beginCall} has no room for. For compiled code. Apart from {@link
     * #pollAwaited}: there HotSpot keeps each constant as an object once it has seen a future that is none.
     *
     * @param called the future
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     */
    public static @Nullable Object pollCalled(Future<?> called, Context cx) {
        return pollOther(called, null, cx, 0);
    }

    /**
     * Suspends this frame at what has answered pending, unless the poll has done that already. For compiled code.
     *
     * @param answer the answer: a frame that a direct call returned, or {@link #PENDING}
     * @param cx the context of this poll
     * @param at the label of the await
     */
    public final void suspendAt(@Nullable Object answer, Context cx, int at) {
        if (label <= 0) {
            suspend(waitsFor(answer, cx), at);
        }
    }

    /**
     * Suspends this frame, which a direct call makes only now. For compiled code.
     *
     * @param awaited what {@link #waitsFor} returned
     * @param at the label of the await
     */
    public final void suspendNew(Future<?> awaited, int at) {
        suspend(awaited, at);
        label += HANDED;
    }

    /**
     * Takes what code waits for that has no frame yet, or that has called other code. For compiled code.
     *
     * @param answer the answer: a frame that a direct call returned, or {@link #PENDING}
     * @param cx the context of this poll
     * @return the future
     */
    public static Future<?> waitsFor(@Nullable Object answer, Context cx) {
        if (answer instanceof AsyncFrame<?> inner) {
            inner.label -= HANDED;
            return inner;
        }
        return cx.takeAwaited();
    }

    /**
     * Returns what code answers that is suspended: this frame if a direct call has begun it. For compiled code.
     *
     * @return this frame, or {@link #PENDING}
     */
    public final Object suspended() {
        return isHanded() ? this : PENDING;
    }

    /**
     * Notes that a call has thrown, as one step of the code around it. For compiled code.
     *
     * @param frame the frame of the code that was called; null if it has none yet
     * @param cx the context of this poll
     */
    public static void failCall(@Nullable AsyncFrame<?> frame, Context cx) {
        cx.forgetSuspended();
        if (frame == null) {
            cx.spend();
        }
    }

    /**
     * Notes that a call has thrown that {@link Context#enter} has counted. For compiled code.
     *
     * @param frame the frame of the code that was called; null if it has none yet
     * @param cx the context of this poll
     */
    public static void leaveCall(@Nullable AsyncFrame<?> frame, Context cx) {
        if (frame == null) {
            cx.leave();
        }
    }

    /**
     * Notes that code has returned that may have no frame, and that {@link Context#beginCall} has counted then. For
     * compiled code.
     *
     * @param frame its frame, null if it has none
     * @param cx the context of this poll
     */
    public static void endCounted(@Nullable AsyncFrame<?> frame, Context cx) {
        if (frame != null) {
            frame.ended();
        } else {
            cx.leave();
        }
    }

    /**
     * Notes that code has returned that may have no frame. For compiled code.
     *
     * @param frame its frame, null if it has none
     */
    public static void endIfAny(@Nullable AsyncFrame<?> frame) {
        if (frame != null) {
            frame.ended();
        }
    }

    /**
     * Polls a frame that is part of a chain, or that the stack is too deep for. For compiled code.
     *
     * @param cx the context of this poll
     * @return the value, or {@link #PENDING}
     */
    @SuppressWarnings("NullAway") // a frame further in than the root has a link to the frame that awaits it
    protected final @Nullable Object pollChain(Context cx) {
        AsyncFrame<?> further = link;
        if (further == null) {
            return postpone(cx);
        }
        AsyncFrame<?> frame = further == child ? innermost(further) : further;
        if ((label | frame.label) < 0 || further.child == this) {
            throw misused();
        }
        Throwable seen = null;
        while (frame != this) {
            try {
                Object before = frame.child;
                Object value = frame.resume(cx);
                if (value == PENDING) {
                    AsyncFrame<?> leaf = frame.child == before ? frame : innermost(frame);
                    if (link != leaf) {
                        link = leaf;
                    }
                    return PENDING;
                }
                frame.child = value;
                frame.label = RETURNED;
            } catch (Throwable failure) {
                cx.forgetSuspended();
                if (failure != seen) {
                    seen = failure;
                    AsyncTrace.complete(failure, frame.link, this);
                }
                frame.child = failure;
                frame.label = THREW;
            }
            AsyncFrame<?> outer = frame.link;
            if (outer.label >= CANCELLED) {
                outer.label -= CANCELLED;
                frame.child = CancelledChild.failure(cx, frame, frame.label == THREW ? (Throwable) frame.child : null);
                frame.label = THREW;
            }
            frame = outer;
        }
        link = null;
        return resume(cx);
    }

    /** Leaves the first run to the next poll, which begins it at the root of the chain. */
    private Object postpone(Context cx) {
        link = this;
        cx.waker().wake();
        return PENDING;
    }

    private static AsyncFrame<?> innermost(AsyncFrame<?> start) {
        AsyncFrame<?> frame = start;
        while (frame.child instanceof AsyncFrame<?> inner) {
            frame = inner;
        }
        return frame;
    }

    /** Takes what this frame has ended with, as one step of the frame around it. */
    @SuppressWarnings("NullAway") // after THREW the child is a Throwable
    private @Nullable Object takeOutcome(Context cx) {
        Object outcome = child;
        boolean threw = label == THREW;
        label = ENDED; // its code has let go of the rest
        child = null;
        link = null;
        cx.spend();
        if (threw) {
            throw Failures.rethrow((Throwable) outcome);
        }
        return outcome;
    }

    private void end() {
        ended();
        link = null;
    }

    /**
     * Notes that the code has returned or thrown: what is left of its variables is let go, and what it awaited last.
     * For compiled code.
     */
    public final void ended() {
        label = ENDED;
        child = null;
        forget();
    }

    /** Clears the fields that hold references; overridden by generated subclasses that have some. */
    protected void forget() {}

    /**
     * Gives the run up. Before the first poll nothing runs at all. A suspended run is resumed with {@link
     * java.util.concurrent.CancellationException} at its await, by the poll that follows and from the inside out, so
     * that catch and finally blocks run; they may await.
     *
     * @return true if there was nothing to run, and what was awaited is released
     */
    @Override
    @SuppressWarnings("NullAway") // a suspended frame has a child, and a frame further in than the root a link
    public final boolean cancel() {
        if (label <= 0) {
            end();
            return true;
        }
        if (link != null && link.child == this) {
            throw misused();
        }
        AsyncFrame<?> frame = innermost(this);
        Future<?> cleaning = frame.label == 0 ? null : Ending.cancel((Future<?>) frame.child);
        while (cleaning == null && (frame.label == 0 || frame.at() > frame.guarded())) {
            AsyncFrame<?> outer = frame.link;
            frame.end();
            if (frame == this) {
                return true;
            }
            frame = outer;
        }
        frame.child = new CancelledChild(cleaning);
        link = frame == this ? null : frame;
        while (frame != this) {
            frame = frame.link;
            frame.label = frame.at() + CANCELLED;
        }
        return false;
    }

    /**
     * Tells whether this run has not started, was not given up, and nothing awaits it: only its arguments are in it
     * then.
     */
    final boolean isFresh() {
        return label == 0 && link == null;
    }

    /**
     * Returns another run of the same code with the same arguments. May be called from several threads at once, while
     * no thread polls this frame.
     *
     * @return a run that has not started; it shares the arguments and nothing else
     */
    @SuppressWarnings("unchecked") // a clone has the class of the original
    final AsyncFrame<T> copy() {
        try {
            return (AsyncFrame<T>) clone();
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Override
    public final boolean hasDecided() {
        if (label <= 0 || label >= CANCELLED) {
            return false;
        }
        Future<?> leaf = innermost(this).awaited();
        return leaf != null && hasDecided(leaf);
    }

    private int at() {
        return label >= CANCELLED ? label - CANCELLED : label;
    }

    /**
     * Tells where in the source this frame is suspended, or begins. For dumps; another thread may see an older place.
     *
     * @return the place, as in a stack trace
     */
    public final StackTraceElement place() {
        String[] parts = source().split("\\|", -1);
        String[] lines = parts[3].split(",", -1);
        int at = at();
        int line = Integer.parseInt(lines[at > 0 && at < lines.length ? at : 0]);
        return new StackTraceElement(parts[0], parts[1], parts[2].isEmpty() ? null : parts[2], line);
    }

    /**
     * Returns what this frame waits for. For dumps; another thread may see an older answer.
     *
     * @return the awaited future, null if the frame is not suspended
     */
    public final @Nullable Future<?> awaited() {
        return label > 0 && child instanceof Future<?> future ? future : null;
    }

    /**
     * Explains a poll that the contract forbids. For compiled code.
     *
     * @return what to throw
     */
    public final IllegalStateException misused() {
        return new IllegalStateException(
                this + " was polled after its end, from within its own poll, or although another" + " block awaits it. "
                        + Ended.RUNS_ONCE);
    }

    /**
     * Checks the future that an async method returned. For compiled code.
     *
     * @param returned what the code returned
     * @return the same
     * @throws NullPointerException if it is null
     */
    public static Future<?> returned(@Nullable Future<?> returned) {
        if (returned == null) {
            throw new NullPointerException("the async method at " + AwaitedAt.here()
                    + " returned null; return Futures.ready(null) to end without a value");
        }
        return returned;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("async " + place()).awaits(awaited());
    }

    @Override
    public String toString() {
        String state = switch (label) {
            case 0 -> "not started";
            case ENDED, RETURNED, THREW -> "ended";
            case RUNNING -> "running";
            default -> "suspended";
        };
        return "async " + place() + " [" + state + "]";
    }
}
