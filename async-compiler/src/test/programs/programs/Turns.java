package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Calls in loops, of methods that await little: they take turns, and more of them are made than a poll may make. */
public class Turns {

    private static final int MANY = 160;

    private static Future<Integer> one(int n) {
        return ready(await(ready(n + 1)));
    }

    private static Future<Long> wide(long a, double b, float c, Object d, int... more) {
        return ready(await(ready(a)) + (long) (b + c) + (d == null ? 1 : 2) + more.length);
    }

    private static Future<Double> real(double a) {
        return ready(await(ready(a)));
    }

    private static <T> Future<T> same(T value) {
        return ready(await(ready(value)));
    }

    private static Future<Integer> third(int n) throws IOException {
        int m = await(ready(n));
        if (m % 3 == 0) {
            throw new IOException("third " + m);
        }
        return ready(m);
    }

    private static Future<Integer> later(Env e, int n) {
        return ready(await(e.later(n)));
    }

    public static Future<Object> operands(Env e) {
        long l = 1L << 40;
        double d = await(e.later(0.5));
        float f = 1.5f;
        String none = null;
        int[] a = new int[3];
        Object[] o = {1, "x"};
        long sum = await(later(e, 1));
        for (int i = 0; i < MANY; i++) {
            sum += (l + i) * await(wide(l + sum % 7, d * i, f, null, a)) + (long) (d * await(wide(i, d, f, none, i)));
            a[i % 3] += await(one(a[(i + 1) % 3])) + (i % 2 == 0 ? i : await(one(await(one(i)))));
            o[i % 2] = i % 2 == 0 ? (Object) await(one(i)) : o[0] + "," + await(one(i)) + l + d + null;
            d += await(real(1));
        }
        return ready(sum + Arrays.toString(a) + Arrays.toString(o) + await(e.later("end")));
    }

