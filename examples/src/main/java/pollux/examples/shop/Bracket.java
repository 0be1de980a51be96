package pollux.examples.shop;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;

/**
 * Work on a resource that is given back in any case: after the value, after a failure, and after a cancellation.
 *
 * <p>It is also an example of a future whose clean-up has to wait. Cancelled at work, it cancels the work and answers {@code
 * false}: its owner goes on polling until the resource is given back, so nobody else can use it before.
 *
 * @param <R> the resource
 * @param <T> the value of the work
 */
final class Bracket<R, T> implements Future<T> {

    private final BiFunction<R, @Nullable Throwable, Future<Void>> giveBack;
    private final Function<R, Future<T>> work;

    private final Future<R> acquiring;
    private @Nullable R resource;
    private @Nullable Future<T> working;
    private @Nullable Future<Void> givingBack;

    private @Nullable T value;
    private @Nullable Throwable failure;

    /**
     * Does nothing yet.
     *
     * @param acquire gets the resource
     * @param work what to do with it
     * @param giveBack is told what the work failed with, {@link CancellationException} included, or null if it succeeded
     */
    Bracket(Future<R> acquire, Function<R, Future<T>> work, BiFunction<R, @Nullable Throwable, Future<Void>> giveBack) {
        this.acquiring = acquire;
        this.work = work;
        this.giveBack = giveBack;
    }

    @Override
    public Poll<T> poll(Context cx) {
        if (resource == null) {
            Poll<R> acquired = acquiring.poll(cx);
            if (acquired.isPending()) {
                return Poll.pending();
            }
            resource = Objects.requireNonNull(acquired.value(), "resource");
            working = failure == null ? Futures.defer(() -> work.apply(resource)) : Futures.failed(failure);
        }
        if (givingBack == null) {
            try {
                Poll<T> done = working.poll(cx);
                if (done.isPending()) {
                    return Poll.pending();
                }
                value = done.value();
            } catch (Throwable e) {
                failure = failure == null ? e : failure;
            }
            giveBack();
        }
        try {
            if (givingBack.poll(cx).isPending()) {
                return Poll.pending();
            }
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        if (failure != null) {
            throw Failures.rethrow(failure);
        }
        return Poll.ready(value);
    }

    @Override
    public boolean cancel() {
        if (givingBack != null) {
            return false; // a commit under way is seen through
        }
        failure = new CancellationException();
        if (resource == null) {
            return acquiring.cancel();
        }
        if (working.cancel()) {
            giveBack();
        }
        return false;
    }

    private void giveBack() {
        givingBack = Futures.defer(() -> giveBack.apply(resource, failure));
    }
}
