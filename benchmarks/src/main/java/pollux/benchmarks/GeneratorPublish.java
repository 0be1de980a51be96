package pollux.benchmarks;

import static pollux.reactor.ReactorAdapter.flux;

import io.reactivex.rxjava3.core.Flowable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import reactor.core.publisher.Flux;

/**
 * What does an item cost that a generator emits to a Reactive Streams subscriber?
 *
 * <p>A loop makes 1,000,000 Integers, and the subscriber asks for {@code demand} at a time. Op: an item.
 *
 * <p>Expected: with demand an emission is a call of {@code onNext}; the block suspends for the last item of each
 * demand, and after 128 items. {@code reactorGenerate} is the synchronous generator of Reactor, {@code kotlin} emits
 * into a flow. The rows whose names end in {@code Flowable} are the same as a Flowable of RxJava.
 */
@OperationsPerInvocation(GeneratorPublish.ITEMS)
public class GeneratorPublish extends Workload {
    static final int ITEMS = 1_000_000;
    private static final int N = size(ITEMS);

    /** How many items the subscriber asks for at a time. */
    @Param({"unbounded", "256", "32"})
    public String demand;

    private long drain(Publisher<Integer> source) {
        long batch = demand.equals("unbounded") ? Long.MAX_VALUE : Long.parseLong(demand);
        return until(sumTo(N), tally -> source.subscribe(new Counting(batch, tally)));
    }

    @Benchmark
    public long pollux() {
        return drain(flux(out -> {
            for (int i = 0; i < N; i++) {
                out.emit(i);
            }
        }));
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
    public long polluxFlowable() {
        return drain(RxJavaAdapter.flowable(out -> {
            for (int i = 0; i < N; i++) {
                out.emit(i);
            }
        }));
    }

    @Benchmark
    public long kotlinFlowable() {
        return drain(KotlinBridge.publishFlowable(N));
    }

    @Benchmark
    public long rxjavaGenerate() {
        return drain(Flowable.generate(() -> 0, (next, emitter) -> {
            if (next == N) {
                emitter.onComplete();
            } else {
                emitter.onNext(next);
            }
            return next + 1;
        }));
    }
}
