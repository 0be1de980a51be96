package shop;

import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import pollux.Pollux;
import pollux.future.Future;

@State(Scope.Benchmark)
public class CheckoutBenchmark {

    @Benchmark
    public int block() {
        return Pollux.run(() -> await(ready(42)));
    }

    /** JMH's stubs call a method that awaits itself. */
    @Benchmark
    public Future<Integer> method() {
        return ready(await(ready(42)) + 1);
    }
}
