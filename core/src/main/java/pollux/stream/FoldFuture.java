package pollux.stream;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import pollux.future.Awaiting;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.future.Sketch;

/** {@link AsyncStream#fold}, and what consumes a stream by means of it. */
final class FoldFuture<T, R> extends RawFuture<R> implements Awaiting {

    private final Pull<T> source;
    private final BiFunction<? super @Nullable R, ? super T, ? extends @Nullable R> function;
    private final CleanUp cleanUp = new CleanUp();
    private @Nullable R result;

    /** What to end with as soon as the clean-up is done; set when the function threw or this future was cancelled. */
    private @Nullable Throwable outcome;

    private boolean ended;

    FoldFuture(
            AsyncStream<T> source,
            @Nullable R seed,
            BiFunction<? super @Nullable R, ? super T, ? extends @Nullable R> function) {
        this.source = new Pull<>(source);
        this.result = seed;
        this.function = Objects.requireNonNull(function, "function");
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ended) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        if (outcome == null) {
            try {
                Object answer = consume(cx);
                ended = answer != PENDING;
                return answer;
            } catch (Throwable failure) {
                outcome = failure;
                source.giveUp(cleanUp);
            }
        }
        if (!cleanUp.poll(cx)) {
            return PENDING;
        }
        ended = true;
        throw Failures.rethrow(outcome);
    }

    @SuppressWarnings("unchecked") // a source answers with its items
    private @Nullable Object consume(Context cx) {
        while (true) {
            Object item = pollStep(source, cx);
            if (item == PENDING) {
                return PENDING;
            }
            if (item == null) {
                R folded = result;
                result = null;
                return folded;
            }
            result = function.apply(result, (T) item);
        }
    }

    @Override
    public boolean cancel() {
        if (outcome == null) {
            source.giveUp(cleanUp);
        }
        result = null;
        ended = cleanUp.isDone();
        if (!ended) {
            outcome = new CancellationException("cancelled: " + this);
        }
        return ended;
    }

    @Override
    public void describe(Sketch sketch) {
        sketch.name("AsyncStream.fold").awaits(source);
    }

    @Override
    public String toString() {
        return "AsyncStream.fold(" + source + ")";
    }
}
