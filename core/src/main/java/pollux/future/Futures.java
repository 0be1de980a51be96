package pollux.future;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.JoinFuture.Combiner;
import pollux.internal.checks.CheckReturnValue;

/**
 * Makes futures: of values, of other futures, and of the JDK's stages.
 *
 * <p>Every future made here is lazy, runs once, and belongs to the party that polls it. A future that is given to one
 * of these methods belongs to the result from then on.
 */
@CheckReturnValue
public final class Futures {

    private Futures() {}

    // ------------------------------------------------------------------ without waiting

    /**
     * Returns a future that is ready at its first poll.
     *
     * @param <T> the type of the value
     * @param value the value, or null
     * @return a future
     */
    public static <T extends @Nullable Object> Future<T> ready(@Nullable T value) {
        return new ReadyFuture<>(value, null);
    }

    /**
     * Returns a future that fails at its first poll.
     *
     * @param <T> the type of the value that never comes
     * @param failure what the poll throws
     * @return a future
     */
    public static <T extends @Nullable Object> Future<T> failed(Throwable failure) {
        Future<T> failed = new ReadyFuture<>(null, Objects.requireNonNull(failure, "failure"));
        VarHandle.releaseFence(); // handed over by a data race it must not look like one with the value null
        return failed;
    }

    /**
     * Returns a future that never ends.
     *
     * @param <T> the type of the value that never comes
     * @return a future
     */
    @SuppressWarnings("unchecked") // there is no value
    public static <T extends @Nullable Object> Future<T> pending() {
        return (Future<T>) PendingFuture.INSTANCE;
    }

    /**
     * Returns a future that calls a supplier at its first poll and goes on with what it returns.
     *
     * <p><b>Cancellation:</b> before the first poll the supplier is not called; later the supplied future is cancelled.
     *
     * @param <T> the type of the value
     * @param supplier called once on the polling thread; must not return null; what it throws becomes the failure
     * @return a future
     */
    public static <T extends @Nullable Object> Future<T> defer(Supplier<? extends Future<? extends T>> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return Futures.<Void>ready(null)
                .then(nothing -> Objects.requireNonNull(
                        supplier.get(), "the supplier of defer() returned null instead of a future"));
    }

    /**
     * Returns a future that lets every other task that is ready run first, and the timers too.
     *
     * @return a future that is pending once
     */
    public static Future<Void> yieldNow() {
        return new YieldFuture();
    }

    // ------------------------------------------------------------------ from the JDK

    /**
     * Returns a future that waits for a stage that is running already. The failure is unwrapped from {@code
     * CompletionException}.
     *
     * <p><b>Cancellation:</b> stops waiting; the stage goes on, since others may use it. {@link #fromSupplier} owns its
     * stage. A stage cannot forget a dependent: each wait that is given up leaves some 120 bytes in it until it
     * completes. For a stage that many wait for over a long time make one future, share it ({@link Future#shared}), and
     * await a party of that each time; those leave nothing behind.
     *
     * @param <T> the type of the value
     * @param stage the stage
     * @return a future
     */
    public static <T extends @Nullable Object> Future<T> from(CompletionStage<? extends T> stage) {
        Objects.requireNonNull(stage, "stage");
        return new CompletionStageFuture<>(() -> stage, false);
    }

    /**
     * Returns a future that starts a stage at its first poll, and owns it.
     *
     * <p><b>Cancellation:</b> cancels the stage.
     *
     * @param <T> the type of the value
     * @param start called once on the polling thread; must not return null; what it throws becomes the failure
     * @return a future
     */
    public static <T extends @Nullable Object> Future<T> fromSupplier(
            Supplier<? extends CompletionStage<? extends T>> start) {
        return new CompletionStageFuture<>(Objects.requireNonNull(start, "start"), true);
    }

    // ------------------------------------------------------------------ several at once

