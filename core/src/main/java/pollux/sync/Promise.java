package pollux.sync;

import java.lang.ref.Reference;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;

/**
 * The writing side of one value that one task waits for: how a callback becomes a future.
 *
 * <p>It ends exactly once, with {@link #complete}, {@link #fail}, or because the reader cancelled the {@link
 * #future()}; a later caller gets false, and keeps what it brought. The writer's methods may be called from any
 * thread and do not block. The future is for one party; {@link Future#shared()} makes it one for many.
 *
 * <p>A promise that is never completed leaves its reader waiting. If it has a {@linkplain #named name}, a dump tells a
 * reader that waits in vain because its promise was collected as garbage.
 *
 * <p>After {@code tokio::sync::oneshot}.
 *
 * @param <T> the type of the value
 */
public final class Promise<T extends @Nullable Object> {

    private final PromiseFuture<T> future;

    /** Makes an open promise. */
    public Promise() {
        this.future = new PromiseFuture<>();
    }

    /**
     * Makes an open promise of something that has to be released.
     *
     * @param undelivered called, on the thread that cancels the future, with a value that was completed but not read;
     *     what it throws is reported; not called for a value that {@link #complete} refused, nor with null
     */
    public Promise(Consumer<? super T> undelivered) {
        this.future = new PromiseFuture.Releasing<>(Objects.requireNonNull(undelivered, "undelivered"));
    }

    private Promise(PromiseFuture.Named<T> future) {
        this.future = future;
        future.watch(this);
    }

    /**
     * Makes an open promise with a name, which dumps, the console and {@code toString} show. A dump can also tell that
     * the reader waits in vain because the promise was collected as garbage before it ended. Such a promise has a weak
     * reference; completing and reading it cost what they cost without a name.
     *
     * @param <T> the type of the value
     * @param name what dumps call it; several promises may have one name
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> named(String name) {
        return new Promise<>(new PromiseFuture.Named<T>(Objects.requireNonNull(name, "name"), null));
    }

    /**
     * Makes an open promise with a {@linkplain #named(String) name} of something that has to be released.
     *
     * @param <T> the type of the value
     * @param name what dumps call it; several promises may have one name
     * @param undelivered see {@link #Promise(Consumer)}
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> named(String name, Consumer<? super T> undelivered) {
        return new Promise<>(new PromiseFuture.Named<T>(
                Objects.requireNonNull(name, "name"), Objects.requireNonNull(undelivered, "undelivered")));
    }

    /**
     * Ends the promise with a value.
     *
     * @param value the value, which may be null
     * @return false if the promise has ended before or its reader has left, so that the value is still the caller's
     */
    public boolean complete(@Nullable T value) {
        try {
            return future.complete(value);
        } finally {
            Reference.reachabilityFence(this); // a dump must not call it collected while it ends
        }
    }

    /**
     * Ends the promise with a failure, which the future then throws as it is.
     *
     * @param failure the failure
     * @return false if the promise has ended before or its reader has left, so that the failure is still the caller's
     */
    public boolean fail(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        try {
            return future.fail(failure);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Returns the reading side.
     *
     * <p><b>Cancellation:</b> nothing can arrive any more; {@link #complete} and {@link #fail} return false from then
     * on. A value that had arrived but was not read goes to the {@code undelivered} function of the constructor or is
     * dropped, and such a failure is reported.
     *
     * @return a future for one party
     * @throws IllegalStateException if it was called before
     */
    @CheckReturnValue
    public Future<T> future() {
        if (!future.give()) {
            throw new IllegalStateException(
                    "the future of a promise is for one party and was taken before; use future().shared() for several");
        }
        return future;
    }

    /**
     * Tells whether the reader cancelled the future before the promise had ended.
     *
     * @return true if a value would be refused for that reason
     */
    public boolean isCancelled() {
        return future.isCancelled();
    }

    /**
     * Tells whether the promise has ended, in whichever way.
     *
     * @return true if a value would be refused
     */
    public boolean isDone() {
        return future.isDone();
    }

    /**
     * Waits until the reader cancels the future. If the promise ends otherwise, this stays pending for ever; race it
     * with the work that makes the value.
     *
     * <p><b>Cancellation:</b> nothing is lost.
     *
     * @return a future that ends with null; each call makes one, for one party
     */
    @CheckReturnValue
    public Future<Void> cancelled() {
        return future.cancellation().future("Promise.cancelled()");
    }

    /**
     * Calls an action when the reader cancels the future: on the thread that cancels, or at once if that has happened.
     * Never calls it if the promise ends otherwise.
     *
     * @param action called at most once; what it throws is reported
     */
    public void onCancel(Runnable action) {
        Objects.requireNonNull(action, "action");
        if (!future.cancellation().await(new Waiter(), () -> run(action))) {
            run(action);
        }
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) {
            Failures.report("the onCancel action of a promise failed", failure);
        }
    }

    @Override
    public String toString() {
        return future.promise();
    }
}
