package pollux.future;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several futures and goes on with that one's handler.
 *
 * <pre>{@code
 * Future<String> reply = Futures.<String>select()
 *         .on(answer, text -> text)
 *         .on(sleep(ofSeconds(2)), nothing -> "no answer");
 * }</pre>
 *
 * <p>The select owns its branches. When one of them is ready, the others are cancelled and their clean-up is seen
 * through <em>before</em> the handler runs, so no loser can hold what the handler needs. A branch that fails decides
 * the select as well: it fails with that failure.
 *
 * <p>Fairness: each poll starts at a branch drawn from the context's seeded random numbers; {@link #biased()} starts at
 * the first one always.
 *
 * <p>Budget: without {@linkplain Context budget} no branch is polled, since constants would answer then and channels
 * would not. A branch that has spent the rest of a budget and is pending is polled first in the next poll, with a new
 * budget. If it spends that as well, the branches behind it follow. So the winner does not depend on how much budget
 * is left, and every branch has its turn.
 *
 * <p><b>Cancellation:</b> cancels all branches. What a losing branch would lose by cancellation is lost. Once a branch
 * has won, its handler runs and its result is delivered, even if the cancellation comes while the other branches clean
 * up.
 *
 * <p>After Tokio's {@code select!}.
 *
 * @param <R> the type of the result
 */
public final class Select<R extends @Nullable Object> extends CombinatorFuture<R> {

    private final List<Branch<?, R>> branches = new ArrayList<>(4);
    private @Nullable Supplier<? extends @Nullable R> otherwise;
    private boolean biased;
    private boolean started;

    /*
     * A round polls every branch, from the one at `start` on, and takes several polls if the budget ends within it.
     *
     *     position  exhausted   the next poll
     *     0         false       begins a round: draws `start`
     *     k         false       begins with branch k of the round, which had no turn
     *     k         true        begins with branch k of the round, which has spent the rest of a budget and is pending;
     *                           if it spends another one, the poll after that begins with the branch behind it
     *
     * Each poll goes on from there over all branches, since any of them may be what the task was woken for.
     */
    private int start;
    private int position;
    private boolean exhausted;

    Select() {}

    /**
     * Adds a branch.
     *
     * @param <T> the type of the branch's value
     * @param future the future; it belongs to this select from now on
     * @param handler makes the result of the branch's value, on the polling thread
     * @return this
     */
    public <T extends @Nullable Object> Select<R> on(
            Future<T> future, Function<? super T, ? extends @Nullable R> handler) {
        return onlyIf(future, value -> true, handler);
    }

    /**
     * Adds a branch that wins only with a value that it accepts; otherwise the branch is out and the others go on.
     *
     * @param <T> the type of the branch's value
     * @param future the future; it belongs to this select from now on
     * @param accept tells whether this value decides the select
     * @param handler makes the result of the branch's value, on the polling thread
     * @return this
     */
    public <T extends @Nullable Object> Select<R> onlyIf(
            Future<T> future, Predicate<? super T> accept, Function<? super T, ? extends @Nullable R> handler) {
        if (started) {
            throw new IllegalStateException("a select takes no more branches after its first poll");
        }
        branches.add(new Branch<>(
                Objects.requireNonNull(future, "future"),
                Objects.requireNonNull(accept, "accept"),
                Objects.requireNonNull(handler, "handler")));
        return this;
    }

    /**
     * Says what to do when no branch is left because every one was turned down by its {@link #onlyIf} condition.
     *
     * @param result makes the result, on the polling thread
     * @return this
     */
    public Select<R> otherwise(Supplier<? extends @Nullable R> result) {
        otherwise = Objects.requireNonNull(result, "result");
        return this;
    }

    /**
     * Makes every poll start at the first branch: earlier branches win ties.
     *
     * @return this
     */
    public Select<R> biased() {
        biased = true;
        return this;
    }

    @Override
    @Nullable
    Object decide(Context cx) {
        started = true;
        int n = branches.size();
        if (n > 0 && cx.mustYield()) {
            return PENDING;
        }
        if (position == 0 && !exhausted) {
            start = biased || n < 2 ? 0 : cx.random(n);
        }
        int first = position;
        boolean waiting = false;
        for (int k = 0; k < n; k++) {
            int turn = (first + k) % n;
            Branch<?, R> branch = branches.get((start + turn) % n);
            if (branch.future == null) {
                continue;
            }
            if (cx.mustYield()) {
                goOnWith(turn, false);
                return PENDING;
            }
            if (branch.wins(cx)) {
                return branch;
            }
            if (branch.future != null) {
                waiting = true;
                if (cx.mustYield()) {
                    boolean again = k > 0 || !exhausted;
                    goOnWith(again ? turn : (turn + 1) % n, again);
                    return PENDING;
                }
            }
        }
        goOnWith(0, false);
        if (waiting) {
            return PENDING;
        }
        if (otherwise == null) {
            throw new IllegalStateException(
                    "no branch of the select is left: every value was turned down; add otherwise(..)");
        }
        return null;
    }

    private void goOnWith(int turn, boolean onceMore) {
        position = turn;
        exhausted = onceMore;
    }

    @Override
    void giveUp(Ending ending) {
        for (Branch<?, R> branch : branches) {
            if (branch.future != null) {
                ending.giveUp(branch.future);
                branch.future = null;
            }
        }
    }

    @Override
    boolean isPartDecided() {
        for (Branch<?, R> branch : branches) {
            if (hasDecided(branch.future)) {
                return true;
            }
        }
        return false;
    }

    @Override
    @Nullable
    Object conclude(@Nullable Object decided) {
        if (decided instanceof Branch<?, ?> winner) {
            return winner.handle();
        }
        return Objects.requireNonNull(otherwise).get();
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.name("Futures.select");
        for (Branch<?, R> branch : branches) {
            sketch.awaits(branch.future);
        }
    }

    @Override
    public String toString() {
        return "Futures.select(" + branches.size() + " branches)";
    }

    /** One future of the select with its handler; holds the value once it has won. */
    private static final class Branch<T extends @Nullable Object, R extends @Nullable Object> {

        private final Predicate<? super T> accept;
        private final Function<? super T, ? extends @Nullable R> handler;
        private @Nullable Future<T> future; // null once it has ended
        private @Nullable T value;

        Branch(Future<T> future, Predicate<? super T> accept, Function<? super T, ? extends @Nullable R> handler) {
            this.future = future;
            this.accept = accept;
            this.handler = handler;
        }

        @SuppressWarnings("unchecked") // a Future<T> answers with a T or PENDING
        boolean wins(Context cx) {
            Future<T> polled = Objects.requireNonNull(future);
            future = null; // stays so if the poll throws
            Object answer = RawFuture.pollAny(polled, cx);
            if (answer == PENDING) {
                future = polled;
                return false;
            }
            value = (T) answer;
            return accept.test(value);
        }

        @Nullable
        @SuppressWarnings("NullAway") // what the future answered with is a T
        R handle() {
            return handler.apply(value);
        }
    }
}
