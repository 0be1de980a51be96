package pollux.benchmarks;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * The bare driver of one task: it puts numbers into a slot, and polls when that has woken a task. The slot is the
 * awaited future, again and again.
 */
final class Slot extends RawFuture<Integer> implements Waker {

    /** The numbers stay below this mask, in the cache of boxes. */
    static final int SMALL = 63;

    private @Nullable Waker waiting;
    private int value;
    private boolean full;
    private boolean woken;

    @Override
    public Object pollRaw(Context cx) {
        if (!full) {
            waiting = cx.waker();
            return PENDING;
        }
        full = false;
        return value;
    }

    @Override
    public void wake() {
        woken = true;
    }

    /** Polls the task to its end, giving one number after each poll. */
    long drive(Future<Long> task, int numbers) {
        Context cx = new Context(this, Services.NONE);
        Object answer = RawFuture.pollAny(task, cx);
        for (int i = 0; i < numbers; i++) {
            value = i & SMALL;
            full = true;
            Waker waker = waiting;
            waiting = null;
            waker.wake();
            if (woken) {
                woken = false;
                cx.begin(this, Services.NONE);
                answer = RawFuture.pollAny(task, cx);
            }
        }
        return (Long) answer;
    }

    /** What the given numbers add up to. */
    static long sum(int numbers) {
        long sum = 0;
        for (int i = 0; i < numbers; i++) {
            sum += i & SMALL;
        }
        return sum;
    }
}
