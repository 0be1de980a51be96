package pollux.reactor;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.time.ManualTime;
import pollux.time.TimerService;
import reactor.util.context.ContextView;

/** A future or stream polled by hand, in a Reactor context if need be, while the clock stands still; counts wake-ups. */
final class Polled<T> implements Waker {

    static final Object PENDING = RawFuture.PENDING;

    private final @Nullable Future<T> future;
    private final @Nullable AsyncStream<T> stream;
    private final pollux.future.Context context = new pollux.future.Context(this, Services.NONE);
    private Services services = Services.NONE.with(TimerService.KEY, new ManualTime());
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

    Polled<T> in(ContextView view) {
        services = services.with(ContextBridge.KEY, view);
        return this;
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
