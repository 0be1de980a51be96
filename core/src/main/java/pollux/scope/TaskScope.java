package pollux.scope;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.executor.UnhandledFailure;
import pollux.future.Block;
import pollux.future.Future;
import pollux.future.Services;
import pollux.internal.checks.CheckReturnValue;
import pollux.time.TimerService;

/**
 * A place that tasks do not outlive: what is forked in it has ended, clean-up included, when it ends itself.
 *
 * <pre>{@code
 * Future<Page> page = TaskScope.scoped(scope -> {
 *     JoinHandle<User> user = scope.fork(users.find(id));
 *     JoinHandle<Cart> cart = scope.fork(carts.find(id));
 *     return Futures.join(user.join(), cart.join(), Page::new);
 * });
 * }</pre>
 *
 * <p>The scope's future ends with the value of its body, as soon as all children have ended. If the body or a child
 * fails, all others are cancelled, and the scope fails with that failure once they have ended; further failures are
 * {@linkplain pollux.future.Failures#report reported}. A child that is cancelled by its handle or by the
 * scope is no failure; one that ends with the {@link java.util.concurrent.CancellationException} of something else is.
 * In a {@linkplain #supervised supervised} scope the children fail on their own.
 *
 * <p>A deadline is a {@linkplain pollux.time.Timers#timeout timeout} around the scope. To take the children's ends one
 * by one, or only the first success, put them into a {@link JoinSet} on the scope's {@link #spawner()}.
 *
 * <p>All methods may be called from any thread, by the body as well as by children.
 */
public final class TaskScope {

    private final ScopeFuture<?> owner;
    private final Spawner spawner;
    private final Services services;
    private final Spawner view = new View();

    TaskScope(ScopeFuture<?> owner, Spawner spawner, Services services) {
        this.owner = owner;
        this.spawner = spawner;
        this.services = services;
    }

    /**
     * Makes a scope whose children run on the spawner of the task that polls it. Nothing happens before the first poll.
     *
     * <p><b>Cancellation:</b> cancels the body and all children; the future ends when their clean-ups have.
     *
     * @param <T> the type of the value
     * @param body called once, with the scope, on the polling thread; returns what is polled beside the children
     * @return the future of the whole scope; fails with {@link IllegalStateException} if there is no spawner around it
     */
    @CheckReturnValue
    public static <T extends @Nullable Object> Future<T> scoped(Function<? super TaskScope, ? extends Future<T>> body) {
        return new ScopeFuture<>(null, false, Objects.requireNonNull(body, "body"));
    }

    /**
     * Makes a scope whose children run on a certain spawner. Nothing happens before the first poll.
     *
     * <p><b>Cancellation:</b> cancels the body and all children; the future ends when their clean-ups have.
     *
     * @param <T> the type of the value
     * @param spawner runs the children
     * @param body called once, with the scope, on the polling thread; returns what is polled beside the children
     * @return the future of the whole scope
     */
    @CheckReturnValue
    public static <T extends @Nullable Object> Future<T> scoped(
            Spawner spawner, Function<? super TaskScope, ? extends Future<T>> body) {
        return new ScopeFuture<>(
                Objects.requireNonNull(spawner, "spawner"), false, Objects.requireNonNull(body, "body"));
    }

    /**
     * Makes a scope whose children fail on their own: a child that fails touches neither its siblings nor the body,
     * which hears of it if it joins that child. A failure that is not observed is that of any detached task, see {@link
     * UnhandledFailure}. If the body fails, the children are cancelled. All else is as in {@link #scoped(Function)}.
     *
     * <p><b>Cancellation:</b> cancels the body and all children; the future ends when their clean-ups have.
     *
     * @param <T> the type of the value
     * @param body called once, with the scope, on the polling thread; returns what is polled beside the children
     * @return the future of the whole scope; fails with {@link IllegalStateException} if there is no spawner around it
     */
    @CheckReturnValue
    public static <T extends @Nullable Object> Future<T> supervised(
            Function<? super TaskScope, ? extends Future<T>> body) {
        return new ScopeFuture<>(null, true, Objects.requireNonNull(body, "body"));
    }

    /**
     * Makes a scope on a certain spawner whose children fail on their own, see {@link #supervised(Function)}.
     *
     * <p><b>Cancellation:</b> cancels the body and all children; the future ends when their clean-ups have.
     *
     * @param <T> the type of the value
     * @param spawner runs the children
     * @param body called once, with the scope, on the polling thread; returns what is polled beside the children
     * @return the future of the whole scope
     */
    @CheckReturnValue
    public static <T extends @Nullable Object> Future<T> supervised(
            Spawner spawner, Function<? super TaskScope, ? extends Future<T>> body) {
        return new ScopeFuture<>(
                Objects.requireNonNull(spawner, "spawner"), true, Objects.requireNonNull(body, "body"));
    }

    /**
     * Starts a child. It finds the services around the scope.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to the child from now on
     * @return the handle; already cancelled, or about to be, if the scope has ended or is cancelling its children
     */
    public <T extends @Nullable Object> JoinHandle<T> fork(Future<T> future) {
        return view.spawn(future);
    }

    /**
     * Starts a child that runs a block. It finds the services around the scope.
     *
     * @param <T> the type of the value
     * @param block the code; each call is a fresh run of it
     * @return the handle; already cancelled, or about to be, if the scope has ended or is cancelling its children
     */
    public <T extends @Nullable Object> JoinHandle<T> fork(Block<T> block) {
        return fork(block.start());
    }

    /**
     * Starts a child that runs blocking code, see {@link Spawner#spawnBlocking}.
     *
     * @param <T> the type of the result
     * @param call the blocking code
     * @return the handle; already cancelled, or about to be, if the scope has ended or is cancelling its children
     */
    public <T extends @Nullable Object> JoinHandle<T> forkBlocking(Callable<T> call) {
        return view.spawnBlocking(call);
    }

    /**
     * Returns this scope as a spawner, for what wants one, such as a {@link JoinSet}: what is spawned there is forked
     * here.
     *
     * @return the spawner, always the same object
     */
    public Spawner spawner() {
        return view;
    }

    /**
     * Cancels all children there are, without ending the scope: its body goes on, and may fork others. The scope still
     * waits for the clean-ups before it ends.
     */
    public void cancelChildren() {
        owner.requestCancelOfChildren();
    }

    private <T extends @Nullable Object> JoinHandle<T> adopted(JoinHandle<T> child) {
        owner.adopt(child);
        return child;
    }

    @Override
    public String toString() {
        return "TaskScope[on " + spawner + (owner.isClosed() ? ", ended]" : "]");
    }

    /** {@link #spawner()}. */
    final class View implements Spawner {

        /** Tells whether the scope delivers or reports each failure of what is spawned here. */
        boolean takesFailures() {
            return owner.takesFailures();
        }

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services own) {
            Objects.requireNonNull(future, "future");
            Services around = own.over(services);
            return owner.isClosed() ? Spawner.closed().spawn(future, around) : adopted(spawner.spawn(future, around));
        }

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
            return owner.isClosed() ? Spawner.closed().spawnBlocking(call) : adopted(spawner.spawnBlocking(call));
        }

        @Override
        public TimerService timers() {
            return spawner.timers();
        }

        @Override
        public String toString() {
            return TaskScope.this.toString();
        }
    }
}
