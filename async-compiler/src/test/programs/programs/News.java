package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.ArrayList;
import java.util.List;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class News {

    record Point(int x, long y, String name) {}

    static class Boom extends Exception {
        private static final long serialVersionUID = 1L;

        Boom(String message) {
            super(message);
        }
    }

    class Inner {
        final String s;

        Inner(String s) {
            this.s = s + tag;
        }

        class Deep {
            final String d;

            Deep(int i) {
                d = s + i;
            }
        }
    }

    static class Loud {
        static final List<String> LOG = new ArrayList<>();

        Loud(int x) {
            LOG.add("init " + x);
        }
    }

    abstract static class Shape {
        final int size;

        Shape(int size) {
            this.size = size;
        }

        abstract String show();
    }

    String tag = "#";

    public static Future<Object> simple(Env e) {
        return async(() -> new Point(await(e.later(1)), await(e.later(2L)), await(e.later("p"))).toString());
    }

    public static Future<Object> nested(Env e) {
        return async(() -> new ArrayList<>(List.of(
                        new Point(1, 2, "a" + new StringBuilder(await(e.later("sb"))).append(await(e.later(1)))),
                        new Point(await(e.later(3)), 4, new String(await(e.later("b"))))))
                .toString());
    }

    public static Future<Object> ternaryArgument(Env e) {
        return async(() -> new Point(
                        await(e.later(true)) ? await(e.later(1)) : 2,
                        3,
                        e.log().isEmpty() ? "empty" : await(e.later("log")))
                .toString());
    }

    public static Future<Object> inner(Env e) {
        return async(() -> {
            News n = new News();
            n.tag = "!";
            Inner i = n.new Inner(await(e.later("in")));
            Inner.Deep d = (await(e.later(n)).new Inner("x")).new Deep(await(e.later(4)));
            return i.s + d.d;
        });
    }

    public static Future<Object> anonymous(Env e) {
        return async(() -> {
            int captured = await(e.later(3));
            Shape s =
                    new Shape(await(e.later(5))) {
                        @Override
                        String show() {
                            return size + ":" + captured;
                        }
                    };
            return s.show() + await(e.later("."));
        });
    }

    public static Future<Object> thrown(Env e) {
        return async(() -> {
            if (await(e.later(true))) {
                throw new Boom(await(e.later("boom")) + new Boom("x" + await(e.later(1))).getMessage());
            }
            return 1;
        });
    }

    public static Future<Object> onStack(Env e) {
        return async(() -> "pre" + new StringBuilder(await(e.later("a"))).append(new Point(
                await(e.later(1)), 2, "q")) + await(e.later("post")));
    }

    public static Future<Object> statement(Env e) {
        return async(() -> {
            Loud.LOG.clear();
            new Loud(await(e.later(1)));
            new Loud(await(e.later(2)));
            return Loud.LOG.toString();
        });
    }

    public static Future<Object> newInLoop(Env e) {
        return async(() -> {
            List<Point> points = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                points.add(new Point(i, await(e.later((long) i)), i % 2 == 0 ? "even" : await(e.later("odd"))));
            }
            return points.toString();
        });
    }
}
