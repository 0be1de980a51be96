package pollux.compiler.conformance;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.internal.trace.AwaitedAt;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/** One run of a program: how it ended, what it logged, how many futures it asked for. */
public record Run(String outcome, List<String> log, int futures) {

    /** The outcome of a run that tells nothing, see {@link Env#isBeyond}. */
    public static final String BEYOND = "beyond what an uncompiled run can do";

    /** Runs a compiled program by polling it. */
    public static Run polled(Method program, Env.Plan plan) throws IllegalAccessException {
        Context cx = new Context(Waker.noop(), Services.NONE);
        return polled(program, plan, future -> {
            cx.begin(Waker.noop(), Services.NONE);
            return RawFuture.pollAny(future, cx);
        });
    }

    /** Runs a compiled program by polling it on two threads in turn, as a pool may. */
    static Run polledInTurn(Method program, Env.Plan plan) throws IllegalAccessException {
        int[] polls = {0};
        return polled(program, plan, future -> Hand.BOTH.get(polls[0]++ % 2).poll(future));
    }

    /** A thread that polls, with a context of its own. */
    private static final class Hand {

        static final List<Hand> BOTH = List.of(new Hand(), new Hand());

        private final ExecutorService thread = Executors.newSingleThreadExecutor(code -> {
            Thread thread = new Thread(code, "hand");
            thread.setDaemon(true);
            return thread;
        });
        private final Context cx = new Context(Waker.noop(), Services.NONE);

        Object poll(Future<?> future) throws Throwable {
            try {
                return thread.submit(() -> {
                            cx.begin(Waker.noop(), Services.NONE);
                            return RawFuture.pollAny(future, cx);
                        })
                        .get();
            } catch (ExecutionException failed) {
                throw failed.getCause();
            }
        }
    }

    /** Polls once. */
    @FunctionalInterface
    private interface Poller {
        @Nullable
        Object poll(Future<?> future) throws Throwable;
    }

    private static Run polled(Method program, Env.Plan plan, Poller poller) throws IllegalAccessException {
        Env env = new Env(plan, false);
        String outcome;
        try {
            Object made = program.invoke(null, env);
            Future<?> future = made instanceof AsyncStream<?> stream ? new Drain(stream, env) : (Future<?>) made;
            outcome = poll(future, env, plan, poller);
        } catch (InvocationTargetException thrown) {
            outcome = describe(thrown.getCause());
        }
        if (env.openSources() != 0) {
            outcome += ", open sources " + env.openSources();
        }
        return new Run(outcome, env.log(), env.futures());
    }

    /** Takes all items of a stream and logs them. */
    private static final class Drain extends RawFuture<Void> {

        private final AsyncStream<?> stream;
        private final Env env;

        Drain(AsyncStream<?> stream, Env env) {
            this.stream = stream;
            this.env = env;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Object item;
            while ((item = RawStream.pollAny(stream, cx)) != PENDING && item != null) {
                env.log("item " + item);
            }
            return item;
        }

        @Override
        public boolean cancel() {
            return stream.cancel();
        }
    }

    private static String poll(Future<?> future, Env env, Env.Plan plan, Poller poller) {
        boolean cancelled = false;
        try {
            for (int polls = 0; polls < 1_000_000; polls++) {
                Object answer = poller.poll(future);
                if (answer != RawFuture.PENDING) {
                    return "value " + answer;
                }
                // pending without a future that is: the poll has taken its share of ready steps
                if (!cancelled && plan.cancelAt() > 0 && env.suspendedAt == plan.cancelAt()) {
                    cancelled = true;
                    if (future.cancel()) {
                        return describe(new CancellationException());
                    }
                }
            }
            return "polled for ever";
        } catch (Throwable thrown) {
            return describe(thrown);
        }
    }

    /** Runs an uncompiled program on this thread, which its awaits hold up; what it returns is awaited as by the program. */
    @SuppressWarnings("await")
    public static Run blocking(Method program, Env.Plan plan, boolean virtual) throws IllegalAccessException {
        Env env = new Env(plan, true);
        String outcome;
        try {
            Object made = program.invoke(null, env);
            if (made instanceof Blocking.Generator<?> generator) {
                generator.run(env);
                made = Futures.ready(null);
            }
            Future<?> future = (Future<?>) made;
            outcome = "value " + (virtual ? Async.await(future) : Blocking.await(future));
        } catch (InvocationTargetException thrown) {
            outcome = describe(thrown.getCause());
        } catch (Throwable thrown) {
            outcome = describe(thrown);
        }
        if (Thread.interrupted()) {
            outcome += ", interrupted";
        }
        if (env.isBeyond()) {
            outcome = BEYOND;
        }
        return new Run(outcome, env.log(), env.futures());
    }

    /** Runs an uncompiled program: on a virtual thread, or else on this one. */
    public static Run uncompiled(Method program, Env.Plan plan, boolean virtual) throws Exception {
        if (!virtual) {
            return blocking(program, plan, false);
        }
        Thread caller = Thread.currentThread();
        Future<Run> future = Async.virtual(() -> blocking(program, plan, true));
        Context cx = new Context(() -> LockSupport.unpark(caller), Services.NONE);
        Object answer;
        while ((answer = RawFuture.pollAny(future, cx)) == RawFuture.PENDING) {
            LockSupport.park();
        }
        return (Run) answer;
    }

    private static String describe(@Nullable Throwable thrown) {
        if (thrown instanceof CancellationException) {
            return "cancelled";
        }
        StringBuilder text = new StringBuilder(String.valueOf(thrown));
        for (Throwable suppressed : thrown.getSuppressed()) {
            if (!(suppressed instanceof AwaitedAt)) { // lines of a trace: those of a virtual thread are others
                text.append(" suppressed ").append(suppressed);
            }
        }
        return text.toString();
    }

    /** This run without what only a compiled loop can do: give up its source. */
    Run withoutSources() {
        return new Run(
                outcome,
                log.stream().filter(entry -> !entry.startsWith("source ")).toList(),
                futures);
    }
}
