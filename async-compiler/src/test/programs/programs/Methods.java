package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import pollux.async.AsyncBlock;
import pollux.compiler.conformance.Env;
import pollux.future.Future;
import programs.other.Base;

public class Methods extends Base {

    private int state = 3;

    // ---- async methods

    public static Future<Object> asyncMethod(Env e) {
        int a = await(e.later(1));
        e.log(a);
        return ready(a + await(e.later(2)));
    }

    public static Future<Object> returnsOther(Env e) {
        String s = await(e.later("s"));
        try {
            return e.later(s + "other");
        } finally {
            e.log("finally before the other");
        }
    }

    public static Future<Object> ternaryReady(Env e) {
        boolean b = await(e.later(true));
        return b ? ready(1) : e.later(2);
    }

    public static Future<Object> readyTernary(Env e) {
        return ready(await(e.later(false)) ? await(e.later(1)) : "two");
    }

    static Future<Long> fib(Env e, int n) {
        if (n < 2) {
            return e.later((long) n);
        }
        return ready(await(fib(e, n - 1)) + await(fib(e, n - 2)));
    }

    public static Future<Object> recursion(Env e) {
        return ready(await(fib(e, 6)));
    }

    static Future<Integer> countDown(Env e, int n, int sum) {
        if (n == 0) {
            return ready(sum);
        }
        int x = await(e.later(n));
        return countDown(e, n - 1, sum + x);
    }

    public static Future<Object> tailReturn(Env e) {
        return ready("sum " + await(countDown(e, 6, 0)));
    }

    private Future<String> privateInstance(Env e, long l, String... rest) {
        state += await(e.later(1));
        return ready(l + Arrays.toString(rest) + state + this.secret);
    }

    final Future<String> finalMethod(Env e) {
        return ready(await(privateInstance(e, await(e.later(5L)), "a", await(e.later("b")))));
    }

    @Override
    protected Future<String> protectedCall(Env e, String s) {
        return ready("derived " + await(super.protectedCall(e, s + await(e.later("x")))) + super.secret);
    }

    @Override
    public Future<String> covariant(Env e) {
        return ready("derived" + await(super.covariant(e)) + await(protectedStatic(e)));
    }

    public static Future<Object> instances(Env e) {
        Methods m = new Methods();
        Base b = m;
        return ready(await(m.finalMethod(e)) + await(m.protectedCall(e, "arg")) + await(b.covariant(e)) + m.state);
    }

    static <T extends Comparable<T> & Serializable> Future<T> max(Env e, T a, T b) {
        T x = await(e.later(a));
        T y = await(e.later(b));
        return ready(x.compareTo(y) > 0 ? x : y);
    }

    public static Future<Object> generics(Env e) {
        List<String> l = new ArrayList<>();
        l.add(await(max(e, "a", "b")));
        int i = await(max(e, 3, 2));
        return ready(l.get(0) + i);
    }

    interface Greeter {
        String name();

        default Future<String> greet(Env e) {
            return ready("hello " + name() + await(decorate(e, "!")));
        }

        private Future<String> decorate(Env e, String s) {
            return ready(await(e.later(s)) + name());
        }

        static Future<String> twice(Env e, Greeter g) {
            return ready(await(g.greet(e)) + await(g.greet(e)));
        }
    }

    interface Polite extends Greeter {
        @Override
        default Future<String> greet(Env e) {
            return async(() -> "dear " + await(Greeter.super.greet(e)) + await(e.later(name())));
        }
    }

    record Person(String name, int age) implements Polite {
        Future<String> older(Env e) {
            return ready(name + (age + await(e.later(1))));
        }
    }

    public static Future<Object> interfaces(Env e) {
        Person p = new Person("Ann", 40);
        return ready(await(Greeter.twice(e, p)) + await(p.older(e)));
    }

    // ---- lambdas

    static <T> T apply(Supplier<T> s) {
        return s.get();
    }

    public static Future<Object> lambdaReturningFuture(Env e) {
        Supplier<Future<Integer>> s = () -> ready(await(e.later(1)) + 1);
        Function<String, Future<String>> f = x -> {
            String y = await(e.later(x));
            return e.later(y + x);
        };
        return ready(await(s.get()) + await(f.apply("f")) + await(apply(() -> ready(await(e.later(7))))));
    }

    public static Future<Object> nestedBlocks(Env e) {
        return async(() -> {
            int a = await(e.later(1));
            AsyncBlock<Integer> inner = () -> {
                int b = a + await(e.later(2));
                return b * await(async(() -> await(e.later(b)) + a));
            };
            return await(async(inner)) + await(async(inner));
        });
    }

    Future<Object> capturingThis(Env e) {
        long l = 9;
        return async(() -> {
            state += await(e.later(1));
            Supplier<String> plain = () -> "plain" + state + l;
            return plain.get() + await(async(() -> state + await(e.later(secret))));
        });
    }

    public static Future<Object> thisCapture(Env e) {
        return ready(await(new Methods().capturingThis(e)));
    }

    public static Future<Object> methodReference(Env e) {
        Function<Env, Future<Object>> f = Methods::asyncMethod;
        Methods m = new Methods();
        Function<Env, Future<Object>> g = m::capturingThis;
        return ready("" + await(f.apply(e)) + await(g.apply(e)));
    }

    public static Future<Object> serializableLambda(Env e) {
        Supplier<Future<Integer>> s = (Supplier<Future<Integer>> & Serializable) () -> ready(await(e.later(4)));
        return ready(await(s.get()));
    }

    static final AsyncBlock<String> CONSTANT = () -> "constant";

    public static Future<Object> constantAndStages(Env e) {
        return ready(await(async(CONSTANT)) + await(CompletableFuture.completedFuture("stage")) + await(e.later(1)));
    }

    public static Future<Object> anonymousAndLocal(Env e) {
        class Local {
            Future<String> go(String s) {
                return ready(s + await(e.later("local")));
            }
        }
        Greeter g = new Greeter() {
            @Override
            public String name() {
                return "anon";
            }

            @Override
            public Future<String> greet(Env x) {
                return ready(name() + await(x.later("ymous")));
            }
        };
        return ready(await(new Local().go("a ")) + await(g.greet(e)));
    }

    public static Future<Object> eager(Env e) {
        e.log("an async method does nothing before its first poll, its oracle does: this line is the same in both");
        Future<Integer> f = async(() -> await(e.later(1)));
        return async(() -> await(f) + await(e.later(1)));
    }

    private static final boolean DEBUG = false;

    public static Future<Object> blockInDeadCode(Env e) {
        return async(() -> {
            int i = await(e.later(1));
            if (i > 0 && DEBUG) {
                e.log(await(async(() -> "debug " + await(e.later(2)))));
            }
            return i + await(e.later(3)) + await(e.later(4));
        });
    }
}
