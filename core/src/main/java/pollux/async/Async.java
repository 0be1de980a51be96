package pollux.async;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import pollux.executor.CurrentTask;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.BlockFuture;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.internal.checks.CanIgnoreReturnValue;
import pollux.internal.checks.CheckReturnValue;
import pollux.reactive.InboundConversions;
import pollux.stream.AsyncStream;

/**
 * Straight-line asynchronous code: {@code import static pollux.async.Async.*}. The adapters extend this class, so that
 * {@code import
 * static pollux.reactor.ReactorAdapter.*} brings the same methods, and those for {@code Mono} and {@code Flux} besides.
 *
 * <pre>{@code
 * Future<Receipt> checkout(long id) {
 *     return async(() -> {
 *         Order order = await(orders.find(id));
 *         for (Line line : each(order.lines()))
 *             await(stock.reserve(line));
 *         return await(payments.charge(order));
 *     });
 * }
 * }</pre>
 *
 * <p>{@link #await} and {@link #each} mean something in three places: in a lambda that is an {@link AsyncBlock} or a
 * {@link
 * StreamBlock}, and in a method or lambda that is declared to return exactly {@code Future}. There the annotation
 * processor
 * {@code pollux-async-compiler} turns the code into a state machine; anywhere else it reports an error. <b>Such code
 * does nothing until its future is polled</b>, argument checks included.
 *
 * <p>A lambda that stands for a future or a publisher itself needs a type: {@code Future<T> f = cx -> …}. Both
 * interfaces have one method with one argument, so javac cannot choose for {@code await(cx -> …)}. Blocks, suppliers
 * and functions are never ambiguous.
 */
@CheckReturnValue
public class Async extends InboundConversions {

    /** For the adapters, which inherit the static methods. */
    protected Async() {}

    /**
     * Returns a fresh run of a block, as a future.
     *
     * <p><b>Cancellation:</b> cancels what the block awaits and resumes it with {@link
     * java.util.concurrent.CancellationException} at that await, so that its catch and finally blocks run; they may
     * await.
     * A run that has not started runs nothing.
     *
     * @param <T> the type of the result
     * @param block the code; what it throws is the failure, as it is
     * @return a future that runs the block when polled
     */
    public static <T extends @Nullable Object> Future<T> async(AsyncBlock<T> block) {
        Objects.requireNonNull(block, "block");
        return block instanceof CompiledBlock<T> compiled ? compiled.start() : new BlockFuture<>(block);
    }

    /**
     * Returns the stream of a generator block.
     *
     * <pre>{@code
     * AsyncStream<Long> ticks = stream(out -> {
     *     for (long n = 0; ; n++) {
     *         await(sleep(ofMillis(10)));
     *         out.emit(n);
     *     }
     * });
     * }</pre>
     *
     * <p><b>Cancellation:</b> as with {@link #async}, at the suspended await or emit.
     *
     * <p><b>Backpressure:</b> the code stays suspended in {@link Emitter#emit} until the next item is asked for.
     *
     * @param <T> the type of the items
     * @param block the code; what it throws is the failure, as it is
     * @return a stream that runs the block while polled
     */
    public static <T> AsyncStream<T> stream(StreamBlock<T> block) {
        return new GeneratorStream<>(Objects.requireNonNull(block, "block"));
    }

    /**
     * Runs a block on a virtual thread of its own, started by the first poll. Awaits of code that was not compiled park
     * that thread; the services of the polling task are found by them.
     *
     * <p><b>Cancellation:</b> interrupts the thread, and ends when the block has.
     *
     * @param <T> the type of the result
     * @param block the code; what it throws is the failure, as it is
     * @return a future that runs the block
     */
    public static <T extends @Nullable Object> Future<T> virtual(AsyncBlock<T> block) {
        return new VirtualFuture<>(Objects.requireNonNull(block, "block"));
    }

    // ------------------------------------------------------------------ await points

    /**
     * Suspends the surrounding block until a future has ended. The future belongs to the block from then on.
     *
     * <p><b>Cancellation:</b> cancels the future, and throws {@link java.util.concurrent.CancellationException} here.
     *
     * @param <T> the type of the value
     * @param future what to wait for
     * @return its value
     * @throws IllegalStateException if the calling code was not compiled by Pollux and runs on a platform thread
     */
    @CanIgnoreReturnValue
    @Awaits
    @SuppressWarnings("overloads") // a lambda would fit a publisher as well, but a lambda is never awaited
    public static <T extends @Nullable Object> T await(Future<T> future) {
        return UncompiledAwait.awaitUncompiled(future);
    }

