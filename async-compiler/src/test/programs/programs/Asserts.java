package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Run with assertions and without. */
public class Asserts {
    interface Checked {
        default Future<Integer> checked(Env e) {
            int n = await(e.later(3));
            assert await(e.later(n)) == 4 : "not " + await(e.later("four")) + n;
            return ready(n);
        }
    }

    public static Future<Object> conditionsAndMessages(Env e) {
        return async(() -> {
            int n = await(e.later(1));
            await(e.later(2));
            assert await(e.later(n)) == 1;
            try {
                assert n == await(e.later(2)) : await(e.later("why")) + n;
            } catch (AssertionError x) {
                return x.getMessage() + await(e.later(3));
            } finally {
                e.log(await(e.later("fin")));
            }
            assert await(e.later(true)) && n > 0 : new StringBuilder(await(e.later("never")));
            return n;
        });
    }

    public static Future<Object> inInterface(Env e) {
        return async(() -> {
            try {
                return await(new Checked() {}.checked(e));
            } catch (AssertionError failed) {
                return failed.getMessage() + await(e.later(1)) + await(e.later(2));
            }
        });
    }

    public static Future<Object> asyncMethod(Env e) {
        int i = 0;
        for (; i < 3; i++) {
            assert await(e.later(i)) < 2 : await(e.<Object>later("at " + i));
            await(e.later("turn"));
        }
        return ready(i);
    }

    public static Future<Object> message(Env e) {
        return async(() -> {
            long before = await(e.later(5L));
            String s = await(e.later("s"));
            try {
                assert false : before + (await(e.later(2)) == 2 ? await(e.later("two")) : s);
            } catch (AssertionError failed) {
                return failed.getMessage();
            }
            return s + before + await(e.later("."));
        });
    }
}
