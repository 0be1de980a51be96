package streams;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;

import java.util.Iterator;
import pollux.async.AsyncIterable;
import pollux.async.AsyncIterator;
import pollux.compiler.conformance.Env;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/** How a loop, or code with an iterator, comes by its items: at once behind hasNext(), later, twice, or not at all. */
public class EachItems {

    /** An iterator of the program's own, whose items are null, or fail. */
    record Own(Iterator<Integer> plain, AsyncIterator<Integer> items) implements AsyncIterator<Integer> {
        static AsyncIterable<Integer> over(AsyncStream<Integer> stream) {
            AsyncIterator<Integer> items = each(stream).iterator();
            return () -> new Own(items, items);
        }

        @Override
        public boolean hasNext() {
            return plain.hasNext();
        }

        @Override
        public Integer next() {
            Integer item = items.next();
            if (item == 3) {
                throw new IllegalArgumentException("3");
            }
            return item == 1 ? null : item;
        }

        @Override
        public Future<Boolean> advance() {
            return items.advance();
        }

        @Override
        public Future<Void> close() {
            return items.close();
        }
    }

    private static AsyncStream<Boolean> booleans(Env e, int count) {
        return e.items(count).map(x -> x % 2 == 0);
    }

    private static AsyncStream<Object> mixed(Env e, int count) {
        return e.items(count).map(x -> x % 3 == 0 ? (Object) (x == 0) : x % 3 == 1 ? "s" + x : x);
    }

    public static Future<Object> booleans(Env e) {
        return async(() -> {
            String s = "";
            for (boolean x : each(booleans(e, 4))) {
                s += x ? await(e.later("t")) : "f";
            }
            return s;
        });
    }

    public static Future<Object> mixed(Env e) {
        String s = "";
        for (Object x : each(mixed(e, 7))) {
            s += x;
            if (x.equals(5)) {
                break;
            }
        }
        return ready(s);
    }

    public static Future<Object> nullsOfTheUser(Env e) {
        return async(() -> {
            String s = "";
            for (Integer x : Own.over(e.items(3))) {
                s += x + await(e.later(";"));
            }
            return s;
        });
    }

    public static Future<Object> failuresOfTheUser(Env e) {
        return async(() -> {
            int n = 0;
            try {
                for (Integer x : Own.over(e.items(5))) {
                    n += x == null ? 100 : x;
                }
            } catch (IllegalArgumentException failure) {
                e.log("caught " + failure.getMessage());
            } finally {
                e.log(await(e.later(n)));
            }
            return n;
        });
    }

    public static Future<Object> askedTwice(Env e) {
        return async(() -> {
            Iterator<Integer> it = each(e.items(4)).iterator();
            String s = "";
            while (it.hasNext() && it.hasNext()) {
                s += it.next();
                if (it.hasNext()) {
                    s += "," + it.next() + it.hasNext();
                }
            }
            return s + await(e.later(1));
        });
    }

    public static Future<Object> takenLater(Env e) {
        return async(() -> {
            Iterator<Integer> it = each(e.items(3)).iterator();
            String s = "";
            while (it.hasNext()) {
                s += await(e.later("-"));
                s += it.next();
            }
            return s;
        });
    }

    public static Future<Object> notTaken(Env e) {
        return async(() -> {
            Iterator<Integer> it = each(e.items(3)).iterator();
            int n = 0;
            while (it.hasNext()) {
                if (n++ == 2) {
                    it.next();
                }
                if (n == 5) {
                    break;
                }
            }
            return n + await(e.later(1));
        });
    }

    public static Future<Object> takenUnderAnotherHandler(Env e) {
        return async(() -> {
            Iterator<Integer> it = Own.over(e.items(5)).iterator();
            String s = "";
            while (it.hasNext()) {
                try {
                    s += it.next();
                } catch (IllegalArgumentException failure) {
                    s += failure.getMessage() + await(e.later("!"));
                }
            }
            return s;
        });
    }

    private static String both(Iterator<Integer> it, Env e) {
        e.log("other code");
        return it.getClass().isInterface() ? "?" : "";
    }

    public static Future<Object> seenByOthers(Env e) {
        return async(() -> {
            Iterator<Integer> it = each(e.items(3)).iterator();
            String s = "";
            while (it.hasNext()) {
                int x =
                        it.next();
                s += both(it, e) + x;
            }
            return s + await(e.later(1));
        });
    }

    public static Future<Object> labelled(Env e) {
        return async(() -> {
            String s = "";
            outer:
            for (int x : each(e.source("outer", 4))) {
                for (boolean y : each(booleans(e, 3))) {
                    try {
                        if (x == 1) {
                            continue outer;
                        }
                        if (x == 3) {
                            break outer;
                        }
                        if (!y) {
                            continue;
                        }
                    } finally {
                        s += await(e.later(x)) + (y ? "t" : "f");
                    }
                    s += ";";
                }
                s += "|";
            }
            return s;
        });
    }

    public static Future<Object> oneItem(Env e) {
        return async(() -> {
            for (int x : each(e.items(3))) {
                return x + await(e.later(10));
            }
            return "none";
        });
    }

    public static Future<Object> onlyIf(Env e) {
        Iterator<Integer> it = each(e.items(2)).iterator();
        int n = it.hasNext() ? it.next() : -1;
        if (it.hasNext()) {
            n += 10 * it.next();
        }
        return ready(n + await(e.later(1)));
    }

    public static Future<Object> wide(Env e) {
        return async(() -> {
            long sum = 0;
            double mean = 0;
            for (long x : each(e.items(4))) {
                for (Integer y : each(e.items((int) x))) {
                    sum += x * y;
                    mean = (mean + sum) / 2;
                }
            }
            return sum + mean + await(e.later(1));
        });
    }
}
