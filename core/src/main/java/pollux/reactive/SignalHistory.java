package pollux.reactive;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The last signals and calls between a publisher and a subscriber: what, on which thread, when. Items are never kept,
 * only counted: a run of {@code onNext} on one thread is one line.
 *
 * <p>Any thread may add. Under a race a count may be too small, which is no worse than the race itself.
 */
final class SignalHistory {

    private static final int LENGTH = 32; // a power of two

    private static final class Line {

        final String signal;
        final long amount;
        final String thread;
        final long nanos;
        int times = 1;

        Line(String signal, long amount, String thread, long nanos) {
            this.signal = signal;
            this.amount = amount;
            this.thread = thread;
            this.nanos = nanos;
        }
    }

    private static final String ON_NEXT = "onNext";
    private static final String REQUEST = "request";

    private final long start = System.nanoTime();
    private final AtomicReferenceArray<Line> lines = new AtomicReferenceArray<>(LENGTH);
    private final AtomicInteger added = new AtomicInteger();

    void add(String signal) {
        add(signal, 0);
    }

    void addRequest(long n) {
        add(REQUEST, n);
    }

    void addOnNext() {
        Line last = lines.getAcquire((added.getAcquire() - 1) & (LENGTH - 1));
        if (last != null
                && last.signal == ON_NEXT
                && last.thread.equals(Thread.currentThread().getName())) {
            last.times++;
        } else {
            add(ON_NEXT, 0);
        }
    }

    private void add(String signal, long amount) {
        Line line = new Line(signal, amount, Thread.currentThread().getName(), System.nanoTime() - start);
        lines.setRelease(added.getAndIncrement() & (LENGTH - 1), line);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int end = added.get();
        int first = Math.max(0, end - LENGTH);
        if (first > 0) {
            text.append("  … ").append(first).append(" lines before\n");
        }
        for (int i = first; i < end; i++) {
            Line line = lines.getAcquire(i & (LENGTH - 1));
            if (line != null) {
                text.append(String.format("  %,14d ns  %s", line.nanos, line.signal));
                if (line.signal == REQUEST) {
                    text.append('(').append(line.amount).append(')');
                }
                if (line.times > 1) {
                    text.append(" × ").append(line.times);
                }
                text.append("  [").append(line.thread).append("]\n");
            }
        }
        return text.toString();
    }
}
