package pollux.stream;

import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.internal.checks.CheckReturnValue;
import pollux.sync.Broadcast;
import pollux.sync.BroadcastReceiver;
import pollux.sync.LaggedException;
import pollux.sync.Receiver;
import pollux.time.Interval;
import pollux.time.MissedTickBehavior;
import pollux.time.Timers;

/**
 * Makes streams: of items, of futures, of other streams, and of time.
 *
 * <p>Every stream made here is lazy, runs once, and belongs to the party that polls it. A stream or future that is
 * given to one of these methods belongs to the result from then on. Streams over items that are at hand give their
 * worker back after {@value pollux.future.Context#BUDGET} items in one poll of the task.
 */
@CheckReturnValue
public final class AsyncStreams {

    private AsyncStreams() {}

    // ------------------------------------------------------------------ items at hand

    /**
     * Returns a stream of given items.
     *
     * @param <T> the type of the items
     * @param items the items, none of them null
     * @return a stream
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> of(T... items) {
        return from(List.of(items));
    }

    /**
     * Returns a stream that ends at its first poll.
     *
     * @param <T> the type of the items that never come
     * @return a stream
     */
    public static <T> AsyncStream<T> empty() {
        return new EmptyStream<>(null);
    }

    /**
     * Returns a stream that fails at its first poll.
     *
     * @param <T> the type of the items that never come
     * @param failure what the poll throws
     * @return a stream
     */
    public static <T> AsyncStream<T> error(Throwable failure) {
        return new EmptyStream<>(Objects.requireNonNull(failure, "failure"));
    }

    /**
     * Returns a stream that neither yields nor ends.
     *
     * @param <T> the type of the items that never come
     * @return a stream
     */
    public static <T> AsyncStream<T> never() {
        return once(Futures.pending());
    }

    /**
     * Returns a stream of the items of an iterable.
     *
     * <p><b>Cancellation:</b> forgets the iterator.
     *
     * <p><b>Backpressure:</b> one step of the iterator for each item asked for.
     *
     * @param <T> the type of the items
     * @param items asked for its iterator at the first poll; the iterator must not block and must not return null
     * @return a stream
     */
    public static <T> AsyncStream<T> from(Iterable<? extends T> items) {
        return new IteratorStream<>(Objects.requireNonNull(items, "items")::iterator, items instanceof Collection);
    }

    /**
     * Returns a stream of what is left in an iterator.
     *
     * <p><b>Cancellation:</b> forgets the iterator.
     *
     * <p><b>Backpressure:</b> one step of the iterator for each item asked for.
     *
     * @param <T> the type of the items
     * @param items must not block and must not return null
     * @return a stream
     */
    public static <T> AsyncStream<T> fromIterator(Iterator<? extends T> items) {
        Objects.requireNonNull(items, "items");
        return new IteratorStream<>(() -> items, false);
    }

    /**
     * Returns a stream of whole numbers.
     *
     * @param start the first number
     * @param end the number after the last; the stream is empty if it is not greater than the first
     * @return a stream
     */
    public static AsyncStream<Integer> range(int start, int end) {
        return new RangeStream(start, end);
    }

    // ------------------------------------------------------------------ items to wait for

    /**
     * Returns a stream of the items of a channel; it ends when the channel does.
     *
     * <p><b>Cancellation:</b> closes the channel to its senders; the items in it are lost.
     *
     * <p><b>Backpressure:</b> takes an item from the channel when it is asked for one; the channel bounds its senders.
     *
     * @param <T> the type of the items
     * @param receiver the receiving side of the channel
     * @return a stream that owns the receiver
     */
    public static <T> AsyncStream<T> from(Receiver<T> receiver) {
        return from(receiver, lost -> {});
    }

    /**
     * Returns a stream of the items of a channel, see {@link #from(Receiver)}, that loses nothing when it is cancelled.
     *
     * <p><b>Cancellation:</b> closes the channel to its senders and hands over the items in it and those still to come.
     *
     * <p><b>Backpressure:</b> takes an item from the channel when it is asked for one; the channel bounds its senders.
     *
     * @param <T> the type of the items
     * @param receiver the receiving side of the channel
     * @param discard called with each item that the cancellation leaves behind, see {@link Receiver#close(Consumer)}
     * @return a stream that owns the receiver
     */
    public static <T> AsyncStream<T> from(Receiver<T> receiver, Consumer<? super T> discard) {
        return new ReceiverStream<>(receiver, discard);
    }