    /**
     * Returns a builder that waits for the first of several futures and goes on with that one's handler.
     *
     * @param <R> the type of the result
     * @return a select without branches
     */
    public static <R extends @Nullable Object> Select<R> select() {
        return new Select<>();
    }

    /**
     * Returns a future that ends as the first of some futures does, with its value or its failure.
     *
     * <p><b>Cancellation:</b> cancels all of them; so does the end of the first to the others, before the result is
     * reported.
     *
     * @param <T> the type of the value
     * @param futures the futures, at least one
     * @return a future
     */
    @SafeVarargs
    public static <T extends @Nullable Object> Future<T> race(Future<? extends T>... futures) {
        List<Future<? extends T>> list = new ArrayList<>(futures.length);
        for (Future<? extends T> future : futures) {
            list.add(future);
        }
        return race(list);
    }

    /**
     * Returns a future that ends as the first of some futures does, see {@link #race(Future[])}.
     *
     * @param <T> the type of the value
     * @param futures the futures, at least one
     * @return a future
     */
    public static <T extends @Nullable Object> Future<T> race(Collection<? extends Future<? extends T>> futures) {
        if (futures.isEmpty()) {
            throw new IllegalArgumentException("a race needs at least one future; without any it would never end");
        }
        Select<T> select = new Select<>();
        for (Future<? extends T> future : futures) {
            select.on(future, value -> value);
        }
        return select;
    }

    /**
     * Returns a future that ends with all values, in the order of the futures, or with the first failure.
     *
     * <p>Only woken futures are polled, so the cost is linear however many there are.
     *
     * <p><b>Cancellation:</b> cancels all that have not ended; so does the first failure. The values that are there
     * are lost: a lock or a permit among them is given back ({@link Droppable}), and they go to the {@link DropHook} of
     * the task.
     *
     * @param <T> the type of the values
     * @param futures the futures; without any the result is ready at once
     * @return a future of an unmodifiable list
     */
    public static <T extends @Nullable Object> Future<List<T>> joinAll(
            Collection<? extends Future<? extends T>> futures) {
        return new JoinAllFuture<>(futures);
    }

    /**
     * Waits for two futures.
     *
     * <p><b>Cancellation:</b> cancels what has not ended; so does the first failure, which becomes the failure of the
     * join. The values that are there are lost, as in {@link #joinAll}.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <R> the type of the result
     * @param a the first future
     * @param b the second future
     * @param combiner makes the result, on the polling thread
     * @return a future
     */
    @SuppressWarnings("unchecked") // the values stand in the order of the futures
    public static <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> Future<R> join(
            Future<A> a, Future<B> b, BiFunction<? super A, ? super B, ? extends @Nullable R> combiner) {
        Objects.requireNonNull(combiner, "combiner");
        return new JoinFuture<>((Combiner<R>) v -> combiner.apply((A) v[0], (B) v[1]), a, b);
    }

    /**
     * Waits for three futures, see {@link #join(Future, Future, BiFunction)}.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <R> the type of the result
     * @param a the first future
     * @param b the second future
     * @param c the third future
     * @param combiner makes the result, on the polling thread
     * @return a future
     */
    @SuppressWarnings("unchecked") // the values stand in the order of the futures
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            Future<R> join(
                    Future<A> a,
                    Future<B> b,
                    Future<C> c,
                    Function3<? super A, ? super B, ? super C, ? extends @Nullable R> combiner) {
        Objects.requireNonNull(combiner, "combiner");
        return new JoinFuture<>((Combiner<R>) v -> combiner.apply((A) v[0], (B) v[1], (C) v[2]), a, b, c);
    }

    /**
     * Waits for four futures, see {@link #join(Future, Future, BiFunction)}.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <D> the type of the fourth value
     * @param <R> the type of the result
     * @param a the first future
     * @param b the second future
     * @param c the third future
     * @param d the fourth future
     * @param combiner makes the result, on the polling thread
     * @return a future
     */
    @SuppressWarnings("unchecked") // the values stand in the order of the futures
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            Future<R> join(
                    Future<A> a,
                    Future<B> b,
                    Future<C> c,
                    Future<D> d,
                    Function4<? super A, ? super B, ? super C, ? super D, ? extends @Nullable R> combiner) {
        Objects.requireNonNull(combiner, "combiner");
        return new JoinFuture<>((Combiner<R>) v -> combiner.apply((A) v[0], (B) v[1], (C) v[2], (D) v[3]), a, b, c, d);
    }

