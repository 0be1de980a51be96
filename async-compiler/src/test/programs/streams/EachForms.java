package streams;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.future.Futures.ready;

import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import pollux.async.AsyncIterable;
import pollux.async.AsyncIterator;
import pollux.compiler.conformance.Env;
import pollux.future.Future;

/** The sources that an enhanced for statement may have, and the variables. */
public class EachForms {

    interface Items<T> extends AsyncIterator<T> {}

    /** An iterator of the program's own; its plain half is what the uncompiled run asks. */
    record Own<T>(AsyncIterator<T> items, Iterator<T> plain) implements Items<T> {
        static <T> Own<T> of(AsyncIterator<T> items) {
            return new Own<>(items, items);
        }

        @Override
        public boolean hasNext() {
            return plain.hasNext();
        }

        @Override
        public T next() {
            return items.next();
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

    /** Declares a covariant iterator(). */
    static class Covariant implements AsyncIterable<Integer> {
        private final Env env;

        Covariant(Env env) {
            this.env = env;
        }

        @Override
        public Items<Integer> iterator() {
            return Own.of(each(env.items(4)).iterator());
        }
    }

    static class MoreCovariant extends Covariant implements Supplier<String> {
        MoreCovariant(Env e) {
            super(e);
        }

        @Override
        public Own<Integer> iterator() {
            return (Own<Integer>) super.iterator();
        }

        @Override
        public String get() {
            return "more";
        }
    }

    /** iterator() returns a type variable. */
    record Generic<T, I extends Items<T>>(Supplier<I> made) implements AsyncIterable<T> {
        @Override
        public I iterator() {
            return made.get();
        }
    }

    /** Has nothing of its own. */
    static class Inherited extends MoreCovariant {
        Inherited(Env e) {
            super(e);
        }
    }

    interface Ints extends AsyncIterable<Integer> {
        @Override
        Items<Integer> iterator();
    }

    public static Future<Object> covariant(Env e) {
        return async(() -> {
            for (int x : new Covariant(e)) {
                if (x == 2) {
                    return await(e.later("found " + x));
                }
            }
            return "none";
        });
    }

    public static Future<Object> inheritedCovariant(Env e) {
        return async(() -> {
            long sum = 0;
            for (long x : new Inherited(e)) {
                sum += x;
                if (x == 2) {
                    break;
                }
            }
            return sum + await(e.later(1));
        });
    }

    public static Future<Object> genericIterator(Env e) {
        return async(() -> {
            String s = "";
            for (final var x : new Generic<>(() -> new MoreCovariant(e).iterator())) {
                s += await(e.later(x));
                if (x == 1) {
                    break;
                }
            }
            return s;
        });
    }

    public static Future<Object> interfaceType(Env e) {
        return async(() -> {
            Ints ints = () -> Own.of(each(e.items(3)).iterator());
            for (Number x : ints) {
                if (x.intValue() == 1) {
                    return x;
                }
            }
            return await(e.later("none"));
        });
    }

    public static Future<Object> anonymous(Env e) {
        return async(() -> {
            for (Object x :
                    new MoreCovariant(e) {
                        @Override
                        public Own<Integer> iterator() {
                            e.log("anonymous");
                            return super.iterator();
                        }
                    }) {
                if (x.equals(1)) {
                    return await(e.later(x));
                }
            }
            return "none";
        });
    }

    public static Future<Object> localClass(Env e) {
        return async(() -> {
            class Local extends Covariant {
                Local() {
                    super(e);
                }
            }
            for (int x : new Local()) {
                if (x == 1) {
                    return x + await(e.later(x));
                }
            }
            return "none";
        });
    }

    public static Future<Object> casts(Env e) {
        return async(() -> {
            Object o = new MoreCovariant(e);
            String s = "";
            for (int x : (Covariant) o) {
                s += x;
                if (x == 1) {
                    break;
                }
            }
            @SuppressWarnings("unchecked")
            AsyncIterable<Integer> cast = (AsyncIterable<Integer>) o;
            for (Integer x : (cast)) {
                s += x + await(e.later("."));
                if (x == 2) {
                    break;
                }
            }
            return s;
        });
    }

    public static Future<Object> conditional(Env e) {
        return async(() -> {
            String s = "";
            for (int i = 0; i < 2; i++) {
                for (int x : i == 0 ? new Covariant(e) : each(e.items(3))) {
                    s += x;
                    if (x == 1) {
                        break;
                    }
                }
            }
            for (int x : switch (s) {
                case "0101" -> new MoreCovariant(e);
                default -> new Inherited(e);
            }) {
                s += await(e.later(x));
            }
            return s;
        });
    }

    public static Future<Object> awaitedSource(Env e) {
        return async(() -> {
            for (int x : await(e.later(new Covariant(e)))) {
                if (x == 2) {
                    return x;
                }
            }
            return "none";
        });
    }

    public static Future<Object> nestedGenerics(Env e) {
        return async(() -> {
            int sum = 0;
            List<? extends AsyncIterable<? extends Number>> all = List.of(new Covariant(e), new MoreCovariant(e));
            for (AsyncIterable<? extends Number> one : all) {
                for (Number x : one) {
                    sum = sum * 7 + x.intValue();
                    if (sum > 100) {
                        return sum;
                    }
                }
            }
            return sum + await(e.later(1));
        });
    }

    static <T extends AsyncIterable<? extends Integer>> Future<Object> ofVariable(Env e, T source) {
        for (int x : source) {
            if (x == 2) {
                return e.later("variable " + x);
            }
        }
        return ready("none");
    }

    public static Future<Object> typeVariable(Env e) {
        return ofVariable(e, new MoreCovariant(e));
    }

    public static Future<Object> ownPlainIterator(Env e) {
        return async(() -> {
            Iterator<Integer> it = new MoreCovariant(e).iterator();
            int sum = 0;
            while (it.hasNext()) {
                sum += it.next();
                if (sum > 2) {
                    break;
                }
            }
            return sum + await(e.later(1));
        });
    }
}
