package pollux.compiler.conformance;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.async.AsyncIterable;
import pollux.async.AsyncIterator;
import pollux.async.Emitter;
import pollux.async.StreamBlock;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;

/**
 * What the programs call instead of {@link Async} where they are their own oracle and the JDK has no virtual threads:
 * await holds up the calling thread. The futures of the programs wake at once, so it polls in a loop.
 */
public final class Blocking {

    private Blocking() {}

    public static <T> Future<T> async(AsyncBlock<T> block) {
        return Async.async(block);
    }

    @SuppressWarnings("unchecked")
    public static <T> T await(Future<T> future) {
        Context cx = new Context(Waker.noop(), Services.NONE);
        Object answer;
        while ((answer = RawFuture.pollAny(future, cx)) == RawFuture.PENDING) {
            if (Thread.interrupted()) {
                CancellationException cancelled = new CancellationException();
                Future<?> cleaning = Ending.cancel(future);
                if (cleaning != null) {
                    try {
                        while (RawFuture.pollAny(cleaning, cx) == RawFuture.PENDING) {
                            Thread.onSpinWait();
                        }
                    } catch (Throwable ignored) {
                        // as everywhere
                    }
                }
                throw cancelled;
            }
        }
        return (T) answer;
    }

    public static <T, X extends Exception> T await(Future<T> future, Class<X> type) throws X {
        return await(future);
    }

    public static <T> T await(CompletionStage<T> stage) {
        return await(Async.future(stage));
    }

    /** Early exits are not seen here, so sources stay open. */
    public static <T> AsyncIterable<T> each(AsyncStream<? extends T> stream) {
        AsyncIterator<T> compiled = Async.<T>each(stream).iterator();
        return () -> new AsyncIterator<>() {
            private boolean advanced;

            @Override
            public boolean hasNext() {
                advanced = advanced || await(compiled.advance());
                return advanced;
            }

            @Override
            public T next() {
                advanced = false;
                return compiled.next();
            }

            @Override
            public Future<Boolean> advance() {
                throw new AssertionError();
            }

            @Override
            public Future<Void> close() {
                throw new AssertionError();
            }
        };
    }

    public static <T> AsyncStream<T> stream(StreamBlock<T> block) {
        return new Generator<>(block);
    }

    /** A generator as its own oracle: emitting is a plain call. */
    record Generator<T>(StreamBlock<T> block) implements AsyncStream<T> {

        void run(Env env) throws Exception {
            block.run(new Emitter<>() {
                @Override
                public void emit(T item) {
                    env.log("item " + item);
                }

                @Override
                public Future<Void> emitting(T item) {
                    throw new AssertionError();
                }
            });
        }

        @Override
        public Poll<T> pollNext(Context cx) {
            throw new AssertionError();
        }

        @Override
        public boolean cancel() {
            throw new AssertionError();
        }
    }
}
