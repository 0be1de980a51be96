package app;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;
import static pollux.future.Futures.yieldNow;

import pollux.Pollux;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/** A block, an async method, a generator and a loop; the classes that await and one that does not. */
public final class Checkout {

    private Checkout() {}

    static Future<Integer> price(int item) {
        await(yieldNow());
        return ready(item * Tax.RATE);
    }

    static AsyncStream<Integer> items() {
        return stream(out -> {
            for (int item = 1; item <= 3; item++) {
                await(yieldNow());
                out.emit(item);
            }
        });
    }

    static Future<Integer> total() {
        return async(() -> {
            int total = 0;
            for (int item : each(items())) {
                total += await(price(item));
            }
            if (total < 0) {
                total = await(price(0)); // never reached
            }
            return total;
        });
    }

    public static String run() {
        return "total " + Pollux.run(() -> await(paid()));
    }

    /** Awaited where it is called only. */
    private static Future<Integer> paid() {
        return async(() -> {
            int total = await(total());
            return total;
        });
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
