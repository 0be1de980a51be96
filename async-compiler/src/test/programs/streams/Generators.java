package streams;

import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;

import java.io.IOException;
import pollux.async.Emitter;
import pollux.compiler.conformance.Env;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;

public class Generators {

    public static AsyncStream<Object> counts(Env e) {
        return stream(out -> {
            for (int i = 0; i < 4; i++) {
                e.log("before " + await(e.later(i)));
                out.emit(i);
                e.log("after " + i);
            }
        });
    }

    public static AsyncStream<Object> awaitsBetween(Env e) {
        return stream(out -> {
            out.emit(await(e.later("a")));
            out.emit("b" + await(e.later(1)));
            await(e.later(0));
            out.emit(await(e.later(2.5)) + 1);
        });
    }

    public static AsyncStream<Object> finallyRuns(Env e) {
        return stream(out -> {
            try {
                while (true) {
                    int n = await(e.later(7));
                    out.emit(n);
                    if (e.futures() > 3) {
                        throw new IOException("enough");
                    }
                }
            } catch (IOException x) {
                out.emit("caught " + x.getMessage());
                await(e.later(1));
            } finally {
                e.log("finally " + await(e.later(2)));
            }
        });
    }

    public static AsyncStream<Object> filters(Env e) {
        return stream(out -> {
            for (int x : each(e.items(5))) {
                if (x % 2 == 0) {
                    out.emit(x);
                }
                if (x == 3) {
                    return;
                }
            }
        });
    }

    static Future<Void> emitAll(Env e, Emitter<Object> out, int n) {
        for (int i = 0; i < n; i++) {
            out.emit("helper " + await(e.later(i)));
        }
        return Futures.ready(null);
    }

    public static AsyncStream<Object> withHelper(Env e) {
        return stream(out -> {
            out.emit("first");
            await(emitAll(e, out, 2));
            out.emit("last");
        });
    }

    public static AsyncStream<Object> empty(Env e) {
        return stream(out -> {
            await(e.later(1));
            e.log("nothing");
        });
    }
}
