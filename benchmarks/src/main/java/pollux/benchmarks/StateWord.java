package pollux.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * What do the transitions of a task's state word cost, as they are and as a counter of wakes?
 *
 * <p>A task is woken, taken to be polled, and found pending, 1,000,000 times, by one thread. Op: one such round. {@code
 * compareAndSet} is the word of the engine: three exchanges, of which the second turns a second run of the same entry
 * away. {@code counter} adds up wakes and takes off, after the poll, as many as there were before it: two additions,
 * and two runs of one entry would poll at once.
 *
 * <p>Expected: what an atomic operation costs without company, once.
 */
@OperationsPerInvocation(StateWord.ROUNDS)
public class StateWord extends Workload {
    static final int ROUNDS = 1_000_000;
    private static final int N = size(ROUNDS);

    private static final int NOTIFIED = 1;
    private static final int RUNNING = 1 << 1;
    private static final int ENDED = 1 << 5;

    private final AtomicInteger word = new AtomicInteger();

    @Benchmark
    public long compareAndSet() {
        long polls = 0;
        for (int i = 0; i < N; i++) {
            boolean mine = change(ENDED, 0, NOTIFIED) == 0;
            if (mine && (change(ENDED, NOTIFIED, RUNNING) & NOTIFIED) != 0) {
                polls++;
                change(ENDED, RUNNING, 0);
            }
        }
        return check(N, polls);
    }

    /** Takes bits away and puts others in, unless the task has ended; returns the word before. */
    private int change(int unless, int without, int with) {
        while (true) {
            int now = word.get();
            if ((now & unless) != 0 || word.compareAndSet(now, now & ~without | with)) {
                return now;
            }
        }
    }

    @Benchmark
    public long counter() {
        long polls = 0;
        for (int i = 0; i < N; i++) {
            if (word.getAndAdd(1) == 0) {
                int seen = word.get();
                polls++;
                word.addAndGet(-seen);
            }
        }
        return check(N, polls);
    }
}
