package pollux.examples;

import static java.time.Duration.ofMillis;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.time.Timers.sleep;

import java.util.concurrent.CancellationException;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import pollux.time.ManualTime;

/** Plain Java that waits without a thread: a generator, a loop over it, and a clean-up that itself awaits. */
final class StraightLine {

    private StraightLine() {}

    static AsyncStream<Integer> squares() {
        return stream(out -> {
            for (int n = 1; ; n++) {
                await(sleep(ofMillis(10)));
                out.emit(n * n);
            }
        });
    }

    static Future<Void> printThem() {
        return async(() -> {
            try {
                for (int square : each(squares())) {
                    System.out.println(square);
                }
            } catch (CancellationException e) {
                await(sleep(ofMillis(5)));
                System.out.println("cleaned up");
            }
            return null;
        });
    }

    public static void main(String[] args) {
        try (LocalPool pool = new LocalPool(new ManualTime()).autoAdvance(true)) {
            JoinHandle<Void> printer = pool.spawn(printThem());
            pool.runUntil(sleep(ofMillis(35)));
            printer.cancel();
            pool.runUntil(printer.join().recover(cancelled -> async(() -> null)));
        }
        // prints: 1
        // prints: 4
        // prints: 9
        // prints: cleaned up
    }
}
