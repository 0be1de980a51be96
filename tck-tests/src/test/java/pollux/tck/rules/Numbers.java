package pollux.tck.rules;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.stream.RawStream;
import pollux.sync.AtomicWaker;
import pollux.tck.Elements;
import pollux.tck.TckEnvironment;

/**
 * The source of a bridge: so many numbers from 0 on, then an end, a failure, or silence; at hand, or from another
 * thread.
 */
public final class Numbers extends RawStream<Integer> {

    /** What follows the numbers. */
    public enum Then {
        END,
        FAILURE,
        SILENCE
    }

    private final long count;
    private final Then then;
    private final boolean distant;
    private final AtomicWaker waker = new AtomicWaker();
    private final AtomicInteger cancels = new AtomicInteger();
    private volatile boolean arrived;
    private boolean called;
    private long next;
    private boolean throwsFromCancel;

    public Numbers(long count, Then then, boolean distant) {
        this.count = count;
        this.then = then;
        this.distant = distant;
    }

    /** Makes {@code cancel()} throw. */
    public Numbers throwingFromCancel() {
        throwsFromCancel = true;
        return this;
    }

    /** How often it was cancelled. */
    public int cancels() {
        return cancels.get();
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        if (next == count && then == Then.SILENCE || distant && !arrives(cx)) {
            return PENDING;
        }
        if (next < count) {
            return (int) next++;
        }
        if (then == Then.FAILURE) {
            throw Elements.failure();
        }
        return null;
    }

    @Override
    public boolean pollEnd(Context cx) {
        if (next < count || then == Then.SILENCE || distant && !arrives(cx)) {
            return false;
        }
        called = true; // and stays, for the poll that takes the end
        arrived = true;
        return true;
    }

    private boolean arrives(Context cx) {
        waker.register(cx.waker());
        if (!called) {
            called = true;
            TckEnvironment.POOL.execute(() -> {
                arrived = true;
                waker.wake();
            });
        }
        if (!arrived) {
            return false;
        }
        arrived = false;
        called = false;
        return true;
    }

    @Override
    public boolean cancel() {
        cancels.incrementAndGet();
        if (throwsFromCancel) {
            throw Elements.failure();
        }
        return true;
    }
}
