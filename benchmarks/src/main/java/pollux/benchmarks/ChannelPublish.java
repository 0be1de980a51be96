package pollux.benchmarks;

import io.smallrye.mutiny.Multi;
import java.util.concurrent.Executor;
import java.util.concurrent.SubmissionPublisher;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.executor.Spawner;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.sync.Mpsc;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;

/**
 * What does an item cost from a producing task through a channel to a Reactive Streams subscriber?
 *
 * <p>A task on the pool sends 1,000,000 Integers through a channel of 256, which becomes a Publisher whose subscriber
 * asks for {@code demand} at a time. Op: an item.
 *
 * <p>Expected: {@link ChannelThroughput} plus {@link StreamPublish}. The floor is Reactor's own hop between threads.
 */
@OperationsPerInvocation(ChannelPublish.ITEMS)
public class ChannelPublish extends Workload {
    static final int ITEMS = 1_000_000;
    private static final int CAPACITY = 256;
    private static final int N = size(ITEMS);

    /** How many items the subscriber asks for at a time. */
    @Param({"unbounded", "256"})
    public String demand;

    private void drain(Flux<Integer> flux, Tally tally) {
        flux.subscribe(new Counting(demand.equals("unbounded") ? Long.MAX_VALUE : Long.parseLong(demand), tally));
    }

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(sumTo(N), tally -> {
            Mpsc<Integer> channel = Mpsc.bounded(CAPACITY);
            pool.spawn(new Producer<>(channel.sender(), N, i -> i));
            drain(ReactorAdapter.on(pool).flux(AsyncStreams.from(channel.receiver())), tally);
        });
    }

    @Benchmark
    public long kotlin() {
        return until(sumTo(N), tally -> drain(KotlinBridge.channelPublish(N, CAPACITY), tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(sumTo(N), tally -> submission(Virtual::start, tally));
    }

    /** SubmissionPublisher on a pool of the JDK; the producer is a platform thread, since {@code submit} blocks. */
    @Benchmark
    public long completableFuture() {
        return until(sumTo(N), tally -> submission(Pools.jdk(), tally));
    }

    private void submission(Executor executor, Tally tally) {
        SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(executor, CAPACITY);
        drain(JdkFlowAdapter.flowPublisherToFlux(publisher), tally);
        Runnable producer = () -> {
            for (int i = 0; i < N; i++) {
                publisher.submit(i);
            }
            publisher.close();
        };
        if (executor == Pools.jdk()) {
            Thread thread = new Thread(producer);
            thread.setDaemon(true);
            thread.start();
        } else {
            executor.execute(producer);
        }
    }

    /** One thread only: the consumer's queue is drained by the producing call. */
    @Benchmark
    public long reactorCreate() {
        return until(
                sumTo(N),
                tally -> Pools.reactor(() -> drain(
                        Flux.create(sink -> {
                            for (int i = 0; i < N; i++) {
                                sink.next(i);
                            }
                            sink.complete();
                        }),
                        tally)));
    }

    /** As {@link #reactorCreate}. */
    @Benchmark
    public long mutinyEmitter() {
        return until(
                sumTo(N),
                tally -> Pools.reactor(() -> drain(
                        JdkFlowAdapter.flowPublisherToFlux(Multi.createFrom().emitter(emitter -> {
                            for (int i = 0; i < N; i++) {
                                emitter.emit(i);
                            }
                            emitter.complete();
                        })),
                        tally)));
    }

    @Benchmark
    public long reactorFloor() {
        return until(sumTo(N), tally -> drain(Flux.range(0, N).hide().publishOn(Pools.reactor()), tally));
    }
}
