package direct;

import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.io.IOException;
import pollux.future.Future;

/** What DirectCallsTest runs: each loop calls an async method directly, and once more by way of a variable. */
public class Calls {

    private static Future<Integer> atOnce(int n) throws IOException {
        if (n < 0) {
            await(ready(n));
        }
        return ready(n);
    }

    private static Future<Integer> once(int n) throws IOException {
        return ready(await(ready(n)));
    }

    private static Future<Integer> thrice(int n) throws IOException {
        return ready(await(ready(n)) + await(ready(1)) + await(ready(2)));
    }

    private static Future<Integer> nested(int n) throws IOException {
        return ready(await(once(n)) + await(atOnce(n)));
    }

    private static Future<Integer> failing(int n) throws IOException {
        if (n >= 0) {
            throw new IOException("at once");
        }
        return ready(await(ready(n)));
    }

    private static Future<Integer> failingLater(int n) throws IOException {
        int m = await(ready(n));
        throw new IOException("later " + m);
    }

    private static Future<Integer> deep(int n) throws IOException {
        return ready(n % 300 == 0 ? await(ready(n)) : 1 + await(deep(n - 1)));
    }

    public static Future<Integer> loop(String callee, boolean directly, int turns) {
        int sum = 0;
        for (int i = 0; i < turns; i++) {
            try {
                if (directly) {
                    sum += switch (callee) {
                        case "atOnce" -> await(atOnce(i));
                        case "once" -> await(once(i));
                        case "thrice" -> await(thrice(i));
                        case "nested" -> await(nested(i));
                        case "failing" -> await(failing(i));
                        case "failingLater" -> await(failingLater(i));
                        default -> await(deep(i));
                    };
                } else {
                    Future<Integer> future = switch (callee) {
                        case "atOnce" -> atOnce(i);
                        case "once" -> once(i);
                        case "thrice" -> thrice(i);
                        case "nested" -> nested(i);
                        case "failing" -> failing(i);
                        case "failingLater" -> failingLater(i);
                        default -> deep(i);
                    };
                    sum += await(future);
                }
            } catch (IOException failed) {
                sum += failed.getMessage().length();
            }
        }
        return ready(sum);
    }

    private static Future<Integer> inner(Future<Integer> leaf, long wide) throws IOException {
        int n = await(leaf);
        if (n > 0) {
            throw new IOException("inner " + wide);
        }
        return ready(n);
    }

    private static Future<Integer> middle(Future<Integer> leaf) throws IOException {
        return ready(1 + await(inner(leaf, 1L << 40)));
    }

    public static Future<Integer> outer(Future<Integer> leaf) throws IOException {
        return ready(1 + await(middle(leaf)));
    }
}
