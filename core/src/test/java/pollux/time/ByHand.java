package pollux.time;

import java.util.concurrent.atomic.AtomicInteger;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;

/** A task that is polled by the test itself, under manual time, and counts its wakes. */
public final class ByHand {

    public final ManualTime time;
    public final AtomicInteger wakes = new AtomicInteger();
    private final Context cx;
    private volatile Waker waker = newWaker();

    public ByHand() {
        this(new ManualTime());
    }

    public ByHand(ManualTime time) {
        this.time = time;
        this.cx = new Context(waker, Services.NONE.with(TimerService.KEY, time));
    }

    /** Begins a poll of the task: a fresh budget. */
    public Context context() {
        cx.begin(waker, Services.NONE.with(TimerService.KEY, time));
        return cx;
    }

    public <T> Poll<T> poll(Future<T> future) {
        return future.poll(context());
    }

    /** From now on the task has another waker. */
    public void moveToAnotherWaker() {
        waker = newWaker();
    }

    /** Returns how often it was woken since the last call. */
    public int takeWakes() {
        return wakes.getAndSet(0);
    }

    private Waker newWaker() {
        return new Waker() {
            @Override
            public void wake() {
                if (waker == this) { // an outdated waker wakes no task
                    wakes.incrementAndGet();
                }
            }
        };
    }
}
