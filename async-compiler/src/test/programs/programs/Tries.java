package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Tries {

    record Resource(Env e, String name, boolean failing) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            e.log("close " + name);
            if (failing) {
                throw new IOException("close " + name);
            }
        }
    }

    static <X extends Throwable> void rethrow(Throwable t) throws X {
        @SuppressWarnings("unchecked")
        X x = (X) t;
        throw x;
    }

    public static Future<Object> inTry(Env e) {
        return async(() -> {
            try {
                return await(e.later(1)) + await(e.later(2));
            } catch (Exception x) {
                e.log("caught " + x.getClass());
                return -1;
            }
        });
    }

    public static Future<Object> inCatch(Env e) {
        return async(() -> {
            int n = 0;
            try {
                n = await(e.later(1));
                Object[] none = new Object[0];
                e.log(none[n]);
            } catch (ArrayIndexOutOfBoundsException x) {
                e.log("caught");
                n += await(e.later(10));
                e.log(x.getMessage() + n);
            }
            return n;
        });
    }

    public static Future<Object> inFinally(Env e) {
        return async(() -> {
            try {
                e.log("try " + await(e.later(1)));
            } finally {
                e.log("finally");
                e.log("finally " + await(e.later(2)));
            }
            return await(e.later(3));
        });
    }

    public static Future<Object> returnThroughFinally(Env e) {
        return async(() -> {
            long before = 7;
            try {
                return before + await(e.later(1));
            } finally {
                e.log("finally " + await(e.later(before)));
            }
        });
    }

    public static Future<Object> finallyOverrides(Env e) {
        return async(() -> {
            for (int i = 0; ; i++) {
                try {
                    if (i == 2) {
                        return await(e.later("try"));
                    }
                    continue;
                } finally {
                    e.log(i);
                    if (await(e.later(i)) == 1) {
                        break;
                    }
                }
            }
            return "after";
        });
    }

    public static Future<Object> nestedTries(Env e) {
        return async(() -> {
            String s = "";
            try {
                try {
                    s += await(e.later("a"));
                    throw new IOException(s);
                } catch (IllegalStateException x) {
                    s += "wrong";
                } finally {
                    s += await(e.later("b"));
                    e.log(s);
                }
            } catch (IOException x) {
                s += x.getMessage() + await(e.later("c"));
            } finally {
                try {
                    s += await(e.later("d"));
                } finally {
                    e.log("innermost");
                }
            }
            return s;
        });
    }

    public static Future<Object> retry(Env e) {
        return async(() -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    return attempt + await(e.later("ok"), Env.Planned.class);
                } catch (Env.Planned x) {
                    e.log("attempt " + attempt + " " + x.getMessage());
                    if (attempt > 3) {
                        throw x;
                    }
                    await(e.later("backoff"));
                }
            }
        });
    }

    public static Future<Object> checked(Env e) {
        return async(() -> {
            try {
                return await(e.later(1), IOException.class) + await(e.later(2), Env.Planned.class);
            } catch (IOException | Env.Planned x) {
                e.log(x.getMessage());
                return await(e.later(3));
            }
        });
    }

    public static Future<Object> resources(Env e) {
        return async(() -> {
            try (Resource a = new Resource(e, await(e.later("a")), false);
                    Resource b = new Resource(e, await(e.later("b")), true);
                    Resource none = null) {
                e.log(await(e.later("body")) + a.name + b.name + none);
                return await(e.later("result"));
            }
        });
    }

    public static Future<Object> resourceSuppressed(Env e) {
        return async(() -> {
            try (Resource a = await(e.later(new Resource(e, "a", true)))) {
                await(e.later(1));
                throw new IllegalStateException("body");
            } catch (IOException x) {
                return "io " + await(e.later(x.getMessage()));
            }
        });
    }

    public static Future<Object> recoverFromCancel(Env e) {
        return async(() -> {
            String s = "start ";
            try {
                s += await(e.later("value"));
            } catch (CancellationException x) {
                e.log("cancelled");
                s += "recovered " + await(e.later("clean"));
            }
            return s;
        });
    }

    public static Future<Object> multiCatch(Env e) {
        return async(() -> {
            try {
                Object o = await(e.later("text"));
                return (Integer) o;
            } catch (ClassCastException | IllegalArgumentException x) {
                return x.getClass().getSimpleName() + await(e.later(1));
            }
        });
    }

    public static Future<Object> rethrowGeneric(Env e) {
        return async(() -> {
            try {
                await(e.later(1));
                Tries.<RuntimeException>rethrow(new IOException("sneaky"));
                return 0;
            } catch (Exception x) {
                e.log(x.getClass());
                await(e.later(2));
                throw x;
            }
        });
    }

    public static Future<Object> breakThroughFinally(Env e) {
        return async(() -> {
            int i = 0;
            outer:
            while (true) {
                try {
                    try {
                        i += await(e.later(1));
                        if (i == 1) {
                            continue outer;
                        }
                        if (i == 3) {
                            break outer;
                        }
                    } finally {
                        e.log("in " + await(e.later(i)));
                    }
                } finally {
                    e.log("out " + i);
                }
            }
            return i;
        });
    }

    public static Future<Object> exceptionOnStack(Env e) {
        return async(() -> {
            StringBuilder s = new StringBuilder();
            for (int i = 0; i < 3; i++) {
                double d = i * 1.5;
                try {
                    s.append(10 / await(e.later(i - 1))).append(d);
                } catch (ArithmeticException x) {
                    s.append(x.getMessage()).append(await(e.later(d)));
                }
            }
            return s.toString();
        });
    }
}
