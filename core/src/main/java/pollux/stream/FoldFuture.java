package pollux.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Inspectable;
import pollux.future.RawFuture;

/** {@link AsyncStream#fold}, and what consumes a stream by means of it. */
final class FoldFuture<T, R extends @Nullable Object> extends RawFuture<R> implements Inspectable {

    private final OwnedStream<T> source;
    private final BiFunction<? super @Nullable R, ? super T, ? extends @Nullable R> function;
    private @Nullable R result;

    /** Whether the result is a list of the items. */
    private boolean collects;

    /** Set when this was cancelled, or has ended; and when the function threw, while the source cleans up. */
    private @Nullable Ending ending;

    FoldFuture(
            AsyncStream<T> source,
            @Nullable R seed,
            BiFunction<? super @Nullable R, ? super T, ? extends @Nullable R> function) {
        this.source = new OwnedStream<>(source);
        this.result = seed;
        this.function = Objects.requireNonNull(function, "function");
    }

    /** {@link AsyncStream#toList}. */
    static <T> FoldFuture<T, List<T>> toList(AsyncStream<T> source) {
        FoldFuture<T, List<T>> list = new FoldFuture<>(source, new ArrayList<>(), (items, item) -> {
            items.add(item);
            return items;
        });
        list.collects = true;
        return list;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        if (ending == null) {
            try {
                Object answer = consume(cx);
                if (answer != PENDING) {
                    ending = Ending.over();
                }
                return answer;
            } catch (Throwable failure) {
                giveUp(Ending.ofFailure(failure));
            }
        }
        return Objects.requireNonNull(ending).poll(cx, this);
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
        if (ending == null) {
            giveUp(Ending.cancelled());
        }
        return Objects.requireNonNull(ending).answerCancel();
    }

    private void giveUp(Ending decided) {
        ending = decided;
        source.giveUp(decided);
        if (collects) {
            ((List<?>) Objects.requireNonNull(result)).forEach(decided::dropValue);
        }
        result = null;
    }

    @Override
    public boolean hasDecided() {
        return ending == null ? source.hasDecided() : ending.hasDecided();
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("AsyncStream.fold").awaits(source).awaits(ending);
    }

    @Override
    public String toString() {
        return "AsyncStream.fold(" + source + ")";
    }
}
