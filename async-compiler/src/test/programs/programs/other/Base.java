package programs.other;

import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Base {
    protected String secret = "secret";

    protected Future<String> protectedCall(Env e, String s) {
        return ready("base " + s + await(e.later(secret)));
    }

    protected static Future<String> protectedStatic(Env e) {
        return ready("static" + await(e.later(1)));
    }

    public Future<? extends Object> covariant(Env e) {
        return ready("base" + await(e.later(1)));
    }
}
