package pollux.executor;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Counts times by powers of two. Thread-safe. */
final class PoolTimes {

    /** Of the polls of a pool, how long they took; of woken tasks, how long they waited for their polls. */
    record Both(PoolTimes polls, PoolTimes wakes) {
        Both() {
            this(new PoolTimes(), new PoolTimes());
        }
    }

    private final LongAdder[] counts =
            Stream.generate(LongAdder::new).limit(PoolMetrics.Times.STEPS).toArray(LongAdder[]::new);
    private final LongAdder total = new LongAdder();

    void add(long nanos) {
        counts[PoolMetrics.Times.step(nanos)].increment();
        total.add(nanos);
    }

    PoolMetrics.Times sum() {
        return new PoolMetrics.Times(Stream.of(counts).map(LongAdder::sum).toList(), total.sum());
    }
}
