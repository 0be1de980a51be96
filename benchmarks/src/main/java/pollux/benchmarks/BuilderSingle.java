package pollux.benchmarks;

import static pollux.rxjava.RxJavaAdapter.await;

import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;

/**
 * What does a cold Single cost whose body is asynchronous code?
 *
 * <p>10,000 times: make the Single, subscribe; its body returns at once, on the subscribing thread. Op: a Single.
 *
 * <p>Expected: as {@link BuilderMono}, and an observer in the shape of a subscriber. The floor is
 * {@code Single.fromCallable}, whose body could not await.
 */
@OperationsPerInvocation(BuilderSingle.SINGLES)
public class BuilderSingle extends Workload {
    static final int SINGLES = 10_000;
    private static final int N = size(SINGLES);

    @Benchmark
    public long pollux() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            Disposable unused = RxJavaAdapter.single(() -> item).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    /** The body awaits once, what is ready. */
    @Benchmark
    public long polluxAwait() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            Disposable unused =
                    RxJavaAdapter.single(() -> await(Futures.ready(item))).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long completableFuture() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            Disposable unused = Single.defer(() -> Single.fromCompletionStage(CompletableFuture.completedFuture(item)))
                    .subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }

    @Benchmark
    public long rxjavaFloor() {
        long[] sum = new long[1];
        for (int i = 0; i < N; i++) {
            int item = i;
            Disposable unused = Single.fromCallable(() -> item).subscribe(value -> sum[0] += value);
        }
        return check(sumTo(N), sum[0]);
    }
}
