package pollux.tck.matrix;

import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.sync.AtomicWaker;
import pollux.tck.TckEnvironment;

/**
 * A source that follows a scenario, in whichever shape a conversion starts from; tells whether it was touched and how
 * often it was cancelled. A distant one does everything on another thread.
 */
public final class Script {

    /** Milliseconds for what has to come; only something that hangs needs them. */
    private static final long COMES = 60_000;

    /** Milliseconds in which a cancellation that must not come mostly shows. */
    private static final long MOMENT = 200;

    private final Scenario scenario;
    private final boolean distant;
    private final boolean expectsCancel;
    private final CountDownLatch touched = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final AtomicInteger cancels = new AtomicInteger();

    Script(Scenario scenario, boolean distant, boolean expectsCancel) {
        this.scenario = scenario;
        this.distant = distant;
        this.expectsCancel = expectsCancel;
    }

    private void act(Runnable action) {
        if (distant) {
            TckEnvironment.POOL.execute(action);
        } else {
            action.run();
        }
    }

    private void cancel() {
        cancels.incrementAndGet();
        cancelled.countDown();
    }

    boolean isTouched() {
        return touched.getCount() == 0;
    }

    int cancels() {
        return cancels.get();
    }

    void awaitTouched() throws InterruptedException {
        if (!touched.await(COMES, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the source was never touched");
        }
    }

    /** Waits for the cancellation if it is expected, however late, and for a moment if it must not come. */
    void awaitCancelled() throws InterruptedException {
        cancelled.await(expectsCancel ? COMES : MOMENT, TimeUnit.MILLISECONDS);
    }

    /** Waits for the cancellation if it is expected. */
    void awaitExpectedCancel() throws InterruptedException {
        if (expectsCancel) {
            awaitCancelled();
        }
    }

    static RuntimeException failure() {
        return new IllegalArgumentException("scripted");
    }

    /** The script as a publisher: signals as requested. */
    public Publisher<Integer> publisher() {
        return subscriber -> subscriber.onSubscribe(new Subscription() {
            private final Iterator<Integer> items = scenario.items.iterator();
            private boolean over;

            @Override
            public void request(long n) {
                touched.countDown();
                act(() -> emit(n));
            }

            /** Signals are serial (1.3), also where two requests are served by two threads of the pool. */
            private synchronized void emit(long n) {
                for (long i = 0; i < n && items.hasNext() && cancels.get() == 0; i++) {
                    subscriber.onNext(items.next());
                }
                if (!items.hasNext() && !over && !scenario.isSilent() && cancels.get() == 0) {
                    over = true;
                    if (scenario == Scenario.FAILURE) {
                        subscriber.onError(failure());
                    } else {
                        subscriber.onComplete();
                    }
                }
            }

            @Override
            public void cancel() {
                Script.this.cancel();
            }
        });
    }

    /** The script as a stream. */
    public AsyncStream<Integer> stream() {
        return new RawStream<>() {
            private final Iterator<Integer> items = scenario.items.iterator();
            private final AtomicWaker waker = new AtomicWaker();
            private volatile boolean arrived = !distant;
            private boolean called;

            @Override
            public @Nullable Object pollNextRaw(Context cx) {
                touched.countDown();
                if (scenario.isSilent()) {
                    return PENDING;
                }
                if (!arrived) {
                    waker.register(cx.waker());
                    if (!called) {
                        called = true;
                        act(() -> {
                            arrived = true;
                            waker.wake();
                        });
                    }
                    if (!arrived) {
                        return PENDING;
                    }
                }
                if (items.hasNext()) {
                    arrived = !distant;
                    called = false;
                    return items.next();
                }
                if (scenario == Scenario.FAILURE) {
                    throw failure();
                }
                return null;
            }

            @Override
            public boolean cancel() {
                Script.this.cancel();
                return true;
            }
        };
    }
}
