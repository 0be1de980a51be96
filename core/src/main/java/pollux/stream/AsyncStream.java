package pollux.stream;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.internal.bean.NotABean;
import pollux.internal.checks.CheckReturnValue;
import pollux.sync.Broadcast;

/**
 * A sequence of items that does nothing until it is polled: to {@code Future} what {@code Iterator} is to a value.
 *
 * <p>The contract of polling is that of {@link Future#poll}: one thread at a time, pending means that the waker of this
 * poll was stored, a poll that throws has ended the stream, and there is no poll after the end; Pollux's own streams
 * then throw {@link IllegalStateException}. Items are never null: {@code ready(null)} is the end.
 *
 * <p>It has two abstract methods on purpose: a generator lambda must never fit it.
 *
 * <p><b>Backpressure</b> is the absence of a poll: a stream produces nothing that was not requested. Operators ask for
 * one item when they are asked for one, and hold none back, unless they say otherwise.
 *
 * <p><b>Operators</b> own the stream that they are called on; use only the result afterwards. Their functions are
 * called on the polling thread, must not block, and may throw: that ends the result with this failure, and cancels what
 * it owns. A failure or cancellation of the result is over only when everything it owns has cleaned up. Items that an
 * operator holds when it fails or is cancelled, or leaves out by itself, are lost: they are
 * closed if they are {@link pollux.future.Droppable}, and go to the {@link pollux.future.DropHook} of the task, which
 * behind a bridge is the library's hook for discarded items.
 *
 * <p>Chains of operators are polled by recursion, a few frames per operator; no operator recurses per item.
 *
 * <p>After {@code futures::Stream}.
 *
 * @param <T> the type of the items
 */
@CheckReturnValue
public interface AsyncStream<T> extends NotABean {

    /**
     * Asks for the next item.
     *
     * @param cx the context of this poll
     * @return ready with an item; ready with null at the end; or pending
     */
    Poll<T> pollNext(Context cx);

    /**
     * Gives this stream up. Called at most once, only by the holder of the right to poll, never after the end.
     *
     * @return true if everything is released, and the stream must not be polled again; false if the clean-up has to
     *     wait itself, and the owner must go on polling until the stream ends, ignoring what it yields
     */
    boolean cancel();

    // ------------------------------------------------------------------ item by item

    /**
     * Applies a function to each item.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> one for one.
     *
     * @param <R> the type of the results
     * @param function makes an item of an item; must not return null
     * @return a stream that owns this one
     */
    default <R> AsyncStream<R> map(Function<? super T, ? extends R> function) {
        return new MapStream<>(this, function);
    }

    /**
     * Leaves items out.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks until an item is accepted.
     *
     * @param accept tells which items stay
     * @return a stream that owns this one
     */
    default AsyncStream<T> filter(Predicate<? super T> accept) {
        return new FilterStream<>(this, accept);
    }

    /**
     * Applies a function to each item and leaves out those for which it has no result. The {@code filter_map} of Rust.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks until there is a result.
     *
     * @param <R> the type of the results
     * @param function makes an item of an item, or returns null to leave it out
     * @return a stream that owns this one
     */
    default <R> AsyncStream<R> mapNotNull(Function<? super T, ? extends @Nullable R> function) {
        return new MapNotNullStream<>(this, function);
    }

    /**
     * Leaves out the first items.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> the first question asks for that many items more.
     *
     * @param count how many items are left out
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the count is negative
     */
    default AsyncStream<T> skip(long count) {
        return new SkipStream<>(this, count);
    }

    /**
     * Combines items as {@link #fold} does, and yields each result on the way: the seed first, then one result for each
     * item. With no items there is the seed alone. The {@code runningFold} of Kotlin.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> one for one, after the seed.
     *
     * @param <R> the type of the results
     * @param seed the first result
     * @param function makes the next result of the last one and an item; must not return null
     * @return a stream that owns this one
     */
    default <R> AsyncStream<R> scan(R seed, BiFunction<? super R, ? super T, ? extends R> function) {
        return new ScanStream<>(this, seed, function);
    }

    /**
     * Ends after a number of items. This stream is cancelled when the end is asked for, not before.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> never asks for more than that number.
     *
     * @param count how many items at most
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the count is negative
     */
    default AsyncStream<T> take(long count) {
        return new TakeStream<>(this, count);
    }

    /**
     * Ends before the first item that is not accepted; that one is lost.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> one for one.
     *
     * @param accept tells whether to go on
     * @return a stream that owns this one
     */
    default AsyncStream<T> takeWhile(Predicate<? super T> accept) {
        return new TakeWhileStream<>(this, accept);
    }

