package pollux.stream;

import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;

/**
 * An operator over one stream, which is over when its source is. A subclass says in {@link #produce} what becomes of an
 * item; one that holds more than its source extends the other methods.
 *
 * <p>Operators whose end or clean-up depends on more than the source ({@code then}, {@code chunks}, {@code throttle},
 * those with several futures or streams) share nothing with this and extend {@link OperatorStream}.
 *
 * @param <S> the type of the items of the source
 * @param <T> the type of the items
 */
abstract class UnaryStream<S, T> extends OperatorStream<T> {

    final OwnedStream<S> source;

    UnaryStream(AsyncStream<? extends S> source) {
        this.source = new OwnedStream<>(source);
    }

    @Override
    boolean isExhausted(Context cx) {
        return source.pollEnd(cx);
    }

    @Override
    boolean isPartDecided() {
        return source.hasDecided();
    }

    @Override
    void giveUp(Ending ending) {
        source.giveUp(ending);
    }

    @Override
    void describeParts(AwaitTree sketch) {
        sketch.awaits(source);
    }
}
