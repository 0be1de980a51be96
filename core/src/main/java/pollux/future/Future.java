package pollux.future;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.internal.bean.NotABean;
import pollux.internal.checks.CheckReturnValue;

/**
 * A computation that does nothing until it is polled, and then ends once, with a value or a failure.
 *
 * <p>It is not the JDK's {@code Future}, which stands for work that runs already. Nothing happens before the first
 * poll; a future that is never polled never runs. Hand it to a {@code Spawner}, {@code Pollux.blockOn}, another future,
 * or one of the bridges to have it polled.
 *
 * <p><b>The contract of {@link #poll}</b>, which executors and combinators rely on:
 *
 * <ul>
 *   <li>One thread at a time polls; each poll sees what the one before wrote.
 *   <li>A pending answer means that the waker of <em>this</em> poll was stored where something will wake it. A leaf
 *       that registers a waker looks at its condition again afterwards.
 *   <li>A poll never blocks.
 *   <li>A poll that throws ends the future; what it throws is the failure, and it is passed on as it is, never wrapped.
 *   <li>After the end there is no further poll; Pollux's own futures then throw {@link IllegalStateException}.
 * </ul>
 *
 * <p><b>Cancellation.</b> Java has no drop, so an owner that no longer wants a future says so with {@link #cancel}. All
 * combinators here pass it on to what they own.
 *
 * <p>After {@code std::future::Future}.
 *
 * @param <T> the type of the value; futures without one are {@code Future<Void>} and end with null
 */
@CheckReturnValue
@FunctionalInterface
public interface Future<T extends @Nullable Object> extends NotABean {

    /**
     * Advances this future as far as it can go without waiting.
     *
     * @param cx the waker, the budget and the services of this poll; not to be kept, except for its waker
     * @return ready with the value (which may be null), or pending
     */
    Poll<T> poll(Context cx);

    /**
     * Gives this future up. Called at most once, only by the holder of the right to poll, never during a poll and never
     * after the end.
     *
     * <p>Ready wins: an owner looks for cancellation between polls, so a value that a poll returned is never lost to
     * it. Nor is an outcome that is decided while those that lost clean up: see {@link RawFuture#hasDecided()}.
     *
     * @return true if everything is released, and the future must not be polled again; false if the clean-up has to
     *     wait itself, and the owner must go on polling until the future ends, ignoring what it ends with
     */
    default boolean cancel() {
        return true;
    }

    // ------------------------------------------------------------------ combinators; chains of them use no stack

    /**
     * Applies a function to the value.
     *
     * <p><b>Cancellation:</b> cancels this future; the function is not called.
     *
     * @param <R> the type of the result
     * @param function called once on the polling thread with the value, which may be null; may return null; what it
     *     throws becomes the failure
     * @return a future that owns this one
     */
    default <R extends @Nullable Object> Future<R> map(Function<? super T, ? extends @Nullable R> function) {
        return new MapFuture<>(this, Objects.requireNonNull(function, "function"));
    }

    /**
     * Goes on with the future that a function makes of the value.
     *
     * <p><b>Cancellation:</b> cancels whichever of the two futures is under way.
     *
     * @param <R> the type of the second value
     * @param function called once on the polling thread with the value; must not return null; what it throws becomes
     *     the failure
     * @return a future that owns this one
     */
    default <R extends @Nullable Object> Future<R> then(Function<? super T, ? extends Future<? extends R>> function) {
        return new ThenFuture<>(this, Objects.requireNonNull(function, "function"));
    }

    /**
     * Goes on, after a failure, with the future that a function makes of it.
     *
     * <p><b>Cancellation:</b> cancels whichever of the two futures is under way; the function does not see it.
     *
     * @param function called once on the polling thread with the failure, whatever {@code Throwable} it is; must not
     *     return null; what it throws becomes the failure
     * @return a future that owns this one
     */
    default Future<T> recover(Function<? super Throwable, ? extends Future<? extends T>> function) {
        return new RecoverFuture<>(this, Objects.requireNonNull(function, "function"));
    }

    /**
     * Makes polling after the end safe: it then answers pending for ever, without a wake-up.
     *
     * <p><b>Cancellation:</b> cancels this future; after the end it does nothing.
     *
     * @return a future that owns this one
     */
    default FuseFuture<T> fuse() {
        return new FuseFuture<>(this);
    }

    /**
     * Lets many tasks await the one run of this future.
     *
     * @return the shared run; each {@link Shared#future()} is one more party to it
     */
    default Shared<T> shared() {
        return new Shared<>(this);
    }
}
