package pollux.executor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.future.Sketch;

/** Takes one task after the other out of a {@link JoinSet} until it is empty; and what the four that do so look for. */
abstract class TakeAll<T, R> extends RawFuture<R> implements Awaiting {

    final JoinSet<T> set;
    private boolean begun;
    private boolean cancelled;
    private boolean ended;

    private TakeAll(JoinSet<T> set) {
        this.set = set;
    }

    /** Called before the first task is taken. */
    void begin() {}

    /** Called with each task that has ended, unless this was cancelled. */
    abstract void look(JoinSet.Member<T> member);

    /** Called when all tasks have ended, unless this was cancelled. */
    abstract @Nullable R conclude();

    @Override
    public final @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (!begun) {
            begun = true;
            begin();
        }
        for (Object next = set.pollNext(cx); next != null; next = set.pollNext(cx)) {
            if (next == PENDING) {
                return PENDING;
            }
            if (!cancelled) {
                look(set.member(next));
            }
        }
        ended = true;
        if (cancelled) {
            throw new CancellationException("cancelled: " + this);
        }
        return conclude();
    }

    @Override
    public final boolean cancel() {
        cancelled = true;
        set.cancelAll();
        ended = set.isEmpty();
        return ended;
    }

    @Override
    public void describe(Sketch sketch) {
        sketch.name("JoinSet takes " + getClass().getSimpleName()).awaits(set);
    }

    @Override
    public final String toString() {
        return "JoinSet takes " + getClass().getSimpleName() + "(" + (ended ? "ended" : set) + ")";
    }

    /** {@link JoinSet#joinAll}. */
    static final class Values<T> extends TakeAll<T, List<T>> {

        private final List<T> values = new ArrayList<>();
        private @Nullable Throwable first;

        Values(JoinSet<T> set) {
            super(set);
        }

        @Override
        void look(JoinSet.Member<T> member) {
            if (member.failure == null) {
                values.add(member.value());
            } else if (first == null) {
                first = member.failure;
                set.cancelAll();
            } else if (!(member.failure instanceof CancellationException)) {
                Failures.report("another failure in a JoinSet that is ending", member.failure);
            }
        }

        @Override
        List<T> conclude() {
            if (first != null) {
                throw Failures.rethrow(first);
            }
            return Collections.unmodifiableList(values);
        }
    }

    /** {@link JoinSet#firstSuccess}. */
    static final class FirstValue<T> extends TakeAll<T, T> {

        private JoinSet.@Nullable Member<T> best;

        FirstValue(JoinSet<T> set) {
            super(set);
        }

        @Override
        void look(JoinSet.Member<T> member) {
            if (best == null || best.failure != null && member.failure == null) {
                best = member;
                if (member.failure == null) {
                    set.cancelAll();
                }
            }
        }

        @Override
        @Nullable
        T conclude() {
            if (best == null) {
                throw new NoSuchElementException("no task in this JoinSet, so none can be the first to succeed");
            }
            if (best.failure != null) {
                throw Failures.rethrow(best.failure);
            }
            return best.value();
        }
    }

    /** {@link JoinSet#allEnded}. */
    static final class Handles<T> extends TakeAll<T, List<JoinHandle<T>>> {

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
    static final class Nothing<T> extends TakeAll<T, Void> {

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
