package pollux.benchmarks;

import io.reactivex.rxjava3.core.Flowable;
import io.smallrye.mutiny.Multi;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * What does an item cost on its way from a stream to a Reactive Streams subscriber?
 *
 * <p>A native stream of 1,000,000 Integers becomes a Publisher, whose subscriber asks for {@code demand} at a time. Op:
 * an item.
 *
 * <p>Expected: a loop that emits while there is demand; small demands add one {@code request} per batch. The floors are
 * Reactor's and RxJava's own ranges, without a bridge; {@code reactorGenerate} is the synchronous generator of Reactor.
 */
@OperationsPerInvocation(StreamPublish.ITEMS)
public class StreamPublish extends Workload {
    static final int ITEMS = 1_000_000;
    private static final int N = size(ITEMS);

    /** How many items the subscriber asks for at a time. */
    @Param({"unbounded", "256", "32"})
    public String demand;

    private long drain(Flux<Integer> flux) {
        long batch = demand.equals("unbounded") ? Long.MAX_VALUE : Long.parseLong(demand);
        return until(sumTo(N), tally -> flux.subscribe(new Counting(batch, tally)));
    }

    @Benchmark
    public long pollux() {
        return drain(ReactorAdapter.flux(AsyncStreams.range(0, N)));
    }

    @Benchmark
    public long kotlin() {
        return drain(KotlinBridge.publish(N));
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
    public long mutinyGenerate() {
        return drain(JdkFlowAdapter.flowPublisherToFlux(Multi.createFrom().generator(() -> 0, (next, sink) -> {
            if (next == N) {
                sink.complete();
            } else {
                sink.emit(next);
            }
            return next + 1;
        })));
    }

    @Benchmark
    public long reactorFloor() {
        return drain(Flux.range(0, N));
    }

    @Benchmark
    public long rxjavaFloor() {
        return drain(Flux.from(Flowable.range(0, N)));
    }
}
