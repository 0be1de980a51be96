package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.io.Serializable;
import java.util.*;
import java.util.function.*;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Operands and allocations within each other. */
public class CombinedOperands {
    record Point(int x, long y, String name) {
        Point(int x, String... names) {
            this(x, names.length, String.join("+", names));
        }
    }

    static class Outer {
        final String o;

        Outer(String o) {
            this.o = o;
        }

        class In {
            final String i;

            In(int a, long b, Object... r) {
                i = o + a + b + Arrays.toString(r);
            }
        }
    }

    static String show(String f, Object... rest) {
        return f + Arrays.deepToString(rest);
    }

    static <T extends Comparable<T> & Serializable & CharSequence> String both(T t, Supplier<T> s) {
        return t.length() + "" + t.compareTo(s.get());
    }

    public static Future<Object> varargs(Env e) {
        return async(() -> show(
                        "a",
                        1,
                        await(e.later(2)),
                        3L,
                        await(e.later("x")),
                        new int[] {await(e.later(4))},
                        'c',
                        await(e.later(null)))
                + show(await(e.later("f")))
                + show("g", (Object[]) new String[] {await(e.later("q"))})
                + new Point(await(e.later(1)), await(e.later("a")), "b", await(e.later("c"))));
    }

    public static Future<Object> nestedNews(Env e) {
        return async(() -> {
            Outer o = new Outer(await(e.later("o")));
            long l = 5;
            return new Outer(new Outer(new StringBuilder(await(e.later("sb")))
                                            .append(new Outer("z" + await(e.later(3))).o)
                                            .toString())
                                    .o
                            + o
                                    .new In(
                                            await(e.later(1)),
                                            l + await(e.later(2L)),
                                            new Point(await(e.later(7)), l, "p"),
                                            await(e.later(9)))
                                    .i
                            + new Outer(await(e.later("r"))).new In(1, await(e.later(4L))).i
                            + new Object[] {
                                        new Point(1, await(e.later(2L)), new String(new char[] {await(e.later('c'))}))
                                    }
                                    [await(e.later(0))])
                    .o;
        });
    }

    static int[] arr(Env e, int[] a) {
        e.log("arr");
        return a;
    }

    public static Future<Object> compoundIndex(Env e) {
        return async(() -> {
            int[] a = {1, 2, 3, 4};
            long[][] m = {{1, 2}, {3, 4}};
            String[] s = {"a", "b"};
            int i = 0;
            arr(e, a)[await(e.later(i++))] += await(e.later(a[i++])) * i++;
            a[await(e.later(1))]++;
            int old = a[await(e.later(2))]--;
            int pre = ++a[await(e.later(3))];
            m[await(e.later(1))][await(e.later(0))] <<= await(e.later(3));
            m[await(e.later(0))][1] += m[0][await(e.later(0))] += await(e.later(5));
            s[await(e.later(1))] += await(e.later("c")) + s[0] + i;
            a[a[await(e.later(0))] = 1] ^= await(e.later(6));
            char c = 'a';
            c += await(e.later(1));
            short sh = 1;
            sh *= await(e.later(300));
            Integer boxed = 5;
            boxed += await(e.later(6));
            boxed++;
            Integer[] bs = {1, 2};
            bs[await(e.later(0))] += await(e.later(4));
            bs[await(e.later(1))]++;
            return Arrays.toString(a)
                    + Arrays.deepToString(m)
                    + Arrays.toString(s)
                    + i
                    + old
                    + pre
                    + c
                    + sh
                    + boxed
                    + Arrays.toString(bs);
        });
    }

    public static Future<Object> generics(Env e) {
        return ready(await(CombinedOperands.<String>inter(e, "abc")));
    }

    static <T extends Comparable<T> & Serializable & CharSequence> Future<Object> inter(Env e, T v) {
        T a = await(e.later(v));
        Supplier<T> s = () -> a;
        var list = await(e.later(true)) ? new ArrayList<T>() : new LinkedList<T>();
        list.add(a);
        T c = list.get(await(e.later(0)));
        var x = await(e.later(false)) ? 1 : "str";
        return ready(both(c, s) + both(await(e.later(c)), () -> c) + x + c.charAt(await(e.later(1))) + list);
    }

    public static Future<Object> wideOnStack(Env e) {
        return async(() -> {
            long l = 1L << 40;
            double d = 0.5;
            float f = 2f;
            return (l + (d * (f + (l - (d + await(e.later(1)) * l) * d) + await(e.later(2L))))) + ":"
                    + Math.max(l, await(e.later(3L))) + String.format("%d %.1f %s", l, d, await(e.later("z")))
                    + (l > await(e.later(5)) ? d : await(e.later(1.5)))
                    + (d < await(e.later(0.25)) == (l != await(e.later(1L))));
        });
    }

    static int count;

    static int next() {
        return ++count;
    }

    public static Future<Object> sideEffects(Env e) {
        return async(() -> {
            count = 0;
            int x = next() * 100 + await(e.later(next())) * 10 + next();
            int y = (x = next()) + await(e.later(x)) + (x += next()) + x;
            int[] a = new int[await(e.later(next()))];
            a[0] = a[a.length - 1] = await(e.later(next()));
            boolean b = (x > 0 & await(e.later(false))) | !(await(e.later(true)) ^ x == 3);
            return x + " " + y + " " + a.length + a[0] + b + -(await(e.later(1.5f))) + ~await(e.later(2))
                    + (byte) (int) await(e.later(300));
        });
    }

    public static Future<Object> nullReturns(Env e) {
        return async(() -> {
            Integer n = await(e.later((Integer) null));
            Object o = null;
            String s = (String) o;
            int[][] z = null;
            for (int i = 0; i < 2; i++) {
                if (z == null) {
                    z = new int[await(e.later(1))][];
                } else {
                    s = "" + z.length;
                }
                await(e.later(n));
            }
            try {
                return n + await(e.later(1));
            } catch (NullPointerException x) {
                return s + await(e.later("npe")) + z[0];
            }
        });
    }

    public static Future<Object> ternaries(Env e) {
        return async(() -> {
            Object o = await(e.later(true))
                    ? await(e.later(false))
                            ? new Point(1, 1, "")
                            : await(e.later(true)) ? new StringBuilder(await(e.later("in"))) : "s"
                    : null;
            Runnable r = await(e.later(1)) == 1 ? () -> e.log("r1") : () -> e.log("r2");
            r.run();
            return "" + o + (o instanceof CharSequence c && c.length() == await(e.later(2)) ? c : await(e.later("no")))
                    + new StringBuilder(await(e.later(true)) ? new String(await(e.later("b"))) : new String("c"));
        });
    }
}