    /**
     * Returns a stream of the items that a receiver of a {@link Broadcast} gets. It fails with {@link LaggedException}
     * when the receiver has fallen behind and has missed items.
     *
     * <p><b>Cancellation:</b> closes the receiver; the other receivers of the channel are not concerned.
     *
     * <p><b>Backpressure:</b> none on the sender; items that are not asked for in time are missed.
     *
     * @param <T> the type of the items
     * @param receiver the receiver
     * @return a stream that owns the receiver
     */
    public static <T> AsyncStream<T> from(BroadcastReceiver<T> receiver) {
        return new BroadcastStream<>(receiver, null);
    }

    /**
     * Returns a stream of the items that a receiver of a {@link Broadcast} gets; where items were missed it goes on
     * with the oldest one left.
     *
     * <p><b>Cancellation:</b> closes the receiver; the other receivers of the channel are not concerned.
     *
     * <p><b>Backpressure:</b> none on the sender; items that are not asked for in time are missed.
     *
     * @param <T> the type of the items
     * @param receiver the receiver
     * @param onLag told on the polling thread how many items were missed; what it throws ends the stream
     * @return a stream that owns the receiver
     */
    public static <T> AsyncStream<T> from(BroadcastReceiver<T> receiver, Consumer<? super LaggedException> onLag) {
        return new BroadcastStream<>(receiver, Objects.requireNonNull(onLag, "onLag"));
    }

    /**
     * Returns a stream of one item, the value of a future; or of none, if the value is null.
     *
     * <p><b>Cancellation:</b> cancels the future.
     *
     * <p><b>Backpressure:</b> the future is polled when the item is asked for.
     *
     * @param <T> the type of the item
     * @param future the future
     * @return a stream that owns the future
     */
    public static <T> AsyncStream<T> once(Future<? extends T> future) {
        return new OnceStream<>(future);
    }

    /**
     * Returns a stream that makes each item, and the state from which the next one is made, of a state.
     *
     * <pre>{@code
     * AsyncStream<Row> rows = AsyncStreams.<Page, Cursor>unfold(first, cursor ->
     *         fetch(cursor).map(page -> page.isEmpty() ? null : new Step<>(page, page.next())))
     *     .concatMap(page -> AsyncStreams.from(page.rows()));
     * }</pre>
     *
     * <p><b>Cancellation:</b> cancels the future under way; its item is lost.
     *
     * <p><b>Backpressure:</b> calls the function when an item is asked for.
     *
     * @param <T> the type of the items
     * @param <S> the type of the state
     * @param seed the first state
     * @param function makes a future of the state; must not return null; the stream ends if the future ends with null
     * @return a stream
     */
    public static <T, S> AsyncStream<T> unfold(S seed, Function<? super S, ? extends Future<Step<T, S>>> function) {
        return new UnfoldStream<>(seed, Objects.requireNonNull(function, "function"));
    }

    /**
     * An item and the state from which the next one is made, for {@link #unfold}.
     *
     * @param <T> the type of the item
     * @param <S> the type of the state
     * @param item the item, not null
     * @param next the state that the function is called with for the next item
     */
    public record Step<T, S>(T item, S next) {

        /**
         * Checks that there is an item.
         *
         * @param item the item
         * @param next the state
         */
        public Step {
            Objects.requireNonNull(item, "item");
        }
    }

    /**
     * Returns a stream that calls a supplier at its first poll and goes on with what it returns.
     *
     * <p><b>Cancellation:</b> before the first poll the supplier is not called; later the supplied stream is cancelled.
     *
     * <p><b>Backpressure:</b> that of the supplied stream.
     *
     * @param <T> the type of the items
     * @param supplier called once on the polling thread; must not return null; what it throws becomes the failure
     * @return a stream
     */
    public static <T> AsyncStream<T> streamDefer(Supplier<? extends AsyncStream<? extends T>> supplier) {
        return new FlattenStream<Supplier<? extends AsyncStream<? extends T>>, T>(
                "AsyncStreams.streamDefer", of(supplier), Supplier::get);
    }

