package direct;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.io.IOException;
import java.util.concurrent.CancellationException;
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

    /** Not light: it has a loop. */
    private static Future<Integer> looping(int n) throws IOException {
        for (int i = n; i < 0; i++) {
            await(ready(i));
        }
        return ready(n);
    }

    private static Future<Integer> failingLoop(int n) throws IOException {
        for (int i = n; i < 0; i++) {
            await(ready(i));
        }
        throw new IOException("no turn");
    }

    /** Not light: 17 awaits. */
    private static Future<Integer> heavy(int n) throws IOException {
        return ready(await(tall15(n)) + 1);
    }

    /** Not light: 32 awaits, none of them in a loop. */
    private static Future<Integer> line(int n) throws IOException {
        int sum = await(thrice(n)) + await(thrice(n)) + await(thrice(n)) + await(thrice(n)) + await(thrice(n));
        return ready(sum + await(thrice(n)) + await(thrice(n)) + await(thrice(n)));
    }

    /** As line, of calls that fail. */
    private static Future<Integer> failingLine(int n) throws IOException {
        try {
            await(failing(n));
        } catch (IOException failed) {
            n++;
        }
        try {
            await(failing(n));
        } catch (IOException failed) {
            n++;
        }
        return ready(await(line(n)));
    }

    private static Future<Integer> deep(int n) throws IOException {
        return ready(n % 300 == 0 ? await(ready(n)) : 1 + await(deep(n - 1)));
    }

    private static Future<Integer> deepFailing(int n) throws IOException {
        if (n % 300 == 0) {
            throw new IOException("deep");
        }
        return ready(1 + await(deepFailing(n - 1)));
    }

    private static Future<Integer> tall17(int n) throws IOException {
        return ready(1 + await(tall16(n)));
    }

    private static Future<Integer> tall16(int n) throws IOException {
        return ready(1 + await(tall15(n)));
    }

    private static Future<Integer> tall15(int n) throws IOException {
        return ready(1 + await(tall14(n)));
    }

    private static Future<Integer> tall14(int n) throws IOException {
        return ready(1 + await(tall13(n)));
    }

    private static Future<Integer> tall13(int n) throws IOException {
        return ready(1 + await(tall12(n)));
    }

    private static Future<Integer> tall12(int n) throws IOException {
        return ready(1 + await(tall11(n)));
    }

    private static Future<Integer> tall11(int n) throws IOException {
        return ready(1 + await(tall10(n)));
    }

    private static Future<Integer> tall10(int n) throws IOException {
        return ready(1 + await(tall9(n)));
    }

    private static Future<Integer> tall9(int n) throws IOException {
        return ready(1 + await(tall8(n)));
    }

    private static Future<Integer> tall8(int n) throws IOException {
        return ready(1 + await(tall7(n)));
    }

    private static Future<Integer> tall7(int n) throws IOException {
        return ready(1 + await(tall6(n)));
    }

    private static Future<Integer> tall6(int n) throws IOException {
        return ready(1 + await(tall5(n)));
    }

    private static Future<Integer> tall5(int n) throws IOException {
        return ready(1 + await(tall4(n)));
    }

    private static Future<Integer> tall4(int n) throws IOException {
        return ready(1 + await(tall3(n)));
    }

    private static Future<Integer> tall3(int n) throws IOException {
        return ready(1 + await(tall2(n)));
    }

    private static Future<Integer> tall2(int n) throws IOException {
        return ready(1 + await(tall1(n)));
    }

    private static Future<Integer> tall1(int n) throws IOException {
        return ready(1 + await(tall0(n)));
    }

    private static Future<Integer> tall0(int n) throws IOException {
        if (n < 0) {
            throw new IOException("tall");
        }
        return ready(await(ready(n)));
    }

    private static Future<Integer> tallFailing(int n) throws IOException {
        return ready(await(tall17(-1 - n)));
    }

    private static Future<Integer> block(int n) {
        return async(() -> await(ready(n)) + 1);
    }

    private static Future<Integer> blockDeep(int n) {
        return async(() -> n % 300 == 0 ? await(ready(n)) : 1 + await(blockDeep(n - 1)));
    }

    private static Future<Integer> blockFailing(int n) {
        return async(() -> {
            int m = await(ready(n));
            throw new IOException("block " + m);
        });
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
                        case "looping" -> await(looping(i));
                        case "failingLoop" -> await(failingLoop(i));
                        case "heavy" -> await(heavy(i));
                        case "line" -> await(line(i));
                        case "failingLine" -> await(failingLine(i));
                        case "failing" -> await(failing(i));
                        case "failingLater" -> await(failingLater(i));
                        case "deepFailing" -> await(deepFailing(i));
                        case "tall" -> await(tall17(i));
                        case "tallFailing" -> await(tallFailing(i));
                        case "block" -> await(block(i));
                        case "blockDeep" -> await(blockDeep(i));
                        case "blockFailing" -> await(blockFailing(i));
                        default -> await(deep(i));
                    };
                } else {
                    Future<Integer> future = switch (callee) {
                        case "atOnce" -> atOnce(i);
                        case "once" -> once(i);
                        case "thrice" -> thrice(i);
                        case "nested" -> nested(i);
                        case "looping" -> looping(i);
                        case "failingLoop" -> failingLoop(i);
                        case "heavy" -> heavy(i);
                        case "line" -> line(i);
                        case "failingLine" -> failingLine(i);
                        case "failing" -> failing(i);
                        case "failingLater" -> failingLater(i);
                        case "deepFailing" -> deepFailing(i);
                        case "tall" -> tall17(i);
                        case "tallFailing" -> tallFailing(i);
                        case "block" -> block(i);
                        case "blockDeep" -> blockDeep(i);
                        case "blockFailing" -> blockFailing(i);
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

    /** Tells in a system property at which call it was cancelled. */
    public static Future<Integer> cancelled(int turns) throws IOException {
        int sum = 0;
        for (int i = 0; i < turns; i++) {
            try {
                sum += await(once(i));
            } catch (CancellationException e) {
                System.setProperty("direct.cancelled", i + " " + sum);
                throw e;
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
