package chains;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;
import static pollux.future.Futures.withService;
import static pollux.future.Futures.yieldNow;

import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import pollux.future.Future;
import pollux.future.Services;
import pollux.stream.AsyncStream;

/** What ChainTest runs. */
public class Chains {

    public static Future<Integer> down(int n, Future<Integer> leaf) {
        return ready(n == 0 ? await(leaf) : 1 + await(down(n - 1, leaf)));
    }

    /** Calls something at each level, between its await and its end. */
    public static Future<Integer> outwards(int n, Future<Integer> leaf, Runnable between) {
        return async(() -> {
            int value = n == 0 ? await(leaf) : 1 + await(outwards(n - 1, leaf, between));
            between.run();
            return value;
        });
    }

    /** With a clean-up at each level, which suspends. */
    public static Future<Integer> guarded(int n, Future<Integer> leaf, List<Object> log) {
        return async(() -> {
            try {
                return n == 1 ? await(leaf) : 1 + await(guarded(n - 1, leaf, log));
            } finally {
                await(yieldNow());
                log.add(n);
            }
        });
    }

    /** Awaits the numbers that a supplier's futures bring, at the bottom of a chain. */
    public static Future<Integer> sum(int n, int turns, Supplier<Future<Integer>> numbers) {
        return async(() -> {
            if (n > 0) {
                return await(sum(n - 1, turns, numbers));
            }
            int sum = 0;
            for (int i = 0; i < turns; i++) {
                sum += await(numbers.get());
            }
            return sum;
        });
    }

    static Future<Integer> reads(Future<Integer> leaf) {
        return async(() -> {
            if (await(leaf) >= 0) {
                throw new IOException("unreadable");
            }
            return 0;
        });
    }

    static Future<Integer> forwards(Future<Integer> leaf) {
        return async(() -> {
            try {
                return await(reads(leaf));
            } finally {
                await(yieldNow());
            }
        });
    }

    public static Future<Integer> asks(Future<Integer> leaf) {
        return async(() -> await(forwards(leaf)));
    }

    /** Reads the service at each level, before and after a suspension. */
    public static Future<Integer> services(
            Future<Integer> leaf, Services.Key<String> key, Future<String> service, List<Object> log) {
        return async(() -> {
            log.add("outside " + await(service));
            int inside = await(withService(key, "inner", async(() -> await(async(() -> {
                log.add("inside " + await(service));
                int value = await(leaf);
                log.add("inside " + await(service));
                return value;
            })))));
            log.add("outside " + await(service));
            return inside;
        });
    }

    static AsyncStream<Integer> twice(AsyncStream<Integer> source) {
        return stream(out -> {
            for (int x : each(source)) {
                out.emit(2 * await(down(3, ready(x))));
            }
        });
    }

    public static Future<Integer> throughGenerators(List<Future<Integer>> items) {
        return async(() -> {
            AsyncStream<Integer> source = stream(out -> {
                for (Future<Integer> item : items) {
                    out.emit(await(down(2, item)));
                }
            });
            int sum = 0;
            for (int x : each(twice(twice(source)))) {
                sum += await(down(1, ready(x)));
            }
            return sum;
        });
    }

    public static Future<Integer> oneLocal(int local, Future<Integer> leaf) {
        await(leaf);
        return ready(local);
    }

    public static <T> Future<T> awaits(Future<T> future) {
        return async(() -> await(future));
    }
}
