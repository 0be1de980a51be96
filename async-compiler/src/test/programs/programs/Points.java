package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import pollux.async.Awaits;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** Await points of a program's own: inherited, overridden, called by other classes' names. */
public class Points {
    interface Source<T> {
        @Awaits("fetching")
        default T fetch(Env e, T t) {
            return await(fetching(e, t));
        }

        default Future<T> fetching(Env e, T t) {
            return e.later(t);
        }
    }

    interface Texts extends Source<String> {}

    static class Impl implements Texts {}

    static class Unmarked implements Source<String> {
        @Override
        public String fetch(Env e, String t) {
            return "plain" + t;
        }
    }

    abstract static class Counted {
        @Awaits("two")
        protected long get(Env e, int a, long b) {
            return await(two(e, a, b));
        }

        protected Future<Long> two(Env e, int a, long b) {
            return ready(a + await(e.later(b)));
        }

        @Awaits("s")
        static int st(Env e, int x) {
            return await(s(e, x));
        }

        static Future<Integer> s(Env e, int x) {
            return e.later(x);
        }
    }

    static class CountedTwice extends Counted {
        Future<String> go(Env e) {
            return async(
                    () -> get(e, 1, 2) + "," + this.get(e, 3, await(e.later(4L))) + st(e, 5) + CountedTwice.st(e, 6));
        }

        @Override
        protected Future<Long> two(Env e, int a, long b) {
            return async(() -> -await(super.two(e, a, b)));
        }
    }

    public static Future<Object> points(Env e) {
        return async(() -> {
            Source<String> p = new Impl();
            Texts s = new Impl();
            Impl i = new Impl();
            Unmarked d = new Unmarked();
            return p.fetch(e, "a")
                    + s.fetch(e, "b")
                    + i.fetch(e, "c")
                    + d.fetch(e, "d")
                    + await(new CountedTwice().go(e));
        });
    }
}
