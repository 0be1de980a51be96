package pollux.examples;

import static java.time.Duration.ofMillis;
import static pollux.reactor.ReactorAdapter.stream;
import static pollux.time.Timers.sleep;

import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.time.ManualTime;
import reactor.core.publisher.Flux;

/** A Flux, item by item: the publisher is asked for what the task is about to use, and for nothing else. */
final class FluxAsStream {

    private FluxAsStream() {}

    public static void main(String[] args) {
        Flux<Integer> source = Flux.range(1, 1_000_000)
                .doOnRequest(n -> System.out.println("asked for " + n))
                .doOnCancel(() -> System.out.println("cancelled"));
        Future<Integer> sum = stream(source, 1) // one item in flight
                .then(item -> sleep(ofMillis(5)).map(nothing -> item))
                .take(3)
                .fold(0, Integer::sum);
        try (LocalPool pool = new LocalPool(new ManualTime()).autoAdvance(true)) {
            System.out.println("sum " + pool.runUntil(sum));
        }
        // prints: asked for 1
        // prints: asked for 1
        // prints: asked for 1
        // prints: cancelled
        // prints: sum 6
    }
}