    /**
     * Makes a future of each item and waits for it before it asks for the next.
     *
     * <p><b>Cancellation:</b> cancels the future under way, whose item is lost, and this stream.
     *
     * <p><b>Backpressure:</b> one for one.
     *
     * @param <R> the type of the results
     * @param function makes the future; must not return null, nor may the future end with null
     * @return a stream that owns this one
     */
    default <R> AsyncStream<R> then(Function<? super T, ? extends Future<? extends R>> function) {
        return new ThenStream<>(this, function);
    }

    /**
     * Makes a stream of each item and passes on its items, one stream after the other.
     *
     * <p><b>Cancellation:</b> cancels the inner stream under way and this stream.
     *
     * <p><b>Backpressure:</b> asks for the next inner stream when the last one has ended.
     *
     * @param <R> the type of the inner items
     * @param function makes the stream; must not return null
     * @return a stream that owns this one
     */
    default <R> AsyncStream<R> concatMap(Function<? super T, ? extends AsyncStream<? extends R>> function) {
        return new FlattenStream<>("AsyncStream.concatMap", this, function);
    }

    // ------------------------------------------------------------------ several at once

    /**
     * Makes a future of each item, runs a number of them at once, and passes their values on in the order of the items.
     * A failure comes in its place, after the values of the items before it; nothing is started behind it.
     *
     * <p>A stream of futures is run by {@code buffered(n, future -> future)}.
     *
     * <p><b>Cancellation:</b> cancels all futures under way and this stream; values that wait for their turn are lost.
     *
     * <p><b>Backpressure:</b> runs ahead by at most {@code concurrency} items, counted until their value has left.
     *
     * @param <R> the type of the results
     * @param concurrency how many futures at most
     * @param function makes the future; must not return null, nor may the future end with null
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the concurrency is less than 1
     */
    default <R> AsyncStream<R> buffered(int concurrency, Function<? super T, ? extends Future<? extends R>> function) {
        return new BufferedStream<>("buffered", this, concurrency, function);
    }

    /**
     * Makes a future of each item, runs a number of them at once, and passes their values on as they complete. The
     * first failure ends the stream at once and cancels the other futures.
     *
     * <p><b>Cancellation:</b> cancels all futures under way and this stream.
     *
     * <p><b>Backpressure:</b> runs ahead by at most {@code concurrency} items.
     *
     * @param <R> the type of the results
     * @param concurrency how many futures at most
     * @param function makes the future; must not return null, nor may the future end with null
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the concurrency is less than 1
     */
    default <R> AsyncStream<R> bufferedUnordered(
            int concurrency, Function<? super T, ? extends Future<? extends R>> function) {
        return new BufferedUnorderedStream<>(this, concurrency, function);
    }

    /**
     * Runs futures as {@link #buffered} does, but those of equal keys one after the other, in the order of their items:
     * at any moment at most one of each key runs. Values come in the order of the items, so an item has left only when
     * it and all items before it are done; this is what a consumer of a log commits by.
     *
     * <p>A failure comes in its place; nothing is started behind it, also not of its key.
     *
     * <p><b>Cancellation:</b> cancels all futures under way and this stream; items that wait for others of their key
     * are lost, and so are values that wait for their turn.
     *
     * <p><b>Backpressure:</b> runs ahead by at most {@code concurrency} items, counted until their value has left;
     * those that wait for others of their key count. With few keys, fewer futures run.
     *
     * @param <K> the type of the keys
     * @param <R> the type of the results
     * @param concurrency how many items at most, and so how many futures
     * @param key tells the key of an item, by which {@code equals} decides; must not return null
     * @param function makes the future; must not return null, nor may the future end with null
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the concurrency is less than 1
     */
    default <K, R> AsyncStream<R> partitioned(
            int concurrency,
            Function<? super T, ? extends K> key,
            Function<? super T, ? extends Future<? extends R>> function) {
        return new PartitionedStream<>(this, concurrency, key, function);
    }

    /**
     * Collects items into lists of a given size. The last list, at the end or before a failure, may be shorter; none is
     * empty.
     *
     * <p><b>Cancellation:</b> cancels this stream; the items of an unfinished list are lost.
     *
     * <p><b>Backpressure:</b> asks for a list's worth of items for each list, and holds an unfinished list.
     *
     * @param size how many items make a list
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the size is less than 1
     */
    default AsyncStream<List<T>> chunks(int size) {
        return new ChunkStream<>(this, size, null);
    }

