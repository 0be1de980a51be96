package pollux.scope;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/** Takes one task after the other out of a {@link JoinSet} until it is empty; and what the four that do so look for. */
abstract class JoinSetDrain<T, R> extends RawFuture<R> implements Inspectable {

    final JoinSet<T> set;

    private boolean begun;

    /** Set when the outcome is decided, or this was cancelled; all tasks have been cancelled then. */
    private @Nullable Ending ending;

    /** Set when a failure is decided that the scope around the set delivers or reports as well: it may be given up. */
    private boolean scopeHasIt;

    private JoinSetDrain(JoinSet<T> set) {
        this.set = set;
    }

    /** Called before the first task is taken. */
    void begin() {}

    /** Called with each task that has ended, until the outcome is decided. */
    abstract void look(JoinSet.Member<T> member);

    /** Called with each task that has ended after the outcome was decided. */
    void lookLate(JoinSet.Member<T> member, Context cx) {}

    /** Called when all tasks have ended and nothing was decided before. */
    abstract @Nullable R conclude();

    /** Decides for the failure of a task, and cancels the tasks that are left. */
    final void fail(Throwable failure) {
        scopeHasIt = set.scopeTakesFailures();
        decide(Ending.ofFailure(failure));
    }

    /** Decides the outcome, and cancels the tasks that are left. */
    final void decide(Ending decided) {
        ending = decided;
        set.cancelAll();
    }

    /** Gives up what was taken, which is not delivered. Called when the ending is final. */
    void giveUp(Ending decided) {}

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (!begun) {
            begun = true;
            begin();
        }
        for (Object next = set.pollNext(cx); next != null; next = set.pollNext(cx)) {
            if (next == PENDING) {
                return PENDING;
            }
            JoinSet.Member<T> member = set.member(next);
            if (ending == null) {
                look(member);
            } else if (ending.hasDecided()) {
                lookLate(member, cx);
            } else {
                drop(member, cx);
            }
        }
        Ending reached = ending;
        if (reached == null) {
            ending = Ending.over();
            return conclude();
        }
        if (reached.hasDecided()) {
            giveUp(reached);
        }
        return reached.poll(cx, this);
    }

    private void drop(JoinSet.Member<T> member, Context cx) {
        if (member.hasFailed()) {
            set.drop(cx, "a task of a JoinSet that was cancelled failed", Objects.requireNonNull(member.failure));
        } else {
            Failures.dropValue(cx.services(), member.value());
        }
    }

    @Override
    public final boolean cancel() {
        if (ending == null || scopeHasIt) {
            scopeHasIt = false;
            Ending cancelled = Ending.cancelled();
            decide(cancelled);
            giveUp(cancelled);
        }
        return set.isEmpty() && Objects.requireNonNull(ending).answerCancel();
    }

    @Override
    public final boolean hasDecided() {
        return ending != null && ending.hasDecided() && !scopeHasIt;
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("JoinSet takes " + getClass().getSimpleName()).awaits(set);
    }

    @Override
    public final String toString() {
        return "JoinSet takes " + getClass().getSimpleName() + "(" + set + ")";
    }

    /** {@link JoinSet#joinAll}. */
    static final class Values<T> extends JoinSetDrain<T, List<T>> {

        private final List<T> values = new ArrayList<>();

        Values(JoinSet<T> set) {
            super(set);
        }

        @Override
        void look(JoinSet.Member<T> member) {
            if (member.failure == null) {
                values.add(member.value());
            } else {
                fail(member.failure);
            }
        }

        @Override
        void lookLate(JoinSet.Member<T> member, Context cx) {
            if (member.hasFailed()) {
                set.drop(cx, "another failure in a JoinSet that is ending", Objects.requireNonNull(member.failure));
            } else {
                Failures.dropValue(cx.services(), member.value());
            }
        }

        @Override
        void giveUp(Ending decided) {
            values.forEach(decided::dropValue);
            values.clear();
        }

        @Override
        List<T> conclude() {
            return Collections.unmodifiableList(values);
        }
    }

    /** {@link JoinSet#firstSuccess}. */
    static final class FirstValue<T> extends JoinSetDrain<T, T> {

        private @Nullable Throwable first;

        FirstValue(JoinSet<T> set) {
            super(set);
        }

        @Override
        void look(JoinSet.Member<T> member) {
            if (member.failure == null) {
                decide(Ending.ofValue(member.value()));
            } else if (first == null) {
                first = member.failure;
            }
        }

        @Override
        void lookLate(JoinSet.Member<T> member, Context cx) {
            Failures.dropValue(cx.services(), member.value());
        }

        @Override
        @Nullable
        T conclude() {
            if (first == null) {
                throw new NoSuchElementException("no task in this JoinSet, so none can be the first to succeed");
            }
            throw Failures.rethrow(first);
        }
    }

    /** {@link JoinSet#allEnded}. */
    static final class Handles<T> extends JoinSetDrain<T, List<JoinHandle<T>>> {

        private final List<JoinHandle<T>> handles = new ArrayList<>();

        Handles(JoinSet<T> set) {
            super(set);
        }

        @Override
        void look(JoinSet.Member<T> member) {
            handles.add(member.handle);
        }

        @Override
        List<JoinHandle<T>> conclude() {
            return Collections.unmodifiableList(handles);
        }
    }

    /** {@link JoinSet#shutdown}. */
    static final class Nothing<T> extends JoinSetDrain<T, Void> {

        Nothing(JoinSet<T> set) {
            super(set);
        }

        @Override
        void begin() {
            set.cancelAll();
        }

        @Override
        void look(JoinSet.Member<T> member) {}

        @Override
        @Nullable
        Void conclude() {
            return null;
        }
    }
}
