package pollux.tck.protocol;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.stream.RawStream;

/** A stream by hand: numbers from 0 on, as they are produced. */
final class HandStream extends RawStream<Integer> {

    static final RuntimeException FAILURE = new Expected();

    /** Whether it tells of its end before it is asked for an item. */
    private final boolean foretells;

    private int produced;
    private int taken;
    private @Nullable Step end;
    private @Nullable Waker waker;
    private boolean over;
    int cancels;

    /** Without a stack: it is reported a thousand times, where it comes too late. */
    static final class Expected extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Expected() {
            super("expected", null, false, false);
        }
    }

    private enum Step {
        END,
        FAIL
    }

    HandStream(boolean foretells) {
        this.foretells = foretells;
    }

    void produce(int count) {
        produced += count;
        wake();
    }

    void end() {
        end = Step.END;
        wake();
    }

    void fail() {
        end = Step.FAIL;
        wake();
    }

    void wake() {
        Waker waiting = waker;
        if (waiting != null) {
            waiting.wake();
        }
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        if (over || cancels > 0) {
            throw new AssertionError("polled after its end or its cancellation");
        }
        if (taken < produced) {
            return taken++;
        }
        waker = cx.waker();
        if (end == null) {
            return PENDING;
        }
        over = true;
        if (end == Step.FAIL) {
            throw Failures.rethrow(FAILURE);
        }
        return null;
    }

    @Override
    public boolean pollEnd(Context cx) {
        waker = cx.waker();
        return foretells && end != null && taken == produced;
    }

    @Override
    public boolean cancel() {
        cancels++;
        return true;
    }

    @Override
    public String toString() {
        return "by hand[" + taken + " of " + produced + ", " + end + "]";
    }
}
