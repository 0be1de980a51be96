package pollux.async;

import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.trace.AwaitedAt;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.stream.StreamCancellation;

/** An awaiting for loop over a stream. It is its own {@link #advance} future, so a loop allocates nothing per item. */
@SuppressWarnings({"IterableAndIterator", "BooleanLiteral"}) // one loop only; a raw answer is an object
final class StreamIterator<T> extends RawFuture<Boolean> implements AsyncIterable<T>, AsyncIterator<T>, Inspectable {

    /** The answer of {@link #close} where nothing is left to close; unlike most futures it may be polled again. */
    private static final Future<Void> CLOSED = new Closed();

    /** Null once the stream has ended, failed, or was cancelled. */
    private @Nullable AsyncStream<? extends T> source;

    private boolean taken;
    /** Closed before the stream had ended. */
    private boolean left;

    private @Nullable T item;

    StreamIterator(AsyncStream<? extends T> source) {
        this.source = source;
    }

    @Override
    public AsyncIterator<T> iterator() {
        if (taken) {
            throw new IllegalStateException(
                    "each(…) was iterated twice; a stream runs once, call each() for each loop");
        }
        taken = true;
        return this;
    }

    @Override
    public Future<Boolean> advance() {
        return this;
    }

    /**
     * {@link Context#pollAwaited} of this. In most calls there is an item: what follows has its own methods, so that
     * HotSpot inlines this one.
     */
    @SuppressWarnings("unchecked") // as in pollRaw
    Object advance(Context cx) {
        AsyncStream<? extends T> polled = source;
        if (polled == null || item != null || !cx.hasBudget()) {
            return advanceNow(cx);
        }
        int before = cx.budget();
        Object answer;
        try {
            answer = RawStream.pollAny(polled, cx);
        } catch (Throwable failure) {
            throw failed(failure, before, cx);
        }
        if (answer == null || answer == PENDING) {
            return noItem(answer, before, cx);
        }
        item = (T) answer;
        cx.spendSince(before);
        return Boolean.TRUE;
    }

    /** As {@link #advance(Context)}, but the answer may be the item, if that is no Boolean. */
    Object advanceTaking(Context cx) {
        if (item == null && source instanceof RawStream<?> raw && cx.hasBudget()) {
            int before = cx.budget();
            Object taken;
            try {
                taken = raw.takeReady(cx);
            } catch (Throwable failure) {
                throw failed(failure, before, cx);
            }
            if (taken != null) {
                return taken.getClass() == Boolean.class ? kept(taken) : taken;
            }
        }
        return advance(cx);
    }

    @SuppressWarnings("unchecked") // as in pollRaw
    private Object kept(Object answer) {
        item = (T) answer;
        return Boolean.TRUE;
    }

    private Object advanceNow(Context cx) {
        return Objects.requireNonNull(cx.pollAwaited(this));
    }

    private Object noItem(@Nullable Object answer, int before, Context cx) {
        if (answer == PENDING) {
            cx.suspendAt(this);
            return PENDING;
        }
        source = null;
        cx.spendSince(before);
        return Boolean.FALSE;
    }

    private RuntimeException failed(Throwable failure, int before, Context cx) {
        source = null;
        cx.spendSince(before);
        AwaitedAt.await(failure);
        throw Failures.rethrow(failure);
    }

    @Override
    @SuppressWarnings("unchecked") // a raw answer that is not PENDING is a T
    public Object pollRaw(Context cx) {
        if (item != null) {
            return Boolean.TRUE;
        }
        AsyncStream<? extends T> polled = source;
        if (polled == null) {
            if (left) {
                throw new IllegalStateException(
                        "the iterator of each(…) is closed: compiled code closes it where the loop,"
                                + " or the scope of the variable that holds it, is left. Use it inside only");
            }
            return Boolean.FALSE;
        }
        Object answer;
        try {
            answer = RawStream.pollAny(polled, cx);
        } catch (Throwable failure) {
            source = null;
            throw failure;
        }
        if (answer == PENDING) {
            return PENDING;
        }
        item = (T) answer;
        if (answer == null) {
            source = null;
            return Boolean.FALSE;
        }
        return Boolean.TRUE;
    }

    @Override
    public boolean hasNext() {
        return item != null || UncompiledAwait.awaitPlainIteration(this);
    }

    @Override
    @SuppressWarnings("NullAway") // after hasNext() there is an item
    public T next() {
        if (item == null && !hasNext()) {
            throw new NoSuchElementException("the stream has ended");
        }
        T next = item;
        item = null;
        return next;
    }

    @Override
    public Future<Void> close() {
        AsyncStream<? extends T> cancelled = source;
        left |= cancelled != null || item != null;
        source = null;
        item = null;
        return cancelled == null ? CLOSED : Ending.release(new StreamCancellation(cancelled));
    }

    @Override
    public boolean hasDecided() {
        return item == null && RawStream.hasDecided(source);
    }

    @Override
    public void describe(AwaitTree sketch) {
        sketch.name("each").awaits(source);
    }

    @Override
    public String toString() {
        return "each(" + (source == null ? "ended" : source) + ")";
    }

    private static final class Closed extends RawFuture<Void> {

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return null;
        }

        @Override
        public String toString() {
            return "closed";
        }
    }
}