    /**
     * Waits for five futures, see {@link #join(Future, Future, BiFunction)}. For more, join groups of them, or use
     * {@link #joinAll}.
     *
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <D> the type of the fourth value
     * @param <E> the type of the fifth value
     * @param <R> the type of the result
     * @param a the first future
     * @param b the second future
     * @param c the third future
     * @param d the fourth future
     * @param e the fifth future
     * @param combiner makes the result, on the polling thread
     * @return a future
     */
    @SuppressWarnings("unchecked") // the values stand in the order of the futures
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            Future<R> join(
                    Future<A> a,
                    Future<B> b,
                    Future<C> c,
                    Future<D> d,
                    Future<E> e,
                    Function5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends @Nullable R> combiner) {
        Objects.requireNonNull(combiner, "combiner");
        return new JoinFuture<>(
                (Combiner<R>) v -> combiner.apply((A) v[0], (B) v[1], (C) v[2], (D) v[3], (E) v[4]), a, b, c, d, e);
    }

    // ------------------------------------------------------------------ around a future

    /**
     * Runs a future with one more service around it.
     *
     * <p><b>Cancellation:</b> passed on.
     *
     * @param <S> the type of the service
     * @param <T> the type of the value
     * @param key the key of the service
     * @param service the service
     * @param future the future that will find it
     * @return a future that owns the given one
     */
    public static <S, T extends @Nullable Object> Future<T> withService(
            Services.Key<S> key, S service, Future<T> future) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(service, "service");
        return new DelegatingFuture<>(future) {
            private @Nullable Services outer;
            private Services inner = Services.NONE;

            @Override
            public @Nullable Object pollRaw(Context cx) {
                if (outer != cx.services()) {
                    outer = cx.services();
                    inner = cx.services().with(key, service);
                }
                return cx.pollWith(inside, inner);
            }
        };
    }

    /**
     * Runs a future without a budget: it may keep its worker for as long as it finds something ready.
     *
     * <p><b>Cancellation:</b> passed on.
     *
     * @param <T> the type of the value
     * @param future the future
     * @return a future that owns the given one
     */
    public static <T extends @Nullable Object> Future<T> unconstrained(Future<T> future) {
        return new DelegatingFuture<>(future) {
            @Override
            public @Nullable Object pollRaw(Context cx) {
                return cx.pollUnconstrained(inside);
            }
        };
    }

    // ------------------------------------------------------------------ functions of join

    /**
     * A function of three arguments, for {@code join}.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    public interface Function3<A, B, C, R> {

        /**
         * Applies this function.
         *
         * @param a the first argument
         * @param b the second argument
         * @param c the third argument
         * @return the result
         */
        R apply(A a, B b, C c);
    }

    /**
     * A function of four arguments, for {@code join}.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <D> the type of the fourth argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    public interface Function4<A, B, C, D, R> {

        /**
         * Applies this function.
         *
         * @param a the first argument
         * @param b the second argument
         * @param c the third argument
         * @param d the fourth argument
         * @return the result
         */
        R apply(A a, B b, C c, D d);
    }

    /**
     * A function of five arguments, for {@code join}.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <D> the type of the fourth argument
     * @param <E> the type of the fifth argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    public interface Function5<A, B, C, D, E, R> {

        /**
         * Applies this function.
         *
         * @param a the first argument
         * @param b the second argument
         * @param c the third argument
         * @param d the fourth argument
         * @param e the fifth argument
         * @return the result
         */
        R apply(A a, B b, C c, D d, E e);
    }
}
