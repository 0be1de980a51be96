package pollux.benchmarks;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import pollux.rxjava.RxJavaAdapter;

/**
 * What does an item cost on its way from a Flowable to the code that awaits it?
 *
 * <p>As {@link FluxCollect}, with {@code Flowable.range} as {@code range}, {@code hide()} and {@code
 * hide().observeOn(computation)}. Op: an item.
 *
 * <p>Expected: the same figures as for a Flux.
 */
@OperationsPerInvocation(FlowableCollect.ITEMS)
public class FlowableCollect extends Workload {
    static final int ITEMS = 1_000_000;
    private static final int N = size(ITEMS);

    /** Which kind of source. */
    @Param({"range", "hidden", "hop"})
    public String source;

    private Flowable<Integer> flowable;

    /** Makes the source, which each call subscribes to afresh. */
    @Setup
    public void open() {
        flowable = switch (source) {
            case "range" -> Flowable.range(0, N);
            case "hidden" -> Flowable.range(0, N).hide();
            case "hop" -> Flowable.range(0, N).hide().observeOn(Schedulers.computation());
            default -> throw new IllegalArgumentException("no such source: " + source);
        };
    }

    @Benchmark
    public long pollux() {
        return until(sumTo(N), tally -> Pools.pollux().spawn(new TakeAll(RxJavaAdapter.stream(flowable), tally)));
    }

    @Benchmark
    public long kotlin() {
        return until(sumTo(N), tally -> KotlinBridge.collect(flowable, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(
                sumTo(N),
                tally -> Virtual.start(() -> {
                    long sum = 0;
                    for (int item : flowable.blockingIterable()) {
                        sum += item;
                    }
                    tally.end(sum);
                }));
    }

    @Benchmark
    public long subscribeFloor() {
        return until(sumTo(N), tally -> {
            long[] sum = new long[1];
            var unused = flowable.subscribe(item -> sum[0] += item, failure -> tally.end(-1), () -> tally.end(sum[0]));
        });
    }
}