    /**
     * Returns a stream of ticks: 0 at once, then one more in every period; see {@link Interval}. Missed ticks come in a
     * {@link MissedTickBehavior#BURST}.
     *
     * <p><b>Cancellation:</b> withdraws the timer.
     *
     * <p><b>Backpressure:</b> ticks that are not requested in time are missed.
     *
     * @param period the time between ticks
     * @return an endless stream
     */
    public static AsyncStream<Long> ticks(Duration period) {
        return ticks(period, MissedTickBehavior.BURST);
    }

    /**
     * Returns a stream of ticks: 0 at once, then one more in every period; see {@link Interval}.
     *
     * <p><b>Cancellation:</b> withdraws the timer.
     *
     * <p><b>Backpressure:</b> ticks that are not requested in time are missed.
     *
     * @param period the time between ticks
     * @param missed what to do about missed ticks
     * @return an endless stream
     */
    public static AsyncStream<Long> ticks(Duration period, MissedTickBehavior missed) {
        return unfold(
                Timers.interval(period, missed),
                interval -> interval.tick().map(number -> new Step<>(number, interval)));
    }

    // ------------------------------------------------------------------ of other streams

    /**
     * Passes on the items of several streams as they come. The first failure ends the result and cancels the others.
     * Fair: while several have items, they take turns; a wake-up costs one poll, however many streams there are.
     *
     * <p><b>Cancellation:</b> cancels all streams; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks in turn until one has an item, and holds none.
     *
     * @param <T> the type of the items
     * @param streams the streams
     * @return a stream that owns the given ones
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> merge(AsyncStream<? extends T>... streams) {
        return merge(List.of(streams));
    }

    /**
     * Passes on the items of several streams as they come, see {@link #merge(AsyncStream[])}.
     *
     * <p><b>Cancellation:</b> cancels all streams; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks in turn until one has an item, and holds none.
     *
     * @param <T> the type of the items
     * @param streams the streams
     * @return a stream that owns the given ones
     */
    public static <T> AsyncStream<T> merge(Collection<? extends AsyncStream<? extends T>> streams) {
        return new MergeStream<>(streams);
    }

    /**
     * Combines the first items of two streams, then the second ones, and so on. Ends as soon as one of them does, and
     * cancels the other; an item of that other one that has no partner is lost.
     *
     * <p><b>Cancellation:</b> cancels both streams; an item that waits for its partner is lost.
     *
     * <p><b>Backpressure:</b> asks both for one item, and holds one.
     *
     * @param <A> the type of the items of the left stream
     * @param <B> the type of the items of the right stream
     * @param <T> the type of the results
     * @param left the stream that is asked first
     * @param right the other stream
     * @param combiner makes an item of two; must not return null
     * @return a stream that owns the given ones
     */
    public static <A, B, T> AsyncStream<T> zip(
            AsyncStream<? extends A> left,
            AsyncStream<? extends B> right,
            BiFunction<? super A, ? super B, ? extends T> combiner) {
        return new ZipStream<>(left, right, combiner);
    }

    /**
     * Passes on the items of several streams, one stream after the other. The first failure ends the result.
     *
     * <p><b>Cancellation:</b> cancels the stream under way and those that have not had their turn; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks the next stream when the last one has ended.
     *
     * @param <T> the type of the items
     * @param streams the streams
     * @return a stream that owns the given ones
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsyncStream<T> concat(AsyncStream<? extends T>... streams) {
        return new ConcatStream<>(List.of(streams));
    }

    /**
     * Passes on the items of streams, one stream after the other.
     *
     * <p><b>Cancellation:</b> cancels the inner stream under way and the outer one; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks for the next inner stream when the last one has ended.
     *
     * @param <T> the type of the items
     * @param streams a stream of streams
     * @return a stream that owns the given one and what it yields
     */
    public static <T> AsyncStream<T> flatten(AsyncStream<? extends AsyncStream<? extends T>> streams) {
        return new FlattenStream<AsyncStream<? extends T>, T>("AsyncStreams.flatten", streams, Function.identity());
    }
}
