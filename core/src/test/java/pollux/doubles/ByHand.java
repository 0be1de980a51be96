package pollux.doubles;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/** A future or stream in a task of its own that the test polls; counts its wakes. */
public final class ByHand<T> implements Waker {

    public static final Object PENDING = RawFuture.PENDING;

    public final @Nullable Future<T> future;
    private final @Nullable AsyncStream<T> stream;
    public final Context context = new Context(this, Services.NONE);
    public volatile int wakes;

    private ByHand(@Nullable Future<T> future, @Nullable AsyncStream<T> stream) {
        this.future = future;
        this.stream = stream;
    }

    public static <T> ByHand<T> of(Future<T> future) {
        return new ByHand<>(future, null);
    }

    public static <T> ByHand<T> of(AsyncStream<T> stream) {
        return new ByHand<>(null, stream);
    }

    @Override
    public synchronized void wake() {
        wakes++;
    }

    public Context context() {
        context.begin(this, Services.NONE);
        return context;
    }

    /** The value, null, or PENDING. */
    @Nullable
    public Object poll() {
        return future != null ? RawFuture.pollAny(future, context()) : RawStream.pollAny(stream, context());
    }

    /** The answer of the public method. */
    public Poll<T> answer() {
        return future != null ? future.poll(context()) : stream.pollNext(context());
    }

    /** The value of a future that is ready. */
    @Nullable
    public T value() {
        return answer().value();
    }

    /** The value of a future that is never pending but for its budget; each such poll has woken. */
    @Nullable
    public T valueAfterYields() {
        while (true) {
            int before = wakes;
            Poll<T> answer = answer();
            if (answer.isReady()) {
                return answer.value();
            }
            if (wakes == before) {
                throw new AssertionError("pending without a wake: " + future);
            }
        }
    }

    public boolean pollEnd() {
        return RawStream.pollEndAny(stream, context());
    }

    public boolean cancel() {
        return future != null ? future.cancel() : stream.cancel();
    }

    @Nullable
    public Throwable failure() {
        try {
            Object answer = poll();
            throw new AssertionError("no failure, but " + (answer == PENDING ? "pending" : answer));
        } catch (AssertionError unexpected) {
            throw unexpected;
        } catch (Throwable failure) {
            return failure;
        }
    }
}
