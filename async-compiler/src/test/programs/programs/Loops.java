package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.List;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Loops {

    public static Future<Object> sequence(Env e) {
        return async(() -> {
            int a = await(e.later(1));
            e.log(a);
            int b = await(e.later(2));
            return a + b;
        });
    }

    public static Future<Object> forLoop(Env e) {
        return async(() -> {
            int sum = 0;
            for (int i = 0; i < 4; i++) {
                sum += await(e.later(i));
                e.log(sum);
            }
            return sum;
        });
    }

    public static Future<Object> whileLoop(Env e) {
        return async(() -> {
            int i = 3;
            while (i > 0) {
                i -= await(e.later(1));
            }
            return i;
        });
    }

    public static Future<Object> doWhile(Env e) {
        return async(() -> {
            int i = 0;
            do {
                i++;
            } while (await(e.later(i)) < 3);
            return i;
        });
    }

    public static Future<Object> labelled(Env e) {
        return async(() -> {
            StringBuilder out = new StringBuilder();
            outer:
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 4; j++) {
                    if (await(e.later(j)) == 2) {
                        continue outer;
                    }
                    if (i == 2) {
                        break outer;
                    }
                    out.append(i).append(j).append(' ');
                }
            }
            return out.toString();
        });
    }

    public static Future<Object> foreachArray(Env e) {
        return async(() -> {
            long sum = 0;
            for (long x : new long[] {1, 2, 3}) {
                sum = sum * 10 + await(e.later(x));
            }
            for (String s : new String[] {"a", "bb"}) {
                sum += await(e.later(s)).length();
            }
            return sum;
        });
    }

    public static Future<Object> foreachIterable(Env e) {
        return async(() -> {
            String all = "";
            for (String s : List.of("x", "y", "z")) {
                all += s + await(e.later(s));
            }
            return all;
        });
    }

    public static Future<Object> infinite(Env e) {
        return async(() -> {
            int i = 0;
            for (; ; ) {
                if (await(e.later(i++)) == 3) {
                    return i;
                }
            }
        });
    }

    public static Future<Object> condition(Env e) {
        return async(() -> {
            int n = 0;
            while (await(e.later(n < 3)) && n < 10) {
                n++;
            }
            for (int i = await(e.later(0)); i < await(e.later(2)); i += await(e.later(1))) {
                n += 10;
            }
            return n;
        });
    }

    public static Future<Object> switchInLoop(Env e) {
        return async(() -> {
            String out = "";
            loop:
            for (int i = 0; ; i++) {
                switch (await(e.later(i))) {
                    case 0:
                        out += "zero";
                    case 1:
                        out += await(e.later("one"));
                        break;
                    case 2:
                        continue loop;
                    default:
                        break loop;
                }
            }
            return out;
        });
    }
}
