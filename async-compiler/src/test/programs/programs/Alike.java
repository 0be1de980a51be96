package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.util.function.Supplier;
import pollux.async.AsyncBlock;
import pollux.compiler.conformance.Env;
import pollux.future.Future;
import pollux.future.Poll;

/** Lambdas that look alike: without debug information javac makes one method of them. */
public class Alike {
    static final Future<Integer> FOUR = cx -> Poll.ready(4);

    public static Future<Object> blockAndSupplier(Env e) {
        return async(() -> {
            await(e.later(1));
            await(e.later(2));
            AsyncBlock<Future<Integer>> a = () -> ready(await(FOUR) + 1);
            Supplier<Future<Integer>> b = () -> ready(await(FOUR) + 1);
            AsyncBlock<Future<Integer>> c = () -> ready(await(FOUR) + 1);
            return await(await(async(a))) + await(b.get()) + await(await(async(c)));
        });
    }

    public static Future<Object> twoBlocks(Env e) {
        return async(() -> {
            AsyncBlock<Object> a = () -> await(FOUR) + 1;
            AsyncBlock<Object> b = () -> await(FOUR) + 1;
            await(e.later(1));
            return "" + await(async(a)) + await(async(b)) + await(e.later(2));
        });
    }
}
