package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.sync.Mpsc;
import pollux.sync.Receiver;
import pollux.sync.Sender;
import reactor.core.publisher.Flux;

/**
 * What does an item cost that goes from task to task through a bounded channel?
 *
 * <p>100,000 sends of one and the same object by 1 or 5 producer tasks to one consumer task, capacity 1,000. Op: an
 * item.
 *
 * <p>Expected: amortised over the thousand, both sides mostly find room and items; what is measured is the queue, and
 * who wakes whom how often when it runs full or empty. The reactive peers are their own queue between two pool threads.
 */
@OperationsPerInvocation(ChannelThroughput.ITEMS)
public class ChannelThroughput extends Workload {
    static final int ITEMS = 100_000;
    private static final int CAPACITY = 1_000;
    private static final int N = size(ITEMS);
    private static final Object ITEM = new Object();

    /** How many tasks send. */
    @Param({"1", "5"})
    public int producers;

    @Benchmark
    public long pollux() {
        Spawner pool = Pools.pollux();
        return until(N, tally -> {
            Mpsc<Object> channel = Mpsc.bounded(CAPACITY);
            for (int p = 0; p < producers; p++) {
                pool.spawn(new Producer<>(channel.sender().copy(), N / producers, i -> ITEM));
            }
            pool.spawn(new Consumer(channel.receiver(), tally));
        });
    }

    @Benchmark
    public long polluxAwait() {
        Spawner pool = Pools.pollux();
        return until(N, tally -> {
            Mpsc<Object> channel = Mpsc.bounded(CAPACITY);
            for (int p = 0; p < producers; p++) {
                pool.spawn(sendEach(channel.sender().copy(), N / producers));
            }
            pool.spawn(receiveEach(channel.receiver(), tally));
        });
    }

    private static Future<Void> sendEach(Sender<Object> sender, int items) {
        return async(() -> {
            for (int i = 0; i < items; i++) {
                await(sender.send(ITEM));
            }
            sender.close();
            return null;
        });
    }

    private static Future<Void> receiveEach(Receiver<Object> receiver, Tally tally) {
        return async(() -> {
            int received = 0;
            for (int i = 0; i < N; i++) {
                received += await(receiver.receive()) == ITEM ? 1 : 0;
            }
            tally.end(received);
            return null;
        });
    }

    private static final class Consumer extends RawFuture<Void> {
        private final Receiver<Object> receiver;
        private final Tally tally;
        private int taken;
        private int received;

        Consumer(Receiver<Object> receiver, Tally tally) {
            this.receiver = receiver;
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            for (; taken < N; taken++) {
                Object item = receiver.pollReceive(cx);
                if (item == PENDING) {
                    return PENDING;
                }
                received += item == ITEM ? 1 : 0;
            }
            tally.end(received);
            return null;
        }
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinExec.channel(producers, N, ITEM, tally));
    }

    @Benchmark
    public long virtualThreads() {
        return until(N, tally -> {
            BlockingQueue<Object> queue = new ArrayBlockingQueue<>(CAPACITY);
            for (int p = 0; p < producers; p++) {
                Virtual.start(() -> {
                    try {
                        for (int i = 0; i < N / producers; i++) {
                            queue.put(ITEM);
                        }
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                });
            }
            Virtual.start(() -> {
                int received = 0;
                try {
                    for (int i = 0; i < N; i++) {
                        received += queue.take() == ITEM ? 1 : 0;
                    }
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
                tally.end(received);
            });
        });
    }

    /** The producers are platform threads: two of them inside a pool of two would block each other for ever. */
    @Benchmark
    public long completableFuture() {
        return until(N, tally -> {
            SubmissionPublisher<Object> publisher = new SubmissionPublisher<>(Pools.jdk(), CAPACITY);
            int[] received = new int[1];
            CompletableFuture<Void> consumed = publisher.consume(item -> received[0] += item == ITEM ? 1 : 0);
            consumed.thenRun(() -> tally.end(received[0]));
            AtomicInteger sending = new AtomicInteger(producers);
            for (int p = 0; p < producers; p++) {
                Thread producer = new Thread(() -> {
                    for (int i = 0; i < N / producers; i++) {
                        publisher.submit(ITEM);
                    }
                    if (sending.decrementAndGet() == 0) {
                        publisher.close();
                    }
                });
                producer.setDaemon(true);
                producer.start();
            }
        });
    }

    @Benchmark
    public long reactor() {
        return until(N, tally -> {
            Flux<Object> one =
                    Flux.range(0, N / producers).hide().map(i -> ITEM).subscribeOn(Pools.reactor());
            Flux<Object> all = producers == 1 ? one : Flux.range(0, producers).flatMap(p -> one);
            int[] received = new int[1];
            all.publishOn(Pools.reactor(), CAPACITY)
                    .subscribe(
                            item -> received[0] += item == ITEM ? 1 : 0,
                            failure -> tally.end(0),
                            () -> tally.end(received[0]));
        });
    }

    @Benchmark
    public long rxjava() {
        return until(N, tally -> {
            Flowable<Object> one =
                    Flowable.range(0, N / producers).hide().map(i -> ITEM).subscribeOn(Schedulers.computation());
            Flowable<Object> all =
                    producers == 1 ? one : Flowable.range(0, producers).flatMap(p -> one);
            int[] received = new int[1];
            var unused = all.observeOn(Schedulers.computation(), false, CAPACITY)
                    .subscribe(
                            item -> received[0] += item == ITEM ? 1 : 0,
                            failure -> tally.end(0),
                            () -> tally.end(received[0]));
        });
    }
}
