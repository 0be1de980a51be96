package streams;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.future.Futures.ready;

import java.io.IOException;
import java.util.Iterator;
import pollux.async.AsyncBlock;
import pollux.async.AsyncIterator;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Each {

    public static Future<Object> all(Env e) {
        return async(() -> {
            int sum = 0;
            for (int x : each(e.items(4))) {
                sum += x;
                e.log(sum);
            }
            return sum;
        });
    }

    public static Future<Object> awaitInBody(Env e) {
        return async(() -> {
            String s = "";
            for (Integer x : each(e.items(3))) {
                s += x + await(e.later("-"));
            }
            return s;
        });
    }

    public static Future<Object> breaks(Env e) {
        return async(() -> {
            int last = -1;
            for (int x : each(e.items(5))) {
                last = x;
                if (x == 2) {
                    break;
                }
                e.log(x);
            }
            e.log("after");
            return last + await(e.later(10));
        });
    }

    public static Future<Object> returns(Env e) {
        return async(() -> {
            for (int x : each(e.items(5))) {
                if (x == await(e.later(1))) {
                    return "found " + x;
                }
            }
            return "none";
        });
    }

    public static Future<Object> returnsAtOnce(Env e) {
        return async(() -> {
            for (int x : each(e.items(5))) {
                return x;
            }
            return "none";
        });
    }

    public static Future<Object> throwsOut(Env e) {
        return async(() -> {
            String s = "";
            try {
                for (int x : each(e.items(5))) {
                    s += x;
                    if (x == 1) {
                        throw new IOException("at " + x);
                    }
                }
            } catch (IOException x) {
                s += x.getMessage();
                e.log("caught");
            } finally {
                s += await(e.later("finally"));
            }
            return s;
        });
    }

    public static Future<Object> continues(Env e) {
        return async(() -> {
            String s = "";
            for (int x : each(e.items(4))) {
                if (x % 2 == 0) {
                    continue;
                }
                s += x;
            }
            return s;
        });
    }

    public static Future<Object> nested(Env e) {
        return async(() -> {
            String s = "";
            outer:
            for (int x : each(e.items(3))) {
                for (int y : each(e.items(3))) {
                    if (y == 1 && x == 0) {
                        continue outer;
                    }
                    if (x == 2) {
                        break outer;
                    }
                    if (y == 2) {
                        break;
                    }
                    s += x + "" + y + " ";
                }
                s += "| ";
            }
            return s;
        });
    }

    public static Future<Object> labelledOutOfPlainLoop(Env e) {
        return async(() -> {
            int rounds = 0;
            outer:
            while (true) {
                for (int x : each(e.items(3))) {
                    rounds++;
                    if (rounds == 5) {
                        break outer;
                    }
                }
            }
            e.log("left");
            return rounds + await(e.later(1));
        });
    }

    public static Future<Object> returnThroughFinally(Env e) {
        return async(() -> {
            try {
                for (int x : each(e.items(3))) {
                    try {
                        if (x == 1) {
                            return "one";
                        }
                    } finally {
                        e.log("inner " + await(e.later(x)));
                    }
                }
            } finally {
                e.log("outer finally");
                await(e.later("f"));
            }
            return "none";
        });
    }

    public static Future<Object> tryInside(Env e) {
        return async(() -> {
            int caught = 0;
            for (int x : each(e.items(3))) {
                try {
                    e.log(10 / x + await(e.later(0)));
                } catch (ArithmeticException z) {
                    caught += await(e.later(1));
                    if (caught > 1) {
                        break;
                    }
                }
            }
            return caught;
        });
    }

    public static Future<Object> sequential(Env e) {
        return async(() -> {
            long sum = 0;
            for (int x : each(e.items(2))) {
                sum += x;
            }
            for (int y : each(e.items(3))) {
                if (y == 1) {
                    break;
                }
                sum += 10L * y;
            }
            double d = 1.5;
            for (int z : each(e.items(2))) {
                sum += (long) (d * 100);
            }
            return sum;
        });
    }

    public static Future<Object> inTryWithReassignedLocal(Env e) {
        return async(() -> {
            Object o = "start";
            int n = 1;
            try {
                for (int x : each(e.items(3))) {
                    o = x == 0 ? (Object) Integer.valueOf(7) : new int[] {x};
                    n += await(e.later(x));
                    if (x == 1) {
                        throw new IllegalStateException();
                    }
                }
            } catch (IllegalStateException x) {
                return "caught " + (o instanceof int[]) + n + await(e.later("."));
            }
            return o;
        });
    }

    public static Future<Object> switchInBody(Env e) {
        return async(() -> {
            String s = "";
            loop:
            for (int x : each(e.items(6))) {
                switch (x) {
                    case 0:
                        continue loop;
                    case 1:
                        s += "one";
                        break;
                    case 4:
                        break loop;
                    default:
                        s += await(e.later(x));
                }
            }
            return s;
        });
    }

    public static Future<Object> inSwitchExpression(Env e) {
        return async(() -> {
            int n = await(e.later(1));
            return "a" + switch (n) {
                case 1 -> {
                    for (int x : each(e.items(3))) {
                        if (x == 1) {
                            yield "yielded" + x;
                        }
                    }
                    yield "none";
                }
                default -> "";
            } + await(e.later("z"));
        });
    }

    public static Future<Object> inMethod(Env e) {
        for (int x : each(e.items(3))) {
            if (await(e.later(x)) == 1) {
                return e.later("other " + x);
            }
        }
        return ready("none");
    }

    public static Future<Object> lambdaInBody(Env e) {
        return async(() -> {
            String s = "";
            for (int x : each(e.items(2))) {
                AsyncBlock<String> inner = () -> {
                    for (int y : each(e.items(2))) {
                        if (y == x) {
                            return x + "=" + y;
                        }
                    }
                    return "?";
                };
                s += await(async(inner));
            }
            return s;
        });
    }

    public static Future<Object> plainIterator(Env e) {
        return async(() -> {
            Iterator<Integer> it = each(e.<Integer>items(4)).iterator();
            int n = 0;
            while (it.hasNext()) {
                n += it.next();
                if (n > 2) {
                    break;
                }
            }
            return n + await(e.later(1));
        });
    }
}
