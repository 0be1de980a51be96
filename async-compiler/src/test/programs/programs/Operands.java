package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import pollux.compiler.conformance.Env;
import pollux.future.Future;
import pollux.future.Futures;

public class Operands {

    int field = 5;
    static long counter;

    static String join(Object a, Object b, Object c) {
        return a + "," + b + "," + c;
    }

    static String mixed(int i, long l, double d, float f, boolean z, byte b, char c, short s, String o) {
        return i + " " + l + " " + d + " " + f + " " + z + " " + b + " " + c + " " + s + " " + o;
    }

    /** The type that the compiler knows for what is awaited is a class, not the interface. */
    public static Future<Object> subclassOfFuture(Env e) {
        return async(() -> "got "
                + await(Futures.<Integer>select().on(e.later(1), n -> n + 1).on(Futures.pending(), n -> 0)));
    }

    public static Future<Object> arguments(Env e) {
        return async(() -> join(await(e.later(1)), await(e.later("two")), await(e.later(3.0))));
    }

    public static Future<Object> primitivesBefore(Env e) {
        return async(() -> mixed(1, 2L, 3.5, 4.5f, true, (byte) 6, 'c', (short) 7, await(e.later("end")))
                + mixed(
                        await(e.later(1)),
                        await(e.later(2L)),
                        await(e.later(3.5)),
                        await(e.later(4.5f)),
                        await(e.later(true)),
                        await(e.later((byte) 6)),
                        await(e.later('c')),
                        await(e.later((short) 7)),
                        "s"));
    }

    public static Future<Object> receiver(Env e) {
        return async(() -> await(e.later("receiver")).substring(await(e.later(2)), await(e.later(4))));
    }

    public static Future<Object> concat(Env e) {
        return async(() -> {
            String s = "s";
            s += await(e.later(1)) + "-" + await(e.later(2L));
            return s + 'c' + await(e.later(true)) + 1.5 + await(e.later(null)) + s;
        });
    }

    public static Future<Object> compound(Env e) {
        return async(() -> {
            int i = 1;
            i += await(e.later(2));
            i <<= await(e.later(1));
            long[] a = {1, 2, 3};
            a[1] += await(e.later(10L));
            a[await(e.later(2))] *= await(e.later(5));
            Operands o = new Operands();
            o.field -= await(e.later(3));
            counter = 0;
            counter += await(e.later(7L));
            String[] s = {"a"};
            s[0] += await(e.later("b"));
            byte b = 120;
            b += await(e.later(10));
            return i + " " + a[0] + a[1] + a[2] + " " + o.field + " " + counter + s[0] + b;
        });
    }

    public static Future<Object> increments(Env e) {
        return async(() -> {
            int[] a = new int[4];
            int i = 0;
            a[i++] = await(e.later(1));
            a[i++] = i++ + await(e.later(1));
            int j = 5;
            int k = j++ + await(e.later(j)) + ++j;
            return a[0] + " " + a[1] + " " + i + " " + j + " " + k;
        });
    }

    public static Future<Object> arrays(Env e) {
        return async(() -> {
            int[] a = {await(e.later(1)), 2, await(e.later(3))};
            double[][] d = {{1, await(e.later(2.0))}, {await(e.later(3.0))}};
            Object[] o = new Object[] {"x", await(e.later("y")), new int[await(e.later(2))][await(e.later(3))]};
            return a.length + a[2] + d[0][1] + d[1][0] + o.length + ((int[][]) o[2])[1].length;
        });
    }

    public static Future<Object> nested(Env e) {
        return async(() -> Math.max(
                await(e.later(Math.min(await(e.later(3)), await(e.later(4))))),
                Integer.parseInt("" + await(e.later(await(e.later(2)))))));
    }

    public static Future<Object> conditional(Env e) {
        return async(() -> {
            boolean a = await(e.later(true));
            int x = a ? await(e.later(1)) : await(e.later(2));
            String s = await(e.later(false)) ? "no" : "yes" + await(e.later(x));
            boolean b = a && await(e.later(false)) || await(e.later(true)) && !await(e.later(x == 2));
            int y = 10 * (await(e.later(b)) ? x : await(e.later(7)));
            return s + b + y + await(a ? e.later("p") : e.later("q"));
        });
    }

    public static Future<Object> comparisons(Env e) {
        return async(() -> {
            long l = 5;
            double d = 2.5;
            boolean a = l < await(e.later(6L));
            boolean b = await(e.later(2.5)) == d;
            boolean c = await(e.later(1)) >= 2 ^ await(e.later(true));
            return a + " " + b + " " + c + " " + (l << await(e.later(2))) + -await(e.later(3)) + (int) (double) await(
                    e.later(4.5));
        });
    }

    public static Future<Object> casts(Env e) {
        return async(() -> {
            Object o = await(e.later("text"));
            String s = (String) o;
            CharSequence c = (CharSequence) await(e.<Object>later("more"));
            long l = await(e.later(5));
            char ch = await(e.later('x'));
            int i = ch + await(e.later(1));
            return s + c + l + i + (await(e.<Object>later(3)) instanceof Integer);
        });
    }

    public static Future<Object> discarded(Env e) {
        return async(() -> {
            await(e.later(1));
            await(e.later(null));
            e.log("after");
            return null;
        });
    }
}
