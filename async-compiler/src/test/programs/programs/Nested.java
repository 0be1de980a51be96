package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Blocks and methods that await each other, several levels deep. */
public class Nested {

    static Future<String> level(Env e, int n) {
        return async(() -> {
            e.log("in " + n);
            try {
                return n == 0 ? await(e.later("bottom")) : await(level(e, n - 1)) + n;
            } finally {
                e.log("out " + n + await(e.later("!")));
            }
        });
    }

    public static Future<Object> finallyAtEveryLevel(Env e) {
        return async(() -> await(level(e, 5)));
    }

    static Future<Integer> bottomLoop(Env e, int n, int turns) {
        if (n > 0) {
            return ready(await(bottomLoop(e, n - 1, turns)) + 1);
        }
        int sum = 0;
        for (int i = 0; i < turns; i++) {
            sum += await(e.later(i));
        }
        return ready(sum);
    }

    public static Future<Object> loopAtTheBottom(Env e) {
        return async(() -> await(bottomLoop(e, 6, 5)));
    }

    public static Future<Object> loopAtTheTop(Env e) {
        return async(() -> {
            int sum = 0;
            for (int i = 0; i < 3; i++) {
                sum += await(bottomLoop(e, i, 2));
                e.log(sum);
            }
            return sum;
        });
    }

    static Future<Integer> fails(Env e, int n) {
        if (n > 0) {
            return ready(await(fails(e, n - 1)) + 1);
        }
        int i = await(e.later(1));
        if (i == 1) {
            throw new UnsupportedOperationException("from the bottom");
        }
        return ready(i);
    }

    static Future<Integer> passes(Env e) {
        return async(() -> {
            try {
                return await(fails(e, 2));
            } finally {
                e.log("passing " + await(e.later("by")));
            }
        });
    }

    public static Future<Object> caughtThreeLevelsUp(Env e) {
        return async(() -> {
            try {
                return await(async(() -> await(passes(e)) + 1));
            } catch (UnsupportedOperationException failure) {
                e.log("caught " + failure.getMessage());
                return await(e.later(2)) + await(level(e, 1));
            }
        });
    }

    public static Future<Object> anotherExceptionOnTheWay(Env e) {
        return async(() -> {
            Future<Integer> translating = async(() -> {
                try {
                    return await(passes(e));
                } catch (UnsupportedOperationException failure) {
                    throw new IllegalArgumentException(failure.getMessage() + await(e.later(" translated")), failure);
                }
            });
            try {
                return await(translating);
            } catch (IllegalArgumentException failure) {
                return failure.getMessage() + failure.getCause().getMessage() + await(e.later(3));
            }
        });
    }

    static Future<String> recovers(Env e) {
        return async(() -> {
            try {
                return await(level(e, 1));
            } catch (CancellationException cancelled) {
                return "recovered" + await(e.later(1));
            }
        });
    }

    /** To the code that awaits a block that was cancelled, it is cancelled, although it may end well. */
    public static Future<Object> innerRecoversFromCancellation(Env e) {
        return async(() -> {
            try {
                return await(e.nested(async(() -> await(e.nested(recovers(e))) + "-")));
            } catch (CancellationException cancelled) {
                return "outer recovered as well" + await(e.later("!"));
            }
        });
    }

    static Future<Integer> failsInItsCleanUp(Env e) {
        return async(() -> {
            try {
                return await(bottomLoop(e, 1, 2));
            } catch (CancellationException cancelled) {
                throw new IOException("clean-up" + await(e.later(" failed")));
            }
        });
    }

    public static Future<Object> innerFailsInItsCleanUp(Env e) {
        return async(() -> {
            try {
                return await(e.nested(failsInItsCleanUp(e)));
            } catch (CancellationException cancelled) {
                return "cancelled all the same" + await(e.later(1));
            }
        });
    }

    public static Future<Object> valueIsAFuture(Env e) {
        return async(() -> {
            Future<Integer> inner = await(async(() -> {
                int i = await(e.later(1));
                return async(() -> i + await(e.later(2)));
            }));
            return await(inner);
        });
    }

    public static Future<Object> madeEarlyAwaitedLate(Env e) {
        return async(() -> {
            Future<Integer> later = bottomLoop(e, 2, 2);
            return await(later) + await(e.later(1));
        });
    }
}
