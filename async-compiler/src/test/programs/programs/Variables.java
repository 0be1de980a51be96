package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.ArrayList;
import java.util.List;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Variables {

    public static Future<Object> allKinds(Env e) {
        return async(() -> {
            boolean z = true;
            byte b = 1;
            char c = 'c';
            short s = 2;
            int i = 3;
            long l = 4L;
            float f = 5.5f;
            double d = 6.5;
            String o = "o";
            int[] a = {7};
            String[][] aa = {{"8"}};
            await(e.later(0));
            z = !z;
            b++;
            c++;
            s--;
            l <<= 40;
            f *= 2;
            d /= 2;
            await(e.later(0));
            return z + " " + b + c + s + i + l + f + d + o + a[0] + aa[0][0];
        });
    }

    public static Future<Object> nullTyped(Env e) {
        return async(() -> {
            String s = null;
            Object o = null;
            await(e.later(1));
            if (s == null) {
                s = await(e.later("set"));
            }
            return s + o;
        });
    }

    public static Future<Object> assignedLater(Env e) {
        return async(() -> {
            int x;
            String s;
            if (await(e.later(true))) {
                x = await(e.later(1));
                s = "a";
            } else {
                x = 2;
                s = await(e.later("b"));
            }
            await(e.later(0));
            return s + x;
        });
    }

    public static Future<Object> inaccessibleBound(Env e) {
        return async(() -> {
            var x = await(e.later(true)) ? new StringBuilder("sb") : new StringBuffer("sf");
            await(e.later(1));
            CharSequence seen = x;
            return seen + await(e.later("."));
        });
    }

    public static Future<Object> slotReuse(Env e) {
        return async(() -> {
            String out = "";
            {
                long l = await(e.later(1L));
                out += l + await(e.later(2));
            }
            {
                String s = await(e.later("s"));
                int i = 4;
                out += s + await(e.later(3)) + i;
            }
            {
                double d = 1.5;
                out += await(e.later("d")) + d;
            }
            return out;
        });
    }

    public static Future<Object> narrowing(Env e) {
        return async(() -> {
            Object o = "string";
            List<Object> seen = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                seen.add(o);
                await(e.later(i));
                o = i == 0 ? (Object) Integer.valueOf(5) : new int[] {1};
            }
            return seen.size() + " " + seen.get(1) + (o instanceof int[]);
        });
    }

    public static Future<Object> many(Env e) {
        return async(() -> {
            int a0 = 0, a1 = 1, a2 = 2, a3 = 3, a4 = 4, a5 = 5, a6 = 6, a7 = 7, a8 = 8, a9 = 9;
            long b0 = 0, b1 = 1, b2 = 2, b3 = 3, b4 = 4, b5 = 5, b6 = 6, b7 = 7, b8 = 8, b9 = 9;
            String c0 = "0", c1 = "1", c2 = "2", c3 = "3", c4 = "4", c5 = "5", c6 = "6", c7 = "7", c8 = "8";
            double d0 = 0, d1 = 1, d2 = 2, d3 = 3, d4 = 4, d5 = 5, d6 = 6, d7 = 7, d8 = 8, d9 = 9;
            a0 += await(e.later(1));
            b0 += await(e.later(1));
            c0 += await(e.later(1));
            d0 += await(e.later(1));
            return a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9 + " " + b0 + b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8 + b9
                    + c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + (d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7 + d8 + d9);
        });
    }

    public static Future<Object> synchronizedAround(Env e) {
        return async(() -> {
            Object lock = new Object();
            int n = 0;
            synchronized (lock) {
                n++;
            }
            n += await(e.later(1));
            synchronized (await(e.later(lock))) {
                n++;
                e.log(Thread.holdsLock(lock));
            }
            n += await(e.later(1));
            e.log(Thread.holdsLock(lock));
            return n;
        });
    }

    public static Future<Object> asserted(Env e) {
        return async(() -> {
            int n = await(e.later(1));
            assert n == 1 : "never" + n;
            return n + await(e.later(1));
        });
    }
}
