package pollux.benchmarks;

import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subjects.SingleSubject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.sync.Notify;
import pollux.sync.Promise;
import reactor.core.publisher.Sinks;

/**
 * What does a signal cost that is there already?
 *
 * <p>One task gives itself a notification, or completes a fresh one-shot, and awaits it, 500,000 times. Op: a signal.
 *
 * <p>Expected: an atomic or two each, and for the one-shot its objects. Kotlin's nearest to a notification is a channel
 * that keeps one signal, a virtual thread's a semaphore. Stages, Reactor and RxJava have none, and bring their
 * one-shots to both rows.
 */
@OperationsPerInvocation(SameTask.SIGNALS)
public class SameTask extends Workload {
    static final int SIGNALS = 500_000;
    private static final int N = size(SIGNALS);

    /** What is awaited. */
    @Param({"notify", "oneshot"})
    public String signal = "";

    @Benchmark
    public long pollux() {
        return until(1, tally -> {
            if (signal.equals("notify")) {
                Notify notify = new Notify();
                Pools.pollux()
                        .spawn(new Repeat<>(
                                N,
                                () -> {
                                    notify.notifyOne();
                                    return notify.notified();
                                },
                                nothing -> {},
                                tally));
            } else {
                Pools.pollux()
                        .spawn(new Repeat<>(
                                N,
                                () -> {
                                    Promise<Object> promise = new Promise<>();
                                    promise.complete(this);
                                    return promise.future();
                                },
                                value -> check(1, value == this ? 1 : 0),
                                tally));
            }
        });
    }

    @Benchmark
    public long completableFuture() {
        return until(
                1,
                tally -> Pools.jdk().execute(() -> {
                    for (int i = 0; i < N; i++) {
                        CompletableFuture<Object> future = new CompletableFuture<>();
                        future.complete(this);
                        check(1, future.join() == this ? 1 : 0);
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long kotlin() {
        return until(1, tally -> {
            if (signal.equals("notify")) {
                KotlinWait.notifyItself(N, tally);
            } else {
                KotlinWait.oneshotToItself(N, this, tally);
            }
        });
    }

    @Benchmark
    public long virtualThreads() {
        boolean isNotify = signal.equals("notify");
        return until(
                1,
                tally -> Virtual.start(() -> {
                    Semaphore signals = new Semaphore(0);
                    for (int i = 0; i < N; i++) {
                        if (isNotify) {
                            signals.release();
                            signals.acquireUninterruptibly();
                        } else {
                            CompletableFuture<Object> future = new CompletableFuture<>();
                            future.complete(this);
                            check(1, future.join() == this ? 1 : 0);
                        }
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long reactor() {
        return until(
                1,
                tally -> Pools.reactor(() -> {
                    for (int i = 0; i < N; i++) {
                        Sinks.One<Object> sink = Sinks.one();
                        sink.tryEmitValue(this);
                        sink.asMono().subscribe(value -> check(1, value == this ? 1 : 0));
                    }
                    tally.arrive(1);
                }));
    }

    @Benchmark
    public long rxjava() {
        return until(
                1,
                tally -> Pools.rxjava(() -> {
                    for (int i = 0; i < N; i++) {
                        SingleSubject<Object> subject = SingleSubject.create();
                        subject.onSuccess(this);
                        Disposable unused = subject.subscribe(value -> check(1, value == this ? 1 : 0));
                    }
                    tally.arrive(1);
                }));
    }
}
