package pollux.doubles;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.stream.RawStream;

/** A stream that yields what the test puts in; counts polls and cancels; its clean-up may be suspended. */
public final class HandStream<T> extends RawStream<T> {

    private static final Object END = new Object();

    private final Deque<Object> answers = new ArrayDeque<>();
    private boolean releasesAtOnce = true;
    private @Nullable Waker waker;
    public int polls;
    public int cancels;

    public HandStream<T> withSuspendedCleanUp() {
        releasesAtOnce = false;
        return this;
    }

    @SafeVarargs
    public final HandStream<T> yield(T... items) {
        for (T item : items) {
            answers.add(item);
        }
        return woken();
    }

    public HandStream<T> end() {
        answers.add(END);
        return woken();
    }

    public HandStream<T> fail(Throwable failure) {
        answers.add(failure);
        return woken();
    }

    private HandStream<T> woken() {
        if (waker != null) {
            waker.wake();
        }
        return this;
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        polls++;
        Object answer = answers.poll();
        if (answer == null) {
            waker = cx.waker();
            return PENDING;
        }
        if (answer instanceof Throwable failure) {
            throw Failures.rethrow(failure);
        }
        return answer == END ? null : answer;
    }

    @Override
    public boolean cancel() {
        cancels++;
        return releasesAtOnce;
    }
}