    public static Future<Object> objectsThatAreNotInitialized(Env e) {
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            new ArrayList<Integer>(await(one(i)));
            all.add(new StringBuilder("a" + await(one(i))).append(new String("b" + await(same("c" + i)))));
            all.set(0, new Object[] {new String("" + await(one(i))), new long[await(one(2))][await(one(1))]}.length);
            if (i % 80 == 0) {
                all.add(new String(await(e.later("d")) + await(later(e, i))));
            }
        }
        return ready(all + await(e.later("end")));
    }

    /** Where ways meet, right behind an await: its value needs no cast, or comes without its box. */
    public static Future<Object> whereWaysMeet(Env e) {
        String s = "";
        for (int i = 0; i < 4; i++) {
            Object o = i % 2 == 0 ? "even" : await(e.later((Object) "odd"));
            Object p = i % 2 == 0 ? "even" : await(same((Object) "odd"));
            int n = i % 2 == 0 ? 7 : await(e.later(i));
            long l = i % 3 == 0 ? 7L : await(e.later(8L));
            double d = i % 2 == 0 ? await(real(i)) : await(e.later(0.5));
            double x = switch (s) {
                case "Aa" -> 1;
                case "BB" -> await(e.later(1.5));
                default -> await(e.later(2.5));
            };
            s += o + " " + p + n + l + d + x;
        }
        Object q = s.isEmpty() ? "empty" : await(same((Object) "after"));
        int r = s.isEmpty() ? 1 : await(later(e, 2));
        return ready(s + q + r);
    }

    public static Future<Object> choices(Env e) {
        int sum = await(e.later(0));
        for (int i = 0; i < MANY; i++) {
            sum += 7
                    * switch (await(one(i)) % 4) {
                        case 0 -> {
                            try {
                                yield await(third(i));
                            } catch (IOException failed) {
                                yield failed.getMessage().length();
                            } finally {
                                sum += await(one(0));
                            }
                        }
                        case 1 -> await(one(sum));
                        case 2 -> {
                            int k = 0;
                            while (await(one(k)) < 3) {
                                k++;
                            }
                            yield k;
                        }
                        default -> i % 50 == 3 ? await(later(e, i)) : i;
                    };
        }
        return ready(sum + await(e.later("end")));
    }

    public static Future<Object> labels(Env e) {
        int i = await(e.later(0));
        int n = 0;
        outer:
        while (await(one(i)) < MANY) {
            do {
                i++;
                for (; ; ) {
                    if (await(one(i)) % 7 == 0) {
                        continue outer;
                    }
                    if (await(one(n++)) % 5 == 0 || n % 11 == 0) {
                        break;
                    }
                    n += n % 100 == 50 ? await(later(e, 1)) : 0;
                }
            } while (await(one(i)) % 3 != 0);
        }
        return ready(i + " " + n + await(e.later("end")));
    }

    public static Future<Object> handlers(Env e) {
        int i = 0;
        int sum = 0;
        while (true) {
            try {
                try {
                    if (i++ == MANY) {
                        return ready(sum + await(e.later("end")));
                    }
                    sum += await(third(i)) + (i % 40 == 1 ? await(later(e, i)) : 0);
                } finally {
                    sum += await(one(i)) % 2;
                    if (i % 10 == 0) {
                        continue;
                    }
                }
                for (int j : new int[] {1, 2, 3}) {
                    sum += await(one(j));
                }
            } catch (CancellationException cancelled) {
                e.log("cancelled " + i + " " + sum);
                throw cancelled;
            } catch (IOException failed) {
                sum += failed.getMessage().length() + await(one(0));
            }
        }
    }

    public static Future<Object> cleanUp(Env e) {
        int sum = 0;
        try {
            sum += await(later(e, 1)) + await(e.later(2));
            return ready(sum + await(later(e, 3)));
        } finally {
            for (int i = 0; i < MANY; i++) {
                sum += await(one(i));
            }
            e.log("clean " + sum + await(e.later("up")));
        }
    }

    private static final int LIMIT = Integer.parseInt("400");

    /** What stands between the header of a loop and its call: some of it may be done again, some may not. */
    public static Future<Object> headers(Env e) {
        long sum = await(e.later(0));
        for (int i = 0; i < LIMIT; i++) {
            sum += await(one(i));
        }
        int n = 1;
        int left = 1; // is read at the header, and not behind the call before it is written again
        while (left != 0) {
            left = await(one(n)) < LIMIT ? n++ : 0;
        }
        sum += 1000L * n;
        Object more = "more"; // so is this
        while (more != null) {
            more = await(one(n)) < 2 * LIMIT ? "more" + n++ : null;
        }
        sum += 1000L * n;
        int k = 0;
        while (k++ < LIMIT) {
            sum += k - await(one(k));
        }
        int[] read = {0, 1};
        while (read[0]++ * 2L < LIMIT * 2L) {
            sum += await(one(read[0]));
        }
        double d = await(e.later(0.5));
        for (int i = 0; i < 30; i++) {
            String row = "";
            for (long j = i; j < 2L * i && sum + j != 7; j++) {
                d = d / 2 + await(one(i));
                row = row.length() > 40 ? "" + j : row + await(same(j & 7));
            }
            sum += row.length() + (i == 20 ? await(later(e, i)) : 0);
        }
        do {
            boolean odd = (k & 1) != 0;
            try {
                k -= odd && d > 0 ? await(third(k)) % 2 + 1 : await(one(0));
            } catch (IOException failed) {
                k--;
            }
        } while (k > 0);
        return ready(sum + " " + n + " " + k + " " + d + await(e.later("end")));
    }

    record Own(int k) {

        private Future<Integer> plus(int n) {
            return ready(k + await(ready(n)));
        }

        Future<Object> all(Env e) {
            int sum = await(e.later(1));
            for (int i = 0; i < MANY; i++) {
                sum += await(plus(i)) * await(this.plus(await(plus(sum & 1))));
            }
            return ready(sum + await(e.later("end")));
        }
    }

    public static Future<Object> instances(Env e) {
        return async(() -> {
            int[] sum = {await(e.later(0))};
            for (int i = 0; i < MANY; i++) {
                int k = i % 20;
                sum[0] += await(one(i));
                sum[0] += await(async(() -> {
                    int inner = 0;
                    for (int j = 0; j < k; j++) {
                        inner += await(one(j));
                    }
                    return inner;
                }));
            }
            return sum[0] + " " + await(new Own(3).all(e));
        });
    }
}
