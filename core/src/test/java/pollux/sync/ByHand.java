package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** A task that is polled by hand and counts its wake-ups. */
final class ByHand implements Waker {

    static final Object PENDING = RawFuture.PENDING;

    final Context context = new Context(this, Services.NONE);
    private final AtomicInteger wakes = new AtomicInteger();
    private final Thread owner = Thread.currentThread();

    @Override
    public void wake() {
        wakes.incrementAndGet();
        LockSupport.unpark(owner);
    }

    /** The wake-ups since the last call. */
    int wakes() {
        return wakes.getAndSet(0);
    }

    /** One poll with a fresh budget. */
    @Nullable
    Object poll(Future<?> future) {
        context.begin(this, Services.NONE);
        return RawFuture.pollAny(future, context);
    }

    /** One poll with no budget at all. */
    @Nullable
    Object pollBroke(Future<?> future) {
        context.begin(this, Services.NONE);
        while (context.hasBudget()) {
            context.spend();
        }
        return RawFuture.pollAny(future, context);
    }

    /** The value of a future that has to be ready. */
    @SuppressWarnings("unchecked") // a future of T answers with a T or with PENDING
    <T> T value(Future<T> future) {
        Object answer = poll(future);
        assertThat(answer).as("the future has to be ready").isNotSameAs(PENDING);
        return (T) answer;
    }

    /** A future that waits: polled once, and pending. */
    <F extends Future<?>> F waiting(F future) {
        assertThat(poll(future)).as("the future has to be pending").isSameAs(PENDING);
        return future;
    }

    /** Polls until the future ends; parks this thread, which must be the one that made the task. */
    @SuppressWarnings("unchecked") // a future of T answers with a T or with PENDING
    <T> T await(Future<T> future) {
        while (true) {
            wakes();
            Object answer = poll(future);
            if (answer != PENDING) {
                return (T) answer;
            }
            while (wakes.get() == 0) {
                LockSupport.park(this);
                if (Thread.currentThread().isInterrupted()) {
                    throw new AssertionError("still not woken when the test ran out of time: " + future);
                }
            }
        }
    }
}
