package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import pollux.compiler.conformance.Env;
import pollux.future.Future;

public class Patterns21 {

    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record Box(Point from, Point to) implements Shape {}

    record Point(int x, long y) {}

    public static Future<Object> recordPatterns(Env e) {
        return async(() -> {
            String out = "";
            for (Shape s : new Shape[] {new Circle(1.5), new Box(new Point(1, 2), new Point(3, 4))}) {
                out += switch (await(e.later(s))) {
                    case Circle(double r) -> r * await(e.later(2));
                    case Box(Point(int x, long y), var to) -> x + await(e.later(y)) + to.x();
                };
            }
            return out;
        });
    }

    public static Future<Object> guards(Env e) {
        return async(() -> {
            String out = "";
            for (Object o : new Object[] {1, 20, "text", null, 'c'}) {
                out += switch (o) {
                    case Integer i when await(e.later(i)) > 10 -> "big" + await(e.later(i));
                    case Integer i -> "small" + i;
                    case null -> await(e.later("null"));
                    case String s when s.length() == await(e.later(4)) -> s;
                    default -> "other" + await(e.later(o));
                };
            }
            return out;
        });
    }

    public static Future<Object> nestedInstanceof(Env e) {
        return async(() -> {
            Object o = await(e.<Object>later(new Box(new Point(5, 6), new Point(7, 8))));
            if (o instanceof Box(Point(var x, var y), Point to) && await(e.later(true))) {
                return x + y + await(e.later(to)).y();
            }
            return "no";
        });
    }
}
