package pollux.doubles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.ManualTime;
import pollux.time.TimerService;

/** A task that the test polls itself, under manual time; counts its wakes. */
public final class HandTask implements Waker {

    public static final Object PENDING = RawFuture.PENDING;

    public final ManualTime time;
    private final Services services;
    private final Context context;
    private final AtomicInteger wakes = new AtomicInteger();
    private final Thread owner = Thread.currentThread();
    private volatile Waker waker = this;

    public HandTask() {
        this(new ManualTime());
    }

    public HandTask(ManualTime time) {
        this.time = time;
        this.services = Services.NONE.with(TimerService.KEY, time);
        this.context = new Context(this, services);
    }

    @Override
    public void wake() {
        woken(this);
    }

    private void woken(Waker by) {
        if (waker == by) { // an outdated waker wakes no task
            wakes.incrementAndGet();
            LockSupport.unpark(owner);
        }
    }

    /** From now on the task has another waker. */
    public void moveToAnotherWaker() {
        waker = new Waker() {
            @Override
            public void wake() {
                woken(this);
            }
        };
    }

    /** The wakes since the last call. */
    public int wakes() {
        return wakes.getAndSet(0);
    }

    /** Begins a poll: a fresh budget. */
    public Context context() {
        context.begin(waker, services);
        return context;
    }

    /** Uses up what the last poll has left of its budget, and returns how much it was. */
    public int spendRest() {
        int left = 0;
        while (context.hasBudget()) {
            context.spend();
            left++;
        }
        return left;
    }

    /** One poll with a fresh budget: the value, null, or PENDING. */
    @Nullable
    public Object poll(Future<?> future) {
        return RawFuture.pollAny(future, context());
    }

    /** One poll with no budget at all. */
    @Nullable
    public Object pollBroke(Future<?> future) {
        context();
        spendRest();
        return RawFuture.pollAny(future, context);
    }

    /** One poll with a fresh budget, by the public method. */
    public <T> Poll<T> answer(Future<T> future) {
        return future.poll(context());
    }

    /** The value of a future that has to be ready. */
    @SuppressWarnings("unchecked") // a future of T answers with a T or with PENDING
    public <T> T value(Future<T> future) {
        Object answer = poll(future);
        assertThat(answer).as("the future has to be ready").isNotSameAs(PENDING);
        return (T) answer;
    }

    /** A future that waits: polled once, and pending. */
    public <F extends Future<?>> F waiting(F future) {
        assertThat(poll(future)).as("the future has to be pending").isSameAs(PENDING);
        return future;
    }

    /** Polls until the future ends; parks this thread, which must be the one that made the task. */
    @SuppressWarnings("unchecked") // a future of T answers with a T or with PENDING
    public <T> T await(Future<T> future) {
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
