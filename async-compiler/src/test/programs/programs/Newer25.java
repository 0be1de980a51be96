package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.List;
import java.util.function.Supplier;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Newer25 {

    record Pair(int a, int b) {}

    static class Base {
        final int size;

        Base(int size) {
            this.size = size;
        }
    }

    static class Flexible extends Base {
        final Supplier<Future<Integer>> later;

        Flexible(Env e, int size) {
            if (size < 0) {
                throw new IllegalArgumentException();
            }
            later = () -> async(() -> await(e.later(size)) + 1);
            super(size * 2);
        }
    }

    public static Future<Object> unnamed(Env e) {
        return async(() -> {
            int n = 0;
            for (var _ : List.of(1, 2, 3)) {
                n += await(e.later(1));
            }
            try {
                n += 10 / await(e.later(0));
            } catch (ArithmeticException _) {
                n += await(e.later(100));
            }
            return new Pair(n, 2) instanceof Pair(int a, _) ? a + await(e.later(1)) : 0;
        });
    }

    public static Future<Object> flexibleConstructor(Env e) {
        return async(() -> {
            Flexible f = new Flexible(e, await(e.later(3)));
            return f.size + await(f.later.get());
        });
    }
}