    /**
     * Collects items into lists that are passed on when they have a given size or have waited for a given time, counted
     * from their first item. The last list, at the end or before a failure, may be shorter; none is empty. The
     * {@code chunks_timeout} of Tokio.
     *
     * <p><b>Cancellation:</b> cancels this stream and withdraws the timer; the items of an unfinished list are lost.
     *
     * <p><b>Backpressure:</b> asks for up to a list's worth of items for each list, and holds an unfinished list. No
     * items are taken while no list is asked for.
     *
     * @param size how many items a list has at most
     * @param maxWait how long an item waits for others at most; with zero a list holds what is at hand
     * @return a stream that owns this one
     * @throws IllegalArgumentException if the size is less than 1
     */
    default AsyncStream<List<T>> chunks(int size, Duration maxWait) {
        return new ChunkStream<>(this, size, Objects.requireNonNull(maxWait, "maxWait"));
    }

    // ------------------------------------------------------------------ time and failure

    /**
     * Keeps a distance in time between items: after each one it asks for the next no sooner than the given time later.
     * Nothing is left out.
     *
     * <p><b>Cancellation:</b> cancels this stream and withdraws the timer; nothing is lost.
     *
     * <p><b>Backpressure:</b> slows this stream down.
     *
     * @param spacing the time between an item and the question for the next
     * @return a stream that owns this one
     */
    default AsyncStream<T> throttle(Duration spacing) {
        return new ThrottleStream<>(this, spacing);
    }

    /**
     * Passes an item on when no other has followed it for a given time; an item that is followed sooner is left out.
     * The last one is passed on at the end, and before a failure.
     *
     * <p><b>Cancellation:</b> cancels this stream and withdraws the timer; the item that is held is lost.
     *
     * <p><b>Backpressure:</b> takes all items that come while it is asked for one, and holds the latest.
     *
     * @param quiet the time without an item
     * @return a stream that owns this one
     */
    default AsyncStream<T> debounce(Duration quiet) {
        return new LatestStream<>("debounce", this, quiet, true);
    }

    /**
     * Passes on the latest item of each period; the others of it are left out. A period begins with the first item
     * after the one before has ended. The last item is passed on at the end, and before a failure, without waiting.
     *
     * <p><b>Cancellation:</b> cancels this stream and withdraws the timer; the item that is held is lost.
     *
     * <p><b>Backpressure:</b> takes all items that come while it is asked for one, and holds the latest.
     *
     * @param period the length of a period
     * @return a stream that owns this one
     */
    default AsyncStream<T> sample(Duration period) {
        return new LatestStream<>("sample", this, period, false);
    }

    /**
     * Limits the time that this stream may take for each answer, item or end, counted from the question for it. When
     * the time is over, this stream is cancelled, its clean-up is seen through, and then the result fails. An item that
     * comes together with the end of its time wins.
     *
     * <p>For a limit on the whole stream, use {@code Timers.timeout} on the future that consumes it.
     *
     * <p><b>Cancellation:</b> cancels this stream and withdraws the timer; nothing is lost.
     *
     * <p><b>Backpressure:</b> one for one; the time in which no item is asked for does not count.
     *
     * @param limit the time for one answer
     * @return a stream that owns this one, and fails with {@link java.util.concurrent.TimeoutException}
     */
    default AsyncStream<T> timeout(Duration limit) {
        return new TimeoutStream<>(this, limit);
    }

    /**
     * Goes on, after a failure, with the stream that a function makes of it. If that one fails, the result does.
     *
     * <p><b>Cancellation:</b> cancels whichever of the two streams is under way; the function does not see it.
     *
     * <p><b>Backpressure:</b> one for one.
     *
     * @param function called once with the failure, whatever {@code Throwable} it is; must not return null
     * @return a stream that owns this one
     */
    default AsyncStream<T> recover(Function<? super Throwable, ? extends AsyncStream<? extends T>> function) {
        return new RecoverStream<>(this, function);
    }

    // ------------------------------------------------------------------ the ways out

    /**
     * Asks for one item. The future <em>borrows</em> this stream: the stream stays with its owner, who may ask again
     * when the future has ended or was cancelled, must not poll it meanwhile, and cancels it if it is not read to the
     * end.
     *
     * <p><b>Cancellation:</b> only stops waiting; nothing is lost, the stream has not given the item out.
     *
     * <p><b>Backpressure:</b> asks for one item.
     *
     * @return a future that ends with the next item, or with null at the end of the stream
     */
    default Future<@Nullable T> next() {
        return new NextFuture<>(this);
    }

    /**
     * Waits for the first item and cancels this stream.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks for one item.
     *
     * @return a future that owns this stream and ends with the item, or with null if there is none
     */
    default Future<@Nullable T> first() {
        return new FoldFuture<T, @Nullable T>(take(1), null, (none, item) -> item);
    }

