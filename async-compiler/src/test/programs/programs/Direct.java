package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.future.Futures.ready;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Async methods that are awaited where they are called; no class can override the most of them. */
public class Direct {

    private long state = 5;

    // ---- arguments and results

    private static Future<Integer> ints(Env e, int a, byte b, short c, char d, boolean f) {
        a += await(e.later(1));
        b++;
        if (f) {
            c = (short) (c + await(e.later(2)));
        }
        return ready(a + b + c + d + (f ? 1 : 0));
    }

    private static Future<Long> wide(Env e, long a, double b, float c, long d) {
        long before = a;
        a = await(e.later(a + 1));
        b *= await(e.later(0.5));
        d -= a;
        return ready(before + a + (long) (b + c) + await(e.later(d)));
    }

    private static Future<Double> real(Env e, double a) {
        return ready(await(e.later(a)) + a);
    }

    private static Future<String> objects(Env e, String s, int[] numbers, List<? super String> list, Object... more) {
        s = s + numbers.length + await(e.later("s"));
        list.add(s);
        numbers = new int[] {more.length};
        await(e.later("again"));
        return ready(s + list + numbers[0]);
    }

    private static <T extends Comparable<T>> Future<T> larger(Env e, T a, T b) {
        return ready(await(e.later(a)).compareTo(b) > 0 ? a : b);
    }

    private static Future<Void> nothing(Env e) {
        e.log(await(e.later("nothing")));
        return ready(null);
    }

    private static Future<Boolean> odd(Env e, int n) {
        return ready((await(e.later(n)) & 1) == 1);
    }

    public static Future<Object> argumentsAndResults(Env e) {
        int i = await(ints(e, 1, (byte) 2, (short) 3, 'd', true));
        long l = await(wide(e, 1L << 40, 2.5, 0.25f, 7));
        double d = await(real(e, l));
        String s = await(objects(e, "t", new int[3], new ArrayList<>(), i, d));
        Void v = await(nothing(e));
        await(nothing(e));
        return ready(i + " " + l + " " + d + " " + s + v + await(larger(e, "a", "b")) + await(larger(e, 4, 3)));
    }

    public static Future<Object> operands(Env e) {
        long[] a = {1, 2, 3};
        int i = 0;
        a[i++] += await(wide(e, a[i], await(real(e, 1)), 1, i)) + await(ints(e, i, (byte) 0, (short) 0, 'a', false));
        String s = i + "," + await(real(e, i)) + (await(odd(e, i)) ? await(larger(e, "x", "y")) : "even");
        return ready(s + a[0] + new StringBuilder(await(objects(e, "b", new int[i], new ArrayList<>()))));
    }

    public static Future<Object> conditions(Env e) {
        int n = 0;
        while (await(odd(e, 1)) && n < 3 || await(odd(e, 2))) {
            n += await(n == 1 ? real(e, n) : real(e, 1)) > 1 ? 1 : 2;
        }
        return ready(n);
    }

    public static Future<Object> blocks(Env e) {
        long captured = 3;
        return async(() -> {
            int i = await(ints(e, (int) captured, (byte) 1, (short) 1, 'b', true));
            String s = await(async(() -> await(larger(e, "p", "q")) + await(real(e, captured))));
            return s + i;
        });
    }

    // ---- failures

    private static Future<Integer> throwsBefore(Env e, int n) throws IOException {
        if (n > 0) {
            throw new IOException("before " + n);
        }
        return ready(await(e.later(n)));
    }

    private static Future<Integer> throwsAfter(Env e, int n) throws IOException {
        int m = await(e.later(n));
        if (m > 0) {
            throw new IOException("after " + m);
        }
        return ready(m);
    }

    private static Future<String> cleansUp(Env e, int n) throws Exception {
        try {
            try {
                await(throwsAfter(e, n));
            } catch (IOException wrong) {
                e.log(wrong.getMessage());
                await(throwsBefore(e, n));
            } finally {
                e.log("inner " + await(odd(e, n)));
            }
            return ready("fine");
        } finally {
            await(nothing(e));
            e.log("outer");
        }
    }

    public static Future<Object> failures(Env e) throws Exception {
        for (int n = 0; n < 3; n++) {
            try {
                e.log(await(cleansUp(e, n & 1)));
            } catch (IOException expected) {
                e.log("caught " + expected.getMessage());
            } finally {
                try {
                    await(throwsBefore(e, n));
                } catch (IOException ignored) {
                    e.log("ignored " + ignored.getMessage());
                }
            }
        }
        return ready(await(throwsAfter(e, 0)));
    }

    private static Future<Object> returnsNull(Env e, boolean later) {
        String s = await(e.later("s"));
        return later ? null : ready(s);
    }

    public static Future<Object> nullFuture(Env e) {
        try {
            return ready(await(returnsNull(e, false)) + "" + await(returnsNull(e, true)));
        } catch (NullPointerException refused) {
            return ready("refused");
        }
    }

    // ---- what the callee does

