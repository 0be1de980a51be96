package pollux.stream;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;

/** {@link AsyncStreams#unfold}. */
final class UnfoldStream<T, S> extends OperatorStream<T> {

    private S state;
    private final Function<? super S, ? extends Future<AsyncStreams.Step<T, S>>> function;
    private @Nullable Future<AsyncStreams.Step<T, S>> running;

    UnfoldStream(S seed, Function<? super S, ? extends Future<AsyncStreams.Step<T, S>>> function) {
        this.state = seed;
        this.function = function;
    }

    @Override
    @Nullable
    @SuppressWarnings("unchecked") // the future answers with a step or PENDING
    Object produce(Context cx) {
        if (cx.mustYield()) { // the function may answer with ready futures for ever
            return PENDING;
        }
        Future<AsyncStreams.Step<T, S>> polled = running;
        if (polled == null) {
            polled = present(function.apply(state), "the function of unfold() returned null instead of a future");
        }
        running = null; // stays so if the poll throws
        Object answer = RawFuture.pollAny(polled, cx);
        if (answer == PENDING) {
            running = polled;
            return PENDING;
        }
        if (answer == null) {
            return null;
        }
        cx.spend();
        AsyncStreams.Step<T, S> step = (AsyncStreams.Step<T, S>) answer;
        state = step.next();
        return step.item();
    }

    @Override
    boolean isPartDecided() {
        return RawFuture.hasDecided(running);
    }

    @Override
    void giveUp(Ending ending) {
        if (running != null) {
            ending.giveUp(running);
        }
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(running);
    }

    @Override
    public String toString() {
        return "AsyncStreams.unfold(" + function + ")";
    }
}