    /**
     * Passes each item to a consumer.
     *
     * <p><b>Cancellation:</b> cancels this stream; nothing is lost.
     *
     * <p><b>Backpressure:</b> asks for the next item when the consumer has returned.
     *
     * @param consumer called on the polling thread
     * @return a future that owns this stream and ends with it
     */
    default Future<Void> forEach(Consumer<? super T> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        return new FoldFuture<T, Void>(this, null, (none, item) -> {
            consumer.accept(item);
            return null;
        });
    }

    /**
     * Makes a future of each item and waits for it before it asks for the next.
     *
     * <p><b>Cancellation:</b> cancels the future under way and this stream; the item of that future is lost.
     *
     * <p><b>Backpressure:</b> asks for the next item when the future has ended.
     *
     * @param function makes the future; must not return null; the future may end with null
     * @return a future that owns this stream and ends with it
     */
    default Future<Void> forEachAsync(Function<? super T, ? extends Future<?>> function) {
        Objects.requireNonNull(function, "function");
        return then(item -> {
                    Future<?> future = OperatorStream.present(
                            function.apply(item), "the function of forEachAsync() returned null instead of a future");
                    return future.map(ignored -> Boolean.TRUE);
                })
                .forEach(done -> {});
    }

    /**
     * Combines all items into one result, from the first to the last.
     *
     * <p><b>Cancellation:</b> cancels this stream; what was combined is lost.
     *
     * <p><b>Backpressure:</b> asks for the next item when the function has returned.
     *
     * @param <R> the type of the result
     * @param seed the result if there are no items
     * @param function makes the next result of the last one and an item
     * @return a future that owns this stream
     */
    default <R> Future<R> fold(R seed, BiFunction<? super R, ? super T, ? extends R> function) {
        return new FoldFuture<>(this, seed, function);
    }

    /**
     * Tells whether an item is accepted, and cancels this stream at the first one that is.
     *
     * <p><b>Cancellation:</b> cancels this stream.
     *
     * <p><b>Backpressure:</b> asks for one item after the other.
     *
     * @param accept tells which items are accepted
     * @return a future that owns this stream; it ends with false if there are no items
     */
    default Future<Boolean> any(Predicate<? super T> accept) {
        return filter(accept).take(1).count().map(found -> found > 0);
    }

    /**
     * Tells whether all items are accepted, and cancels this stream at the first one that is not.
     *
     * <p><b>Cancellation:</b> cancels this stream.
     *
     * <p><b>Backpressure:</b> asks for one item after the other.
     *
     * @param accept tells which items are accepted
     * @return a future that owns this stream; it ends with true if there are no items
     */
    default Future<Boolean> all(Predicate<? super T> accept) {
        return any(Objects.<Predicate<? super T>>requireNonNull(accept, "accept")
                        .negate())
                .map(found -> !found);
    }

    /**
     * Sends each item to a channel, for many receivers, and closes the channel when this stream has ended; a failure of
     * this stream, or a cancellation, is the last that the receivers see. Run by a task, it makes a cold stream a hot
     * one that is shared, as {@code shareIn} of Kotlin does:
     *
     * <pre>{@code
     * Broadcast<Price> latest = Broadcast.bounded(64, 1); // who joins begins with the last price
     * spawn(prices.broadcast(latest));
     * AsyncStream<Price> mine = AsyncStreams.from(latest.subscribe());
     * }</pre>
     *
     * <p><b>Cancellation:</b> cancels this stream; the receivers get what is left in the channel, then a
     * {@link java.util.concurrent.CancellationException}.
     *
     * <p><b>Backpressure:</b> asks for the next item at once: sending never waits, and slow receivers lag.
     *
     * @param channel where the items go
     * @return a future that owns this stream and ends with it
     */
    default Future<Void> broadcast(Broadcast<? super T> channel) {
        return new SendAllFuture<>(this, Objects.requireNonNull(channel, "channel"));
    }

    /**
     * Collects all items.
     *
     * <p><b>Cancellation:</b> cancels this stream; the items collected are lost.
     *
     * <p><b>Backpressure:</b> none, the list grows as the stream goes on; put {@link #take} before it if that can be
     * long.
     *
     * @return a future that owns this stream and ends with a new list, which the caller may change
     */
    default Future<List<T>> toList() {
        return FoldFuture.toList(this);
    }

    /**
     * Counts the items.
     *
     * <p><b>Cancellation:</b> cancels this stream.
     *
     * <p><b>Backpressure:</b> asks for one item after the other.
     *
     * @return a future that owns this stream
     */
    default Future<Long> count() {
        return new FoldFuture<T, Long>(this, 0L, (count, item) -> count + 1);
    }
}
