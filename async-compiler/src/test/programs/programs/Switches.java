package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.ArrayList;
import java.util.List;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Switches {

    record Point(int x, long y, String name) {}

    enum Color {
        RED,
        GREEN {
            @Override
            Future<String> name(Env e) {
                return async(() -> "constant body " + await(e.later(ordinal())) + name());
            }
        },
        BLUE;

        Future<String> name(Env e) {
            return async(() -> name() + await(e.later(1)));
        }
    }

    public static Future<Object> strings(Env e) {
        return async(() -> {
            String out = "";
            for (String s : new String[] {"Aa", "BB", "C", "none"}) { // Aa and BB have one hash code
                switch (await(e.later(s))) {
                    case "Aa":
                        out += 1;
                        break;
                    case "BB":
                        out += await(e.later(2));
                        break;
                    case "C":
                        out += 3;
                    default:
                        out += await(e.later("d"));
                }
            }
            return out;
        });
    }

    public static Future<Object> enums(Env e) {
        return async(() -> {
            String out = "";
            for (Color c : Color.values()) {
                out += switch (await(e.later(c))) {
                    case RED -> "r" + await(e.later(1));
                    case GREEN -> "g";
                    default -> await(e.later("other"));
                };
                out += await(c.name(e));
            }
            return out;
        });
    }

    public static Future<Object> expressionOnStack(Env e) {
        return async(() -> {
            int x = await(e.later(2));
            return "a" + 1.5
                    + switch (x) {
                        case 1 -> await(e.later("one"));
                        case 2 -> {
                            String s = "";
                            for (int i = 0; i < 2; i++) {
                                s += await(e.later(i));
                            }
                            yield s;
                        }
                        default -> throw new IllegalStateException();
                    }
                    + await(e.later("z"));
        });
    }

    public static Future<Object> expressionWithTry(Env e) {
        return async(() -> {
            String before = await(e.later("before"));
            return before.concat(
                    switch (await(e.later(1))) {
                        case 1 -> {
                            try {
                                yield await(e.later("two"), Env.Planned.class);
                            } catch (Env.Planned x) {
                                yield await(e.later("nine"));
                            } finally {
                                e.log("finally " + await(e.later(0)));
                            }
                        }
                        default -> "";
                    });
        });
    }

    public static Future<Object> pattern(Env e) {
        return async(() -> {
            Object o = await(e.<Object>later("text"));
            if (o instanceof String s && await(e.later(s.length())) == 4) {
                return s + await(e.later("!"));
            }
            return "no";
        });
    }

    public static Future<Object> sparse(Env e) {
        return async(() -> {
            int out = 0;
            for (int i : new int[] {1, 1000, 1000000, 5}) {
                switch (i) {
                    case 1 -> out += await(e.later(1));
                    case 1000 -> out += 2;
                    case 1000000 -> out += await(e.later(3));
                    default -> out *= await(e.later(2));
                }
            }
            return out;
        });
    }

    /** javac empties the operand stack, and the objects on it that are not initialised yet, into local variables. */
    public static Future<Object> aroundSwitchWithTry(Env e) {
        return async(() -> {
            Point p = new Point(
                    await(e.later(1)),
                    switch (await(e.later(2))) {
                        case 2 -> {
                            try {
                                yield await(e.later(3)) / await(e.later(0));
                            } catch (ArithmeticException x) {
                                yield new Point(await(e.later(4)), 5, x.getMessage()).x;
                            } finally {
                                e.log("finally " + await(e.later(6)));
                            }
                        }
                        default -> 0;
                    },
                    "outer" + new StringBuilder(await(e.later("inner"))));
            return p.toString();
        });
    }

    public static Future<Object> nestedAroundSwitchWithTry(Env e) {
        return async(() -> new ArrayList<>(List.of(
                        1,
                        new IllegalStateException(new StringBuilder(
                                        switch (e.log().size()) {
                                            case 0 -> {
                                                try {
                                                    yield await(e.later("try"), Env.Planned.class);
                                                } catch (Env.Planned x) {
                                                    yield await(e.later("catch"));
                                                }
                                            }
                                            default -> "";
                                        })
                                .append(await(e.later("!")))
                                .toString())))
                .get(1)
                .toString());
    }

    public static Future<Object> nestedStrings(Env e) {
        return async(() -> {
            String o = "";
            for (String s : new String[] {"Aa", "BB", "x", "AaAa", "BBBB"}) {
                o += 1.5
                        + switch (await(e.later(s))) {
                            case "Aa", "x" -> await(e.later("1"));
                            case "BB" -> {
                                String q = await(e.later("2"));
                                yield q
                                        + switch (await(e.later(q))) {
                                            case "2" -> await(e.later(q));
                                            default -> "d";
                                        };
                            }
                            case "AaAa" -> String.valueOf(s) + "4";
                            default -> s + await(e.later("5"));
                        };
            }
            return o;
        });
    }

    public static Future<Object> tryBesideOperands(Env e) {
        return async(() -> {
            int[] a = {1, 2};
            long l = 7;
            a[await(e.later(1))] = (int) l
                    + switch (await(e.later(2))) {
                        case 2 -> {
                            try {
                                yield await(e.later(1)) / (int) await(e.later(0));
                            } catch (ArithmeticException x) {
                                yield await(e.later(50));
                            } finally {
                                a[0] += await(e.later(3));
                            }
                        }
                        default -> 0;
                    };
            return new Point(
                            a[0],
                            switch (a[1]) {
                                case 59 -> {
                                    try (AutoCloseable c = () -> e.log("closed")) {
                                        yield await(e.later(4L));
                                    }
                                }
                                default -> 1L;
                            },
                            "n" + a[1])
                    .toString();
        });
    }
}
