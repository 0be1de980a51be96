package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.future.Futures.ready;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Calls of async methods that return numbers, which come back without a box; and of those that may not. */
public class Numbers {

    private static final int[] INTS = {0, 1, -1, 127, 128, -129, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final long[] LONGS = {0, -1, 127, 128, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] DOUBLES = {
        0.0, -0.0, 1.5, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY, Double.longBitsToDouble(-1L)
    };

    // ---- each primitive type

    private static Future<Integer> ofInt(Env e, int n) {
        return ready(await(e.later(n)) + 0);
    }

    private static Future<Long> ofLong(Env e, long n) {
        return ready(await(e.later(n)) + 0);
    }

    private static Future<Double> ofDouble(Env e, double n) {
        double before = await(e.later(n));
        return ready(Double.longBitsToDouble(Double.doubleToRawLongBits(before)));
    }

    private static Future<Float> ofFloat(Env e, float n) {
        return ready(await(e.later(n)) * 2);
    }

    private static Future<Short> ofShort(Env e, short n) {
        return ready((short) (await(e.later(n)) + 1));
    }

    private static Future<Byte> ofByte(Env e, byte n) {
        return ready((byte) (await(e.later(n)) + 1));
    }

    private static Future<Character> ofChar(Env e, char n) {
        return ready((char) (await(e.later(n)) + 1));
    }

    private static Future<Boolean> ofBoolean(Env e, boolean n) {
        return ready(!await(e.later(n)));
    }

    public static Future<Object> ints(Env e) {
        long sum = 0;
        for (int n : INTS) {
            sum = sum * 31 + await(ofInt(e, n));
            int same = await(ofInt(e, n));
            long wider = await(ofInt(e, n));
            Integer box = await(ofInt(e, n));
            Object object = await(ofInt(e, n));
            Number number = await(ofInt(e, n));
            e.log(same + " " + wider + " " + box + " " + object + " " + number + " " + object.getClass());
        }
        return ready(sum);
    }

    public static Future<Object> longs(Env e) {
        long sum = 0;
        for (long n : LONGS) {
            sum = sum * 31 + await(ofLong(e, n));
            Long box = await(ofLong(e, n));
            Comparable<Long> comparable = await(ofLong(e, n));
            float rounded = await(ofLong(e, n));
            e.log(box + " " + comparable + " " + rounded + " " + (int) (long) await(ofLong(e, n)));
        }
        return ready(sum);
    }

    public static Future<Object> doubles(Env e) {
        List<Object> all = new ArrayList<>();
        for (double n : DOUBLES) {
            all.add(Double.doubleToRawLongBits(await(ofDouble(e, n))));
            all.add(await(ofDouble(e, n)));
            all.add(await(ofDouble(e, n)) / 2);
        }
        return ready(all);
    }

    public static Future<Object> others(Env e) {
        float f = await(ofFloat(e, 1.5f));
        short s = await(ofShort(e, Short.MAX_VALUE));
        byte b = await(ofByte(e, Byte.MAX_VALUE));
        char c = await(ofChar(e, 'x'));
        boolean z = await(ofBoolean(e, true));
        return ready(f + " " + s + " " + b + " " + c + " " + z + await(ofFloat(e, f)) + await(ofBoolean(e, z)));
    }

    // ---- what becomes of the number

    /** Small numbers have one box each; each await of an equal one gives the same. */
    public static Future<Object> identity(Env e) {
        boolean small = await(ofInt(e, 127)) == await(ofInt(e, 127));
        Integer box = await(ofInt(e, -128));
        return ready(small + " " + (box == await(ofInt(e, -128))) + " " + await(ofInt(e, 1000)).equals(1000));
    }

    public static Future<Object> unused(Env e) {
        await(ofInt(e, 1));
        await(ofLong(e, 1));
        for (int i = 0; i < 3; i++) {
            await(ofDouble(e, i));
        }
        return ready("unused");
    }

    public static Future<Object> operands(Env e) {
        int[] a = {1, 2, 3};
        int i = 0;
        a[i++] += await(ofInt(e, a[i])) * await(ofInt(e, 5)) + (int) (long) await(ofLong(e, i));
        a[await(ofInt(e, 2))] = await(ofInt(e, 4)) > await(ofInt(e, 3)) ? await(ofInt(e, 9)) : 0;
        String s = await(ofInt(e, 7)) + "," + await(ofDouble(e, 0.5)) + await(ofLong(e, -1));
        switch (await(ofInt(e, 2))) {
            case 2 -> s += "two";
            default -> s += "other";
        }
        long shifted = await(ofLong(e, 1)) << await(ofInt(e, 33));
        return ready(s + a[0] + a[1] + a[2] + shifted + new StringBuilder().append(await(ofInt(e, 6))));
    }

    private static <T> T same(T value) {
        return value;
    }

    private static <T extends Number> Future<String> generic(Env e, T value) {
        return ready(await(e.later(value)) + "!");
    }

    public static Future<Object> generics(Env e) {
        Supplier<Future<Integer>> made = () -> ofInt(e, 3);
        int own = same(await(ofInt(e, 4)));
        return ready(own + await(made.get()) + await(generic(e, await(ofLong(e, 5)))));
    }

    // ---- how the methods return

    private static Future<Integer> several(Env e, int n) {
        if (n == 0) {
            return ready(-1);
        }
        if (await(ofInt(e, n)) == 2) {
            return ready(await(e.later(20)) + 2);
        }
        return ready(n * 10);
    }

    /** One return of a box that may be null. */
    private static Future<Integer> mayBeNull(Env e, int n) {
        Integer box = n == 1 ? null : Integer.valueOf(n);
        if (n > 1) {
            return ready(await(e.later(n)) + 1);
        }
        await(e.later(n));
        return ready(box);
    }

    private static Future<Number> mixed(Env e, int n) {
        if (await(e.later(n)) > 1) {
            return ready(1L + n);
        }
        return ready(n + 1);
    }

    private static Future<Integer> notReady(Env e, int n) {
        if (n > 1) {
            return e.later(await(e.later(n)) + 1);
        }
        return ready(await(ofInt(e, n)) + 2);
    }

    private static Future<Integer> choice(Env e, int n) {
        return ready(await(e.later(n)) > 1 ? await(ofInt(e, n)) : 1000 + n);
    }

    private static Future<Integer> through(Env e, int n) {
        return ready(await(ofInt(e, n)));
    }

    private static Future<Integer> boxed(Env e, int n) {
        await(e.later(n));
        return ready(Integer.valueOf(n + 1));
    }

    private static Future<Long> cleansUp(Env e, int n) {
        try {
            return ready(1L + await(ofInt(e, n)));
        } finally {
            e.log("after " + await(ofLong(e, n + 100)));
        }
    }

    private static Future<Integer> locked(Env e, int n) {
        int m = await(ofInt(e, n));
        synchronized (e) {
            return ready(m + 1);
        }
    }

    private static Future<Integer> fails(Env e, int n) {
        if (await(ofInt(e, n)) == 1) {
            throw new IllegalArgumentException("one");
        }
        return ready(10 / await(ofInt(e, n)));
    }

    private static Future<Integer> recursive(Env e, int n) {
        return ready(n == 0 ? 0 : n + await(recursive(e, n - 1)) + (n == 3 ? await(e.later(1)) : 0));
    }

    private static Future<Integer> recursiveSum(Env e, int n) {
        if (n == 0) {
            return ready(0);
        }
        int rest = await(recursiveSum(e, n - 1));
        return ready(rest + (n % 3 == 0 ? await(e.later(n)) : n));
    }

    private static Future<Long> loops(Env e, int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ofInt(e, i)) * await(ofLong(e, 1L << 33));
        }
        return ready(sum);
    }

    public static Future<Object> returns(Env e) {
        List<Object> all = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            all.add(await(several(e, n)));
            all.add(await(several(e, n)) + 1);
            all.add(await(mayBeNull(e, n)));
            all.add(await(mixed(e, n)));
            all.add(await(mixed(e, n)).longValue());
            all.add(await(notReady(e, n)) + 1);
            all.add(await(choice(e, n)) + 1);
            all.add(await(through(e, n)) + 1);
            all.add(await(boxed(e, n)) + 1);
            all.add(await(cleansUp(e, n)) + 1);
            all.add(await(locked(e, n)) + 1);
        }
        return ready(all);
    }

    public static Future<Object> recursions(Env e) {
        return ready(await(recursive(e, 5)) + " " + await(recursiveSum(e, 7)) + " " + (await(loops(e, 4)) + 1));
    }

    public static Future<Object> failures(Env e) {
        int sum = 0;
        for (int n = 0; n < 3; n++) {
            try {
                sum += await(fails(e, n));
                sum += await(mayBeNull(e, n));
            } catch (ArithmeticException | NullPointerException | IllegalArgumentException expected) {
                e.log(expected.getClass() + " at " + n);
            } finally {
                sum += await(ofInt(e, 100));
            }
        }
        return ready(sum);
    }

    public static Future<Object> blocks(Env e) {
        return async(() -> {
            int sum = await(ofInt(e, 1));
            for (int n : each(e.items(3))) {
                sum += await(ofInt(e, n)) + (int) (long) await(ofLong(e, n));
            }
            return sum + await(async(() -> await(ofDouble(e, 0.5)) + await(ofInt(e, 2))));
        });
    }

    // ---- instances

    private final int base = 1000;

    private Future<Integer> own(Env e, int n) {
        return ready(base + await(e.later(n)));
    }

    private Future<Integer> twice(Env e, int n) {
        return ready(await(own(e, n)) + await(this.own(e, n)));
    }

    interface Shape {
        Future<Double> area(Env e);

        private Future<Double> half(Env e, double whole) {
            return ready(await(e.later(whole)) / 2);
        }

        default Future<Double> triangle(Env e) {
            return ready(await(half(e, 5)) + await(half(e, 0)));
        }
    }

    record Square(double side) implements Shape {
        @Override
        public Future<Double> area(Env e) {
            return ready(await(e.later(side)) * side);
        }

        Future<Double> both(Env e) {
            return ready(await(area(e)) + await(triangle(e)));
        }
    }

    public static Future<Object> instances(Env e) {
        Square square = new Square(3);
        Shape shape = square;
        return ready(await(new Numbers().twice(e, 4)) + await(square.both(e)) + await(shape.area(e)));
    }
}
