package recursion;

import static pollux.async.Async.*;

import java.io.IOException;
import java.time.Duration;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.AsyncMutex;
import pollux.sync.CancelToken;
import pollux.time.Timers;

/** Blocks that await themselves, each through another combinator; all count how deep they were. */
public class Recursion {

    public static Future<Integer> plain(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(plain(n - 1)) + 1);
    }

    public static Future<Integer> map(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(map(n - 1).map(x -> x + 1)));
    }

    public static Future<Integer> then(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(then(n - 1).then(x -> Futures.ready(x + 1))));
    }

    public static Future<Integer> recover(int n) {
        return async(() -> {
            if (n == 0) {
                await(bottom());
                throw new IOException("0");
            }
            Future<Integer> inner = recover(n - 1).recover(Recursion::zero);
            return await(inner) + 1;
        });
    }

    public static Future<Integer> timeout(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(Timers.timeout(Duration.ofHours(1), timeout(n - 1))) + 1);
    }

    public static Future<Integer> join(int n) {
        return async(() -> n == 0
                ? await(bottom())
                : await(Futures.join(join(n - 1), Futures.ready(1), Integer::sum)));
    }

    public static Future<Integer> joinAll(int n) {
        return async(() -> n == 0
                ? await(bottom())
                : await(Futures.joinAll(java.util.List.of(joinAll(n - 1)))).get(0) + 1);
    }

    public static Future<Integer> race(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(Futures.race(race(n - 1), Futures.pending())) + 1);
    }

    public static Future<Integer> select(int n) {
        return async(() -> n == 0
                ? await(bottom())
                : await(Futures.<Integer>select().on(select(n - 1), x -> x + 1)));
    }

    public static Future<Integer> guard(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(new CancelToken().guard(guard(n - 1))) + 1);
    }

    public static Future<Integer> lock(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(new AsyncMutex().withLock(() -> lock(n - 1))) + 1);
    }

    public static Future<Integer> shared(int n) {
        return async(() -> n == 0 ? await(bottom()) : await(shared(n - 1).shared().future()) + 1);
    }

    private static Future<Integer> zero(Throwable failure) {
        return failure instanceof IOException ? Futures.ready(0) : Futures.failed(failure);
    }

    private static Future<Integer> bottom() {
        return Futures.yieldNow().map(x -> 0);
    }
}
