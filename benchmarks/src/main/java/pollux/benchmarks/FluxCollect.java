package pollux.benchmarks;

import static pollux.async.Async.async;

import io.reactivex.rxjava3.core.Flowable;
import io.smallrye.mutiny.Multi;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import pollux.reactor.ReactorAdapter;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * What does an item cost on its way from a Flux to the code that awaits it?
 *
 * <p>One task takes 1,000,000 Integers and adds them up. Op: an item. Sources: {@code range} is {@code Flux.range},
 * which a bridge may fuse with; {@code hidden} is {@code range.hide()}, which signals each item in {@code onNext} on
 * the same thread; {@code hop} is {@code range.hide().publishOn(pool)}, where each item crosses a queue of 256 between
 * two threads.
 *
 * <p>Expected: fused or batched, some ten nanoseconds; a bridge that suspends per item pays for a wake-up each time,
 * and 500 and more where another thread signals. The floor is {@code subscribe} with a lambda, which the JIT can fold
 * into a loop; RxJava's floor is {@code Flowable.fromPublisher}, from push to push: no code awaits there.
 */
@OperationsPerInvocation(FluxCollect.ITEMS)
public class FluxCollect extends Workload {
    static final int ITEMS = 1_000_000;
    private static final int N = size(ITEMS);

    /** Which kind of source. */
    @Param({"range", "hidden", "hop"})
    public String source;

    private Flux<Integer> flux;

    /** Makes the source, which each call subscribes to afresh. */
    @Setup
    public void open() {
        flux = switch (source) {
            case "range" -> Flux.range(0, N);
            case "hidden" -> Flux.range(0, N).hide();
            case "hop" -> Flux.range(0, N).hide().publishOn(Pools.reactor());
            default -> throw new IllegalArgumentException("no such source: " + source);
        };
    }

    @Benchmark
    public long pollux() {
        return until(sumTo(N), tally -> Pools.pollux().spawn(new TakeAll(ReactorAdapter.stream(flux), tally)));
    }

    @Benchmark
    public long polluxAwait() {
        return until(
                sumTo(N),
                tally -> Pools.pollux().spawn(async(() -> {
                    long sum = 0;
                    for (int item : ReactorAdapter.each(flux)) {
                        sum += item;
                    }
                    tally.end(sum);
                    return sum;
                })));
    }

    @Benchmark
    public long kotlin() {
        return until(sumTo(N), tally -> KotlinBridge.collect(flux, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                sumTo(N),
                tally -> Virtual.start(() -> {
                    long sum = 0;
                    for (int item : flux.toIterable()) {
                        sum += item;
                    }
                    tally.end(sum);
                }));
    }

    @Benchmark
    public long rxjavaFloor() {
        return until(sumTo(N), tally -> {
            long[] sum = new long[1];
            var unused = Flowable.fromPublisher(flux)
                    .subscribe(item -> sum[0] += item, failure -> tally.end(-1), () -> tally.end(sum[0]));
        });
    }

    @Benchmark
    public long mutinyFloor() {
        return until(sumTo(N), tally -> {
            long[] sum = new long[1];
            var unused = Multi.createFrom()
                    .publisher(JdkFlowAdapter.publisherToFlowPublisher(flux))
                    .subscribe()
                    .with(item -> sum[0] += item, failure -> tally.end(-1), () -> tally.end(sum[0]));
        });
    }

    @Benchmark
    public long subscribeFloor() {
        return until(sumTo(N), tally -> {
            long[] sum = new long[1];
            flux.subscribe(item -> sum[0] += item, failure -> tally.end(-1), () -> tally.end(sum[0]));
        });
    }
}