    /**
     * Awaits a future that may fail with a checked exception, so that javac lets a surrounding try statement catch it.
     * A future throws any failure as it is, whether it is announced like this or not.
     *
     * <p><b>Cancellation:</b> as {@link #await(Future)}.
     *
     * @param <T> the type of the value
     * @param <X> the type of the exception
     * @param future what to wait for
     * @param exception the exception to declare; only javac looks at it
     * @return its value
     * @throws X if the future fails with it
     * @throws IllegalStateException if the calling code was not compiled by Pollux and runs on a platform thread
     */
    @CanIgnoreReturnValue
    @Awaits
    public static <T extends @Nullable Object, X extends Exception> T await(Future<T> future, Class<X> exception)
            throws X {
        return UncompiledAwait.awaitUncompiled(future);
    }

    /**
     * Awaits a stage, as {@link #future(CompletionStage)} makes a future of it.
     *
     * <p><b>Cancellation:</b> stops waiting; the stage goes on, since others may use it.
     *
     * @param <T> the type of the value
     * @param stage what to wait for
     * @return its value
     * @throws IllegalStateException if the calling code was not compiled by Pollux and runs on a platform thread
     */
    @CanIgnoreReturnValue
    @Awaits("future")
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return UncompiledAwait.awaitUncompiled(future(stage));
    }

    /**
     * Awaits the end of a task.
     *
     * <p><b>Cancellation:</b> stops waiting, the task goes on.
     *
     * @param <T> the type of the value
     * @param handle the task to wait for
     * @return its value
     * @throws IllegalStateException if the calling code was not compiled by Pollux and runs on a platform thread
     */
    @CanIgnoreReturnValue
    @Awaits("future")
    public static <T extends @Nullable Object> T await(JoinHandle<T> handle) {
        return UncompiledAwait.awaitUncompiled(future(handle));
    }

    /**
     * Awaits the end of a publisher and returns its one item, as {@link #future(Publisher)} does.
     *
     * <p><b>Cancellation:</b> cancels the subscription.
     *
     * @param <T> the type of the item
     * @param publisher what to wait for
     * @return its item, null if it ended without one
     * @throws IllegalStateException if the calling code was not compiled by Pollux and runs on a platform thread
     */
    @CanIgnoreReturnValue
    @Awaits("future")
    @SuppressWarnings("overloads") // as with await(Future)
    public static <T> T await(Publisher<? extends T> publisher) {
        return UncompiledAwait.awaitUncompiled(future(publisher));
    }

    /**
     * Waits for a future where no block is: parks the virtual thread that calls it. This is not an await point, the
     * code around it stays as it is.
     *
     * <p><b>Cancellation:</b> an interrupt cancels the future and throws {@link
     * java.util.concurrent.CancellationException}.
     *
     * @param <T> the type of the value
     * @param future what to wait for
     * @return its value
     * @throws IllegalStateException if called on a platform thread
     */
    @CanIgnoreReturnValue
    public static <T extends @Nullable Object> T block(Future<T> future) {
        return UncompiledAwait.block(future, "Async.block");
    }

    /**
     * Lets an enhanced for statement where no block is take the items of a stream one by one: parks the virtual thread
     * that runs it.
     * Like {@link #block}, this is not an await point.
     *
     * <pre>{@code
     * try (BlockingIterable<Line> lines = blockEach(stream)) {
     *     for (Line line : lines) {
     *         if (line.isLast()) break;
     *     }
     * }
     * }</pre>
     *
     * <p><b>Cancellation:</b> {@link BlockingIterable#close} cancels the stream, and so does an interrupt. A loop that
     * is left early without either leaves the stream as it is.
     *
     * <p><b>Backpressure:</b> an item is asked for when the one before was taken.
     *
     * @param <T> the type of the items
     * @param source the stream; it belongs to the loop
     * @return what to write after the colon
     */
    public static <T> BlockingIterable<T> blockEach(AsyncStream<? extends T> source) {
        return new BlockingLoop<>(Objects.requireNonNull(source, "source"));
    }

    /**
     * Lets an enhanced for statement where no block is take the items of a publisher one by one, see {@link
     * #blockEach(AsyncStream)}.
     *
     * <p><b>Cancellation:</b> closing, or an interrupt, cancels the subscription.
     *
     * <p><b>Backpressure:</b> that of {@link #fromPublisher(Publisher)}.
     *
     * @param <T> the type of the items
     * @param publisher the publisher; the loop subscribes to it once
     * @return what to write after the colon
     */
    public static <T> BlockingIterable<T> blockEach(Publisher<? extends T> publisher) {
        return blockEach(Async.<T>fromPublisher(publisher));
    }

    /**
     * Lets an enhanced for statement in a block await the items of a stream one by one.
     *
     * <p><b>Cancellation:</b> leaving the loop early, by break, return, exception or cancellation, cancels the stream
     * and waits for its clean-up. (Code that was not compiled, on a virtual thread, cannot see that a loop was left,
     * and does not cancel the stream.)
     *
     * <p><b>Backpressure:</b> an item is asked for when the body has dealt with the one before.
     *
     * @param <T> the type of the items
     * @param source the stream; it belongs to the loop
     * @return what to write after the colon
     */
    public static <T> AsyncIterable<T> each(AsyncStream<? extends T> source) {
        return new StreamIterator<>(Objects.requireNonNull(source, "source"));
    }

    /**
     * Lets an enhanced for statement in a block await the items of a publisher one by one, see {@link
     * #each(AsyncStream)}.
     *
     * <p><b>Cancellation:</b> leaving the loop early cancels the subscription.
     *
     * <p><b>Backpressure:</b> that of {@link #fromPublisher(Publisher)}.
     *
     * @param <T> the type of the items
     * @param publisher the publisher; the loop subscribes to it once
     * @return what to write after the colon
     */
    public static <T> AsyncIterable<T> each(Publisher<? extends T> publisher) {
        return each(Async.<T>fromPublisher(publisher));
    }

    // ------------------------------------------------------------------ the task around

    /**
     * Starts a detached task on the executor that {@link #spawner()} returns. May be called from any thread; does not
     * block.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to the task from now on
     * @return the handle
     */
    @CanIgnoreReturnValue
    public static <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future) {
        return spawner().spawn(future);
    }

    /**
     * Starts a fresh run of a block as a detached task on the executor that {@link #spawner()} returns. May be called
     * from any thread; does not block.
     *
     * @param <T> the type of the result
     * @param block the code
     * @return the handle
     */
    @CanIgnoreReturnValue
    public static <T extends @Nullable Object> JoinHandle<T> spawn(AsyncBlock<T> block) {
        return spawn(async(block));
    }

    /**
     * Returns the executor that polls the task which the calling thread works for; a block starts further tasks on it.
     * See {@link CurrentTask#executor}. Does not block.
     *
     * @return the spawner; the shared pool outside all tasks
     */
    public static Spawner spawner() {
        return CurrentTask.executor();
    }

    /**
     * Returns one of the services that the task finds around it, see {@link Services}. For blocks and for what they
     * call, also in blocking calls and on the virtual thread of {@link #virtual}. Does not block.
     *
     * @param <S> the type of the service
     * @param key the key
     * @return the service; null if the task has none of that kind
     * @throws IllegalStateException outside all tasks
     */
    public static <S> @Nullable S service(Services.Key<S> key) {
        return CurrentTask.service(key);
    }

    // ------------------------------------------------------------------ converters

    /**
     * Returns the future that {@link #await(JoinHandle)} awaits.
     *
     * @param <T> the type of the value
     * @param handle the handle of a task
     * @return a future of its outcome
     */
    public static <T extends @Nullable Object> Future<T> future(JoinHandle<T> handle) {
        return handle.join();
    }

    /**
     * Turns a future of the JDK that can only be waited for into one of Pollux: what {@code KafkaProducer.send} and
     * {@code ExecutorService.submit} return. If the first poll finds it done, its outcome is taken at once; otherwise a
     * thread of {@link Spawner#spawnBlocking} waits in {@code get()}, so each such wait costs a thread. A future that
     * is a {@code CompletionStage} as well costs none.
     *
     * <p><b>Cancellation:</b> the waiting thread is released; the given future is not cancelled, it goes on.
     *
     * @param <T> the type of the value
     * @param future the future
     * @return a future that ends as the given one does; what an {@code ExecutionException} wraps is the failure
     */
    public static <T extends @Nullable Object> Future<T> fromBlocking(java.util.concurrent.Future<? extends T> future) {
        Objects.requireNonNull(future, "future");
        if (future instanceof CompletionStage<?>) {
            @SuppressWarnings("unchecked") // both are of the same T
            CompletionStage<? extends T> stage = (CompletionStage<? extends T>) future;
            return Futures.from(stage);
        }
        return new JavaFuture<>(future);
    }
}
