package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.util.*;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Awaits in guards, and patterns within each other. */
public class Patterns25 {
    sealed interface S permits A, B, C {}

    record A(int i, Object o) implements S {}

    record B(S left, S right) implements S {}

    enum C implements S {
        ONE,
        TWO
    }

    record Gen<T>(T t, List<? extends T> l) {}

    record Bad(int i) {
        public int i() {
            throw new IllegalStateException("accessor");
        }
    }

    static S tree() {
        return new B(new A(1, "s"), new B(new A(2, 5L), C.TWO));
    }

    static Future<String> walk(Env e, S s) {
        return ready(
                switch (s) {
                    case A(int i, String t) when await(e.later(i)) == 1 -> t + await(e.later("A"));
                    case A(var i, Long l) when l > await(e.later(9)) -> "no";
                    case A(int i, Long l) -> "L" + i + await(e.later(l));
                    case A a -> "any" + await(e.later(a.i()));
                    case B(A(int i, var _), B(var x, C c))
                    when await(e.later(true)) && c == C.TWO -> i + await(walk(e, x)) + await(e.later(c));
                    case B(S l, S r) -> await(walk(e, l)) + await(walk(e, r));
                    case C.ONE -> "one";
                    case C c when await(e.later(c)) == C.TWO -> "two";
                    case C c -> "c";
                });
    }

    public static Future<Object> trees(Env e) {
        return async(
                () -> await(walk(e, tree())) + await(walk(e, new B(tree(), C.ONE))) + await(walk(e, new A(3, 'c'))));
    }

    public static Future<Object> accessorThrows(Env e) {
        return async(() -> {
            Object o = await(e.later(new Bad(1)));
            try {
                return switch (o) {
                    case Bad(int i) when await(e.later(i)) > 0 -> "b";
                    default -> await(e.later("d"));
                };
            } catch (MatchException x) {
                return x.getCause().getMessage() + await(e.later(1));
            }
        });
    }

    public static Future<Object> generic(Env e) {
        return async(() -> {
            Gen<CharSequence> g = new Gen<>(await(e.later("x")), List.of(await(e.later("y"))));
            if (!(g instanceof Gen<CharSequence>(var t, List<? extends CharSequence> l))) {
                return 0;
            }
            String out = t + await(e.later("-")) + l;
            while (!(await(e.<Object>later(out)) instanceof String q && q.length() > await(e.later(8)))) {
                out += await(e.later("+"));
            }
            return out + q;
        });
    }

    public static Future<Object> onStack(Env e) {
        return async(() -> new ArrayList<>(List.of(
                        1L + await(e.later(1)),
                        new StringBuilder("q")
                                .append(
                                        switch (await(e.<Object>later(3))) {
                                            case Integer i when i > await(e.later(5)) -> "big";
                                            case Integer i
                                            when i == await(e.later(3)) -> {
                                                try {
                                                    yield "t" + await(e.later(i));
                                                } finally {
                                                    e.log(await(e.later("fin")));
                                                }
                                            }
                                            case null -> "null";
                                            default -> "def";
                                        })
                                .toString()))
                .toString());
    }

    static class Base {
        final String s;

        Base(String s) {
            this.s = s;
        }
    }

    public static Future<Object> nestedSwitchNew(Env e) {
        return async(() -> new Base(
                        switch (await(e.<Object>later("k"))) {
                            case String s
                            when s.equals(await(e.later("k"))) ->
                                new Base(s
                                                + switch (await(e.later(C.TWO))) {
                                                    case ONE -> "1";
                                                    case TWO -> {
                                                        synchronized (e) {
                                                            e.log("sync");
                                                        }
                                                        yield await(e.later("2"));
                                                    }
                                                })
                                        .s;
                            default -> "none";
                        })
                .s);
    }

    public static Future<Object> unnamedTry(Env e) {
        return async(() -> {
            int n = 0;
            try (AutoCloseable _ = () -> e.log("c1");
                    AutoCloseable _ = await(e.later(() -> e.log("c2")))) {
                n = await(e.later(1));
                throw new Exception("x");
            } catch (IllegalStateException | Error _) {
                n = 5;
            } catch (Exception _) {
                n += await(e.later(2));
            }
            Runnable r = () -> {
                int _ = 3;
            };
            r.run();
            return n + await(e.later(1));
        });
    }

    interface Shape {
        default Future<String> d(Env e) {
            return async(() -> {
                String t = toString();
                return t
                        + switch (this) {
                            case Sq(int s) when await(e.later(s)) == 2 -> await(e.later("sq"));
                            default -> await(e.later("?"));
                        };
            });
        }
    }

    record Sq(int s) implements Shape {}

    public static Future<Object> thisPattern(Env e) {
        return ready(await(new Sq(2).d(e)) + await(new Sq(3).d(e)));
    }
}