    private static Future<Integer> returnsOther(Env e, int n) {
        int m = await(e.later(n));
        try {
            return m > 1 ? e.later(m) : ready(m);
        } finally {
            e.log("left " + m);
        }
    }

    private static Future<Integer> locks(Env e, Object lock) {
        int n;
        synchronized (lock) {
            n = 3;
        }
        n += await(e.later(1));
        synchronized (lock) {
            return ready(n);
        }
    }

    private static Future<Integer> loops(Env e, int count) {
        int sum = 0;
        for (int i : each(e.items(count))) {
            sum += i + await(returnsOther(e, i));
        }
        return ready(sum);
    }

    private static Future<Integer> noAwaits(int n) {
        return ready(n);
    }

    private static Future<Integer> forwards(Env e, int n) {
        return await(odd(e, n)) ? forwards(e, n - 1) : returnsOther(e, n);
    }

    public static Future<Object> callees(Env e) {
        int n = await(returnsOther(e, 1)) + await(returnsOther(e, 2)) + await(locks(e, new Object()));
        return ready(n + await(loops(e, 3)) + await(noAwaits(n)) + await(forwards(e, 3)));
    }

    private static Future<Long> fib(Env e, int n) {
        return n < 2 ? e.later((long) n) : ready(await(fib(e, n - 1)) + await(fib(e, n - 2)));
    }

    private static Future<Integer> even(Env e, int n) {
        return ready(n == 0 ? await(e.later(1)) : await(uneven(e, n - 1)));
    }

    private static Future<Integer> uneven(Env e, int n) {
        return ready(n == 0 ? await(e.later(0)) : await(even(e, n - 1)));
    }

    public static Future<Object> recursion(Env e) {
        return ready(await(fib(e, 6)) + " " + await(even(e, 9)) + await(even(e, 600)));
    }

    // ---- instances

    private Future<Long> counts(Env e, long by) {
        state += await(e.later(by));
        return ready(state);
    }

    final Future<String> callsOwn(Env e, int n) {
        long l = await(counts(e, n)) + await(this.counts(e, 1));
        return ready(l + (n > 0 ? await(callsOwn(e, n - 1)) : ""));
    }

    public Future<String> overridden(Env e) {
        return ready("base" + await(e.later(1)));
    }

    final Future<String> callsOverridden(Env e) {
        return ready(await(overridden(e)) + await(callsOwn(e, await(e.later(1)))));
    }

    static Direct noInstance() {
        return null;
    }

    private static class Sub extends Direct {
        @Override
        public Future<String> overridden(Env e) {
            return ready("sub " + await(super.overridden(e)) + await(hidden(e)));
        }

        private Future<String> hidden(Env e) {
            return ready("hidden" + await(e.later(2)));
        }
    }

    public static Future<Object> instances(Env e) {
        Direct other = new Direct();
        String s = await(new Sub().callsOverridden(e)) + await(other.callsOverridden(e)) + await(other.counts(e, 2));
        try {
            return ready(await(noInstance().counts(e, 2)));
        } catch (NullPointerException expected) {
            return ready(s + other.state);
        }
    }

    interface Shape extends Function<Env, Future<String>> {
        String name();

        @Override
        default Future<String> apply(Env e) {
            return ready(await(decorated(e, 1.5)) + await(of(e, name())));
        }

        private Future<String> decorated(Env e, double d) {
            return ready(name() + await(e.later(d)));
        }

        private static Future<String> of(Env e, String s) {
            return ready(s + await(e.later("of")));
        }
    }

    record Point(int x, long y) implements Shape {
        Future<Long> sum(Env e) {
            return ready(x + y + await(e.later(1)));
        }

        Future<Long> twice(Env e) {
            return ready(await(sum(e)) + await(this.sum(e)));
        }

        @Override
        public String name() {
            return "point";
        }
    }

    enum Kind implements Shape {
        ONE,
        TWO {
            @Override
            Future<String> own(Env e) {
                return ready("two" + await(e.later(2)));
            }
        };

        Future<String> own(Env e) {
            return ready("one" + await(e.later(1)));
        }

        Future<String> all(Env e) {
            return ready(await(own(e)) + await(shared(e, ordinal())));
        }

        private static Future<Integer> shared(Env e, int n) {
            return ready(n + await(e.later(n)));
        }
    }

    abstract static class Generic<T> {
        abstract Future<T> make(Env e, T seed);

        final Future<List<T>> both(Env e, T seed) {
            T first = await(make(e, seed));
            return ready(List.of(first, await(make(e, first))));
        }
    }

    static final class Texts extends Generic<String> {
        @Override
        Future<String> make(Env e, String seed) {
            return ready(await(own(e, seed)) + "!");
        }

        Future<String> own(Env e, String seed) {
            return ready(seed + await(e.later("t")));
        }
    }

    public static Future<Object> types(Env e) {
        String s = await(new Point(1, 2).apply(e)) + await(new Point(3, 4).twice(e));
        for (Kind kind : Kind.values()) {
            s += await(kind.all(e)) + await(kind.apply(e));
        }
        return ready(s + await(new Texts().both(e, "x")));
    }
}
