package pollux.compiler.conformance;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.future.CleanUp;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * What the programs call instead of {@link Async} where they are their own oracle and the JDK has no virtual threads: await
 * holds up the calling thread. The futures of the programs wake at once, so it polls in a loop.
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
                if (!CleanUp.cancelQuietly(future)) {
                    try {
                        while (RawFuture.pollAny(future, cx) == RawFuture.PENDING) {
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
}
