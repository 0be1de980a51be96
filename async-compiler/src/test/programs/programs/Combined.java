package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.util.*;
import java.util.concurrent.Callable;
import java.util.function.*;
import pollux.async.AsyncBlock;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Control flow, blocks and classes within each other. */
public class Combined {

    @SuppressWarnings("finally")
    public static Future<Object> finallyAwaitsAndOverrides(Env e) {
        return async(() -> {
            int n = 0;
            outer:
            for (int i = 0; i < 4; i++) {
                try {
                    try {
                        n += await(e.later(i));
                        if (i == 1) throw new IllegalStateException("x" + n);
                        if (i == 3) return "try" + n;
                    } finally {
                        n += await(e.later(10));
                        if (i == 1) continue outer;
                        try {
                            await(e.later("n"));
                        } finally {
                            e.log("f" + await(e.later(n)));
                        }
                    }
                } finally {
                    e.log("outer " + await(e.later(i)));
                    if (i == 2) continue;
                    if (n > 35) return "finally" + n + await(e.later("!"));
                }
            }
            return "end" + n;
        });
    }

    public static Future<Object> localClasses(Env e) {
        return async(() -> {
            int cap = await(e.later(3));
            String t = await(e.later("t"));
            class Local {
                final int k;

                Local(int k) {
                    this.k = k + cap;
                }

                Future<String> go() {
                    return async(() -> t + k + await(e.later(cap)));
                }

                class Deeper {
                    String d = t + k + cap;

                    Future<String> m(int z) {
                        return ready(d + z + await(e.later(k)));
                    }
                }
            }
            record R(int q) {
                Future<Integer> twice(Env x) {
                    return ready(q + await(x.later(q)));
                }
            }
            enum E {
                A,
                B {
                    @Override
                    Future<String> f(Env x) {
                        return ready("B" + await(x.later(1)));
                    }
                };

                Future<String> f(Env x) {
                    return async(() -> name() + await(x.later(2)));
                }
            }
            interface I {
                default Future<Integer> d(Env x) {
                    return ready(await(x.later(8)) + h());
                }

                int h();
            }
            I impl = () -> cap * 2;
            Local l = new Local(await(e.later(4)));
            return await(l.go())
                    + await(l.new Deeper().m(await(e.later(1))))
                    + await(new R(await(e.later(6))).twice(e))
                    + await(E.A.f(e))
                    + await(E.B.f(e))
                    + await(impl.d(e))
                    + new Local(await(e.later(9))) {
                        @Override
                        Future<String> go() {
                            return async(() -> "anon" + k + cap + await(super.go()));
                        }
                    }.go().getClass().isInterface();
        });
    }

    public static Future<Object> loopCaptures(Env e) {
        return async(() -> {
            List<Supplier<Future<String>>> l = new ArrayList<>();
            List<AsyncBlock<Integer>> b = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int j = i;
                l.add(() -> ready("s" + j + await(e.later(j))));
                b.add(() -> j + await(e.later(10)));
            }
            for (String s : List.of("p", "q")) {
                l.add(() -> async(() -> s + await(e.later(s))));
            }
            String out = "";
            for (var s : l) out += await(s.get());
            for (var s : b) out += await(async(s)) + await(async(s));
            return out;
        });
    }

    public static Future<Object> synchronizedBits(Env e) {
        return async(() -> {
            Object a = new Object(), b = new Object();
            int n = 0;
            for (int i = 0; i < 2; i++) {
                synchronized (a) {
                    synchronized (b) {
                        n++;
                        if (i == 1) {
                            n += 100;
                        }
                    }
                }
                n += await(e.later(i));
                try {
                    synchronized (a) {
                        if (i == 1) throw new RuntimeException("in");
                    }
                } catch (RuntimeException x) {
                    n += await(e.later(1000));
                }
                synchronized (b) {
                    if (n > 1000) break;
                }
                await(e.later("t"));
            }
            synchronized (a) {
                return n;
            }
        });
    }

    public static Future<Object> labelled(Env e) {
        return async(() -> {
            String s = "";
            block:
            {
                s += await(e.later("a"));
                if (s.length() == 1) {
                    try {
                        break block;
                    } finally {
                        s += await(e.later("f"));
                    }
                }
                s += "never";
            }
            a:
            do {
                int i = 0;
                b:
                while (true) {
                    try {
                        switch (await(e.later(i++))) {
                            case 0:
                                continue b;
                            case 1:
                                break;
                            case 2:
                                break b;
                            default:
                                break a;
                        }
                        s += i;
                    } finally {
                        s += await(e.later("-"));
                    }
                }
                s += "|";
                if (s.length() > 20) break;
            } while (await(e.later(s.length() < 12)));
            return s;
        });
    }

    interface Gen<T> {
        T get() throws Exception;
    }

    static <T> Future<T> user(AsyncBlock<T> b) {
        return async(b);
    }

    public static Future<Object> blocksPassed(Env e) {
        return async(() -> {
            AsyncBlock<Integer> c = await(e.later(true)) ? () -> await(e.later(1)) : () -> await(e.later(2));
            Gen<Future<Integer>> g = () -> {
                try {
                    return ready(await(e.later(3)));
                } finally {
                    e.log("g");
                }
            };
            Callable<Future<Integer>> h = () -> ready(await(e.later(3)));
            return await(user(c))
                    + await(user(() -> await(e.later(5))))
                    + await(g.get())
                    + await(h.call())
                    + await(user((AsyncBlock<Integer>) () -> {
                        return await(e.later(1));
                    }));
        });
    }

    public static Future<Object> emptyCatch(Env e) {
        return async(() -> {
            int i = 0;
            while (true) {
                try {
                    if (await(e.later(i)) < 3) {
                        i++;
                        continue;
                    }
                    break;
                } catch (RuntimeException ignored) {
                } finally {
                    if (i == 2) {
                        i += await(e.later(5));
                    }
                }
            }
            try {
            } finally {
                i += await(e.later(1));
            }
            try {
                i += await(e.later(1));
            } catch (Error x) {
                throw x;
            }
            return i;
        });
    }

    public static Future<Object> asyncWithFinallyReturn(Env e) {
        long q = await(e.later(4L));
        for (int i = 0; ; i++) {
            try {
                if (i == 1) return e.later("other" + q);
                if (i > 1) return ready("r");
                await(e.later(i));
            } finally {
                if (await(e.later(i)) == 1 && q++ < 6) {
                    e.log("again");
                    i = -i;
                    continue;
                }
            }
        }
    }

    public static Future<Object> anonymousInitialiser(Env e) {
        return async(() -> {
            try {
                return await(
                        new Object() {
                            int v = 5;

                            {
                                e.log("anon init");
                            }

                            Future<Integer> f(int a) {
                                return ready(v + a + await(e.later(v)));
                            }
                        }.f(await(e.later(1))));
            } finally {
                e.log(await(e.later("x")));
            }
        });
    }
}
