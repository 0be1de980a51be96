package pollux.compiler.conformance;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** One run of a program: how it ended, what it logged, how many futures it asked for. */
record Run(String outcome, List<String> log, int futures) {

    /** Runs a compiled program by polling it. */
    static Run polled(Method program, Env.Plan plan) throws IllegalAccessException {
        Env env = new Env(plan, false);
        String outcome;
        try {
            outcome = poll((Future<?>) program.invoke(null, env), env, plan);
        } catch (InvocationTargetException thrown) {
            outcome = describe(thrown.getCause());
        }
        return new Run(outcome, env.log(), env.futures());
    }

    private static String poll(Future<?> future, Env env, Env.Plan plan) {
        Context cx = new Context(Waker.noop(), Services.NONE);
        boolean cancelled = false;
        try {
            for (int polls = 0; polls < 1_000_000; polls++) {
                cx.begin(Waker.noop(), Services.NONE);
                Object answer = RawFuture.pollAny(future, cx);
                if (answer != RawFuture.PENDING) {
                    return "value " + answer;
                }
                if (!cancelled && env.suspendedAt == plan.cancelAt()) {
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

    /** Runs an uncompiled program on this thread, which its awaits hold up. */
    static Run blocking(Method program, Env.Plan plan, boolean virtual) throws IllegalAccessException {
        Env env = new Env(plan, true);
        String outcome;
        try {
            Future<?> future = (Future<?>) program.invoke(null, env);
            outcome = "value " + (virtual ? Async.block(future) : Blocking.await(future));
        } catch (InvocationTargetException thrown) {
            outcome = describe(thrown.getCause());
        } catch (Throwable thrown) {
            outcome = describe(thrown);
        }
        if (Thread.interrupted()) {
            outcome += ", interrupted";
        }
        return new Run(outcome, env.log(), env.futures());
    }

    private static String describe(@Nullable Throwable thrown) {
        if (thrown instanceof CancellationException) {
            return "cancelled";
        }
        StringBuilder text = new StringBuilder(String.valueOf(thrown));
        for (Throwable suppressed : thrown.getSuppressed()) {
            text.append(" suppressed ").append(suppressed);
        }
        return text.toString();
    }
}
