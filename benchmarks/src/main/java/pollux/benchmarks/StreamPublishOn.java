package pollux.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import reactor.core.publisher.Flux;

/**
 * What does an item of a stream cost on another thread of Reactor?
 *
 * <p>A native stream of 1,000,000 Integers becomes a Flux, and {@code publishOn} brings it to a scheduler, whose
 * subscriber asks for everything. Op: an item.
 *
 * <p>Expected: the polls of the other thread, since the two fuse; {@code polluxHidden} may not, and pays for a queue
 * between two threads. The floor is Reactor's own range, fused.
 */
@OperationsPerInvocation(StreamPublishOn.ITEMS)
public class StreamPublishOn extends Workload {
    static final int ITEMS = 1_000_000;
    private static final int N = size(ITEMS);

    private static long drain(Flux<Integer> flux) {
        return until(sumTo(N), tally -> flux.publishOn(Pools.reactor()).subscribe(new Counting(Long.MAX_VALUE, tally)));
    }

    @Benchmark
    public long pollux() {
        return drain(ReactorAdapter.flux(AsyncStreams.range(0, N)));
    }

    @Benchmark
    public long polluxHidden() {
        return drain(ReactorAdapter.flux(AsyncStreams.range(0, N)).hide());
    }

    @Benchmark
    public long reactorGenerate() {
        return drain(Flux.generate(() -> 0, (next, sink) -> {
            if (next == N) {
                sink.complete();
            } else {
                sink.next(next);
            }
            return next + 1;
        }));
    }

    @Benchmark
    public long reactorFloor() {
        return drain(Flux.range(0, N));
    }
}
