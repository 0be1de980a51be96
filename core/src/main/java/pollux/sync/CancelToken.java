package pollux.sync;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.internal.checks.CheckReturnValue;

/**
 * A cancellation signal that can be shared between tasks and forms a tree.
 *
 * <p>Tokens form trees: cancelling one cancels all below it, and nothing above. A child costs its parent nothing, so
 * there is nothing to close, and a long-lived token may have any number of short-lived children. May be used from any
 * thread; nothing blocks.
 *
 * <p>After {@code tokio_util::sync::CancellationToken}.
 */
public final class CancelToken {

    /*
     * A token knows its parent; a parent does not know its children. So a token is cancelled if any event on its path
     * to the root has happened, and who waits for it joins the waiters of every event on the path. That makes waiting
     * O(depth) and spares the tree all book-keeping: trees are shallow, and children come and go.
     */

    private final @Nullable CancelToken parent;
    private final int depth;
    private final Event event = new Event();

    /** Makes the root of a new tree. */
    public CancelToken() {
        this.parent = null;
        this.depth = 1;
    }

    private CancelToken(CancelToken parent) {
        this.parent = parent;
        this.depth = parent.depth + 1;
    }

    /**
     * Makes a token that is cancelled with this one, or by itself.
     *
     * @return the child; cancelled from the start if this one is
     */
    public CancelToken child() {
        return new CancelToken(this);
    }

    /**
     * Cancels this token and all below it, and wakes those who wait. Cancelling twice does nothing.
     *
     * @return true if this call cancelled it; false if it was cancelled before, by itself or from above
     */
    public boolean cancel() {
        boolean before = isCancelled();
        return event.happen() && !before;
    }

    /**
     * Tells whether this token, or one above it, is cancelled.
     *
     * @return true if it is, and then for ever
     */
    public boolean isCancelled() {
        for (CancelToken token = this; token != null; token = token.parent) {
            if (token.event.hasHappened()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until this token is cancelled.
     *
     * <p><b>Cancellation:</b> nothing is lost.
     *
     * @return a future that ends with null; each call makes one, for one party
     */
    @CheckReturnValue
    public Future<Void> cancelled() {
        return new Cancelled(this);
    }

    /**
     * Runs a future until this token is cancelled. Then the future is cancelled, its clean-up is seen through, and the
     * result fails with {@link CancellationException}. If the value and the cancellation arrive together, the value
     * wins: each poll asks the future first, and once more if the {@linkplain Context budget} ended inside it.
     *
     * <p>If the token is cancelled when this method is called, the result never polls the future. So a loop that guards
     * each of its steps ends, even if every step is ready. If the token is cancelled after the call and before the
     * first poll, the future is polled once; if it is pending then, it is cancelled like any other.
     *
     * <p><b>Cancellation:</b> cancels the guarded future; the token stays as it is.
     *
     * @param <T> the type of the value
     * @param future the future to run, which then belongs to the result
     * @return a future that ends as {@code future} does, or with {@link CancellationException}
     */
    @CheckReturnValue
    public <T extends @Nullable Object> Future<T> guard(Future<T> future) {
        return new Guarded<>(this, Objects.requireNonNull(future, "future"));
    }

    @Override
    public String toString() {
        return "CancelToken[depth " + depth + (isCancelled() ? ", cancelled]" : "]");
    }

    /** One task that waits for a token: a node in the list of each event on its path. */
    private static final class Waiting {

        private final CancelToken token;
        private final Waiter[] waiters;

        Waiting(CancelToken token) {
            this.token = token;
            this.waiters = new Waiter[token.depth];
        }

        /** Waits with this waker; false if the token is cancelled. */
        boolean await(Waker waker) {
            for (CancelToken each = token; each != null; each = each.parent) {
                Waiter waiter = waiters[each.depth - 1];
                if (waiter == null) {
                    waiter = new Waiter();
                    waiters[each.depth - 1] = waiter;
                }
                if (!each.event.await(waiter, waker)) {
                    return false;
                }
            }
            return true;
        }

        void leave() {
            for (CancelToken each = token; each != null; each = each.parent) {
                Waiter waiter = waiters[each.depth - 1];
                if (waiter != null) {
                    each.event.leave(waiter);
                }
            }
        }
    }

    private static final class Cancelled extends LeafFuture<Void> implements Inspectable {

        private final Waiting waiting;

        Cancelled(CancelToken token) {
            this.waiting = new Waiting(token);
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx) || waiting.await(cx.waker())) {
                return PENDING;
            }
            waiting.leave();
            end(cx);
            return null;
        }

        @Override
        void leave() {
            waiting.leave();
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name(toString()).note(waiting.token.toString());
        }

        @Override
        public String toString() {
            return "CancelToken.cancelled()";
        }
    }

    private static final class Guarded<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

        private final Waiting waiting;

        /** Whether the token was cancelled when this was made: the future is not polled then. */
        private final boolean late;

        private @Nullable Future<T> future; // null when it has ended or was given up
        private @Nullable Ending ending;

        /** Whether the token is cancelled, and the future has spent the rest of a budget: it is asked once more. */
        private boolean lastLook;

        Guarded(CancelToken token, Future<T> future) {
            this.waiting = new Waiting(token);
            this.future = future;
            this.late = token.isCancelled();
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ending != null) {
                return ending.poll(cx, this);
            }
            Future<T> polled = Objects.requireNonNull(future);
            if (late && !hasDecided(polled)) {
                return endCancelled(cx);
            }
            future = null; // stays so if the poll throws
            boolean hadBudget = cx.hasBudget();
            Object answer;
            try {
                answer = RawFuture.pollAny(polled, cx);
            } catch (Throwable failure) {
                end(Ending.over());
                throw failure;
            }
            if (answer != PENDING) {
                end(Ending.over());
                return answer;
            }
            future = polled;
            if (waiting.await(cx.waker()) || hasDecided(polled)) {
                return PENDING;
            }
            if (!lastLook && cx.mustYield()) {
                lastLook = hadBudget;
                return PENDING;
            }
            return endCancelled(cx);
        }

        private @Nullable Object endCancelled(Context cx) {
            return end(Ending.ofFailure(new CancellationException(
                            "the token that guards the future was cancelled: " + waiting.token)))
                    .poll(cx, this);
        }

        @Override
        public boolean cancel() {
            Ending decided = ending;
            return (decided == null ? end(Ending.cancelled()) : decided).answerCancel();
        }

        @Override
        public boolean hasDecided() {
            return ending == null ? hasDecided(future) : ending.hasDecided();
        }

        private Ending end(Ending decided) {
            ending = decided;
            waiting.leave();
            if (future != null) {
                decided.giveUp(future);
                future = null;
            }
            return decided;
        }

        @Override
        public void describe(AwaitTree sketch) {
            sketch.name("CancelToken.guard")
                    .note(waiting.token.toString())
                    .awaits(future)
                    .awaits(ending);
            if (ending == null) {
                sketch.wokenBy();
            }
        }

        @Override
        public String toString() {
            return "CancelToken.guard(" + (future == null ? "ended" : future) + ")";
        }
    }
}
