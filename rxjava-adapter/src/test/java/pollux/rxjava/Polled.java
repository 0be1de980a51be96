package pollux.rxjava;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.time.ManualTime;
import pollux.time.TimerService;

/** A future or stream polled by hand while the clock stands still; counts wake-ups. */
final class Polled<T> implements Waker {

    static final Object PENDING = RawFuture.PENDING;

    private final @Nullable Future<T> future;
    private final @Nullable AsyncStream<T> stream;
    private final Services services = Services.NONE.with(TimerService.KEY, new ManualTime());
    private final Context context = new Context(this, services);
    volatile int wakes;

    private Polled(@Nullable Future<T> future, @Nullable AsyncStream<T> stream) {
        this.future = future;
        this.stream = stream;
    }

    static <T> Polled<T> of(Future<T> future) {
        return new Polled<>(future, null);
    }

    static <T> Polled<T> of(AsyncStream<T> stream) {
        return new Polled<>(null, stream);
    }

    @Override
    public synchronized void wake() {
        wakes++;
    }

    /** The value or item, null, or PENDING. */
    @Nullable
    Object poll() {
        context.begin(this, services);
        return future != null ? RawFuture.pollAny(future, context) : RawStream.pollAny(stream, context);
    }

    boolean cancel() {
        return future != null ? future.cancel() : stream.cancel();
    }

    Throwable failure() {
        Object answer;
        try {
            answer = poll();
        } catch (Throwable failure) {
            return failure;
        }
        throw new AssertionError("no failure, but " + (answer == PENDING ? "pending" : answer));
    }
}
