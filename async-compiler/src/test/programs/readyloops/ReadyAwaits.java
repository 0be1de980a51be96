package readyloops;

import static pollux.async.Async.await;
import static pollux.future.Futures.failed;
import static pollux.future.Futures.ready;
import static pollux.future.Futures.yieldNow;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import pollux.future.Future;

/** What ReadyAwaitsTest runs: each awaits a given number of constants and tells what came out. */
public class ReadyAwaits {

    public static Future<String> ints(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ready(i * 1000));
        }
        return ready("" + sum);
    }

    public static Future<String> boxes(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            Integer value = await(ready(i * 1000));
            sum += value;
        }
        return ready("" + sum);
    }

    public static Future<String> longs(int n) {
        long sum = 0;
        for (long i = 0; i < n; i++) {
            sum += await(ready(i << 33)) >> 33;
        }
        return ready("" + sum);
    }

    public static Future<String> doubles(int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ready(i + 0.5));
        }
        return ready("" + sum);
    }

    public static Future<String> floats(int n) {
        float sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ready(i + 0.5f));
        }
        return ready("" + sum);
    }

    public static Future<String> chars(int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ready((char) (i + 200)));
        }
        return ready("" + sum);
    }

    public static Future<String> bytes(int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ready((byte) i)) + await(ready((short) 0));
        }
        return ready("" + sum);
    }

    public static Future<String> truths(int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            if (await(ready(i % 2 == 0))) {
                sum++;
            }
        }
        return ready("" + sum);
    }

    public static Future<String> nulls(int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(ready((Object) null)) == null ? 1 : 0;
        }
        return ready("" + sum);
    }

    /** A value that is no box stays the object that it was. */
    public static Future<String> objects(int n) {
        int same = 0;
        for (int i = 0; i < n; i++) {
            Object value = new Object();
            same += await(ready(value)) == value ? 1 : 0;
        }
        return ready("" + same);
    }

    public static Future<String> texts(int n) {
        int length = 0;
        for (int i = 0; i < n; i++) {
            length += await(ready("x" + i)).length();
        }
        return ready("" + length);
    }

    public static Future<String> statements(int n) {
        int turns = 0;
        for (int i = 0; i < n; i++) {
            await(ready(i));
            turns++;
        }
        return ready("" + turns);
    }

    public static Future<String> operands(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum = Objects.requireNonNull(Math.max(sum, 3L) - Math.max(sum, 3L) + sum, "a" + await(ready("b")))
                    + await(ready(i));
        }
        return ready("" + sum);
    }

    public static Future<String> conditions(int n) {
        long sum = 0;
        for (int i = 0; i < n; i++) {
            sum += await(i % 3 == 0 ? ready(i) : pollux.async.Async.async(() -> 1));
        }
        return ready("" + sum);
    }

    public static Future<String> failures(int n) {
        int caught = 0;
        for (int i = 0; i < n; i++) {
            try {
                await(failed(new IOException("" + i)));
            } catch (CancellationException e) {
                throw e;
            } catch (Exception e) {
                caught += e.getMessage().equals("" + i) ? 1 : 1000;
            }
        }
        return ready("" + caught);
    }

    /** The cast and the opening of the box belong to the await, also for the handlers around it. */
    @SuppressWarnings("unchecked")
    public static Future<String> wrongTypes(int n) {
        int caught = 0;
        for (int i = 0; i < n; i++) {
            try {
                int none = await((Future<Integer>) (Future<?>) (i % 2 == 0 ? ready("text") : ready(null)));
                return ready("" + none);
            } catch (ClassCastException | NullPointerException e) {
                caught++;
            }
        }
        return ready("" + caught);
    }

    /** Where a number has to come out, null is an error that says so: of a constant, and of another future. */
    public static Future<String> nullNumbers(int n) {
        int caught = 0;
        for (int i = 0; i < n; i++) {
            try {
                switch (i % 6) {
                    case 0 -> caught += await((Future<Integer>) ready((Integer) null));
                    case 1 -> caught += await(ready((Long) null));
                    case 2 -> caught += await(ready((Double) null));
                    case 3 -> caught += await(yieldNow().map(none -> (Integer) null));
                    case 4 -> caught += await(yieldNow().map(none -> (Long) null));
                    default -> caught += await(yieldNow().map(none -> (Double) null));
                }
            } catch (NullPointerException e) {
                caught += e.getMessage().equals("the awaited future ended with null, where the code needs a number")
                        ? 1
                        : 1000;
            }
        }
        return ready("" + caught);
    }

    /** Numbers of futures that suspend first. */
    public static Future<String> lateNumbers(int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            int turn = i;
            sum += await(yieldNow().map(none -> turn));
            sum += await(yieldNow().map(none -> (long) turn << 33)) >> 33;
            sum += await(yieldNow().map(none -> turn + 0.5));
        }
        return ready("" + sum);
    }

    public static Future<String> twice(int n) {
        int refused = 0;
        for (int i = 0; i < n; i++) {
            Future<Integer> constant = ready(i);
            await(constant);
            try {
                await(constant);
            } catch (CancellationException e) {
                throw e;
            } catch (IllegalStateException e) {
                refused++;
            }
        }
        return ready("" + refused);
    }

    /** Never ends by itself; tells where it was cancelled. */
    public static Future<String> cancelled(int n) {
        int turns = 0;
        while (true) {
            try {
                await(ready(turns));
                turns++;
            } catch (CancellationException e) {
                System.setProperty("readyloops.cancelled", "" + turns);
                throw e;
            }
        }
    }
}
