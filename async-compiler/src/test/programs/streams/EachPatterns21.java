package streams;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.future.Futures.ready;

import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Record patterns whose accessor fails: javac's handler for that stands at the end of the method, outside of the loops. */
public class EachPatterns21 {

    record Item(int number) {
        public int number() {
            if (number == 2) {
                throw new IllegalStateException("accessor");
            }
            return number;
        }
    }

    record Pair(Object left, Object right) {}

    static Object item(int number) {
        return new Item(number);
    }

    public static Future<Object> instanceOf(Env e) {
        return async(() -> {
            long before = await(e.later(4L));
            for (int x : each(e.source("outer", 3))) {
                for (int y : each(e.source("inner", 4))) {
                    if (item(y) instanceof Item(var n) && n > 3) {
                        return n + x + before;
                    }
                }
            }
            return 0;
        });
    }

    public static Future<Object> insideFinally(Env e) {
        return async(() -> {
            try {
                for (int x : each(e.source("outer", 3))) {
                    try {
                        for (int y : each(e.source("inner", 4))) {
                            if (item(y) instanceof Item(int n) && n > 3) {
                                return n + x;
                            }
                        }
                    } finally {
                        e.log("middle" + await(e.later("")));
                    }
                }
                return 0;
            } finally {
                e.log("finally");
            }
        });
    }

    public static Future<Object> caughtBetween(Env e) {
        return async(() -> {
            int caught = 0;
            for (int x : each(e.source("outer", 3))) {
                try {
                    for (int y : each(e.source("inner", 4))) {
                        switch (new Pair(item(y), x)) {
                            case Pair(Item(var n), Integer i) when await(e.later(n)) > 7 -> {
                                return i;
                            }
                            case Pair(var left, var right) -> e.log("default");
                        }
                    }
                } catch (MatchException failed) {
                    e.log("caught");
                    if (++caught == 2) {
                        break;
                    }
                }
            }
            e.log("after");
            return caught;
        });
    }

    public static Future<Object> caughtInside(Env e) {
        return async(() -> {
            for (int x : each(e.source("outer", 4))) {
                try {
                    if (item(x) instanceof Item(int n)) {
                        e.log(n + await(e.later(1)));
                    }
                } catch (MatchException failed) {
                    e.log("caught");
                    continue;
                }
            }
            return "end";
        });
    }

    public static Future<Object> inMethod(Env e) {
        for (int x : each(e.source("outer", 3))) {
            for (int y : each(e.source("inner", 4))) {
                String text = "x" + switch (item(y)) {
                    case Item(int n) when n > 7 -> await(e.later("u"));
                    case Item(int n) -> "v" + n;
                    default -> "w";
                };
                if (text.isEmpty()) {
                    return ready(text + x);
                }
            }
        }
        return ready(0);
    }
}
