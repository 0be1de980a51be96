package pollux.doubles;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import pollux.internal.memory.SufficientStack;

/** Goes down to the end of the stack of a thread, and calls something on the way back from there, at each depth. */
public final class EndOfStack implements Runnable {

    /** How many depths. */
    private static final int LAST_CALLS = 400;

    private final Runnable call;
    private int left = LAST_CALLS;
    private int ends;

    private EndOfStack(Runnable call) {
        this.call = call;
    }

    /**
     * Calls it on threads with small stacks of different sizes, one after the other.
     *
     * @return how often the stack ended, in the call or on the way to it
     */
    public static int reach(int rounds, Runnable call) throws InterruptedException {
        int ends = 0;
        for (int round = 0; round < rounds; round++) {
            EndOfStack there = new EndOfStack(call);
            Thread thread = new Thread(null, there, "deep", 160_000 + round * 16L);
            thread.setDaemon(true);
            thread.start();
            thread.join(TimeUnit.SECONDS.toMillis(60));
            if (thread.isAlive()) {
                throw new AssertionError("waits for a lock that was left taken");
            }
            ends += there.ends;
        }
        return ends;
    }

    @Override
    public void run() {
        down(1, 2, 3);
    }

    private long down(long a, long b, long c) {
        long below = 0;
        try {
            below = down(b, c, a + 1) + 1;
        } catch (StackOverflowError end) {
            ends++;
        }
        if (left > 0) {
            left--;
            try {
                call.run();
            } catch (StackOverflowError end) {
                ends++;
            }
        }
        return below + a;
    }

    /**
     * A lock that needs more stack to be given back than to be taken: without a look at how much there is, it is left
     * taken.
     */
    public static final class DeepLock extends ReentrantLock {

        private static final long serialVersionUID = 1;

        private final int frames;

        /** Makes one that needs so many small frames to be given back. */
        public DeepLock(int frames) {
            this.frames = frames;
        }

        /** Takes it, and gives it back; false if it was left taken. */
        public boolean isFree() throws InterruptedException {
            if (!tryLock(60, TimeUnit.SECONDS)) {
                return false;
            }
            unlock();
            return true;
        }

        @Override
        public void unlock() {
            SufficientStack.ensure(frames);
            super.unlock();
        }
    }
}
