package pollux.sync;

import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Droppable;
import pollux.future.Ending;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.trace.Ended;

/**
 * A lock that one task holds, possibly over many polls, while the others wait without blocking their threads.
 *
 * <p>It belongs to the holder of the {@link Guard}, not to a thread or task; it is not reentrant: a task that waits for
 * it while holding it waits for ever. Fair: it goes to waiters in the order of their first poll. What the holder wrote
 * before it gave the lock back is visible to the next one. For data that is not kept over an await,
 * {@code synchronized} is the better choice.
 *
 * <p>After {@code tokio::sync::Mutex}.
 */
public final class AsyncMutex {

    final TurnPermits permits = TurnPermits.single();

    /** Null if this lock is not traced. */
    final @Nullable HolderTrace trace;

    /** Makes a lock that is free. */
    public AsyncMutex() {
        trace = null;
    }

    private AsyncMutex(HolderTrace trace) {
        this.trace = trace;
    }

    /**
     * Makes a free lock that has a name and knows its holder. A dump shows at each waiter the name of the lock, the
     * task that holds it and the line that has called {@link #lock}; tasks that wait for each other's locks are a
     * cycle, and stuck. The holder is the task that has acquired the lock, whichever task closes the guard. Each call
     * of {@code lock} walks the stack, which takes about a microsecond.
     *
     * @param name what dumps call it
     * @return the lock
     */
    public static AsyncMutex traced(String name) {
        return new AsyncMutex(new HolderTrace(Objects.requireNonNull(name, "name"), true));
    }

    /**
     * Waits for the lock.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; if the lock was granted already it goes to the next.
     *
     * @return a future of the guard, to be closed to give the lock back
     */
    @CheckReturnValue
    public Future<Guard> lock() {
        return new Lock(this);
    }

    /**
     * Takes the lock if it is free now and no task waits.
     *
     * @return the guard, or null
     */
    public @Nullable Guard tryLock() {
        long turn = permits.tryTake(1);
        if (turn == Permits.SHORT) {
            return null;
        }
        Guard guard = guard(turn);
        if (trace != null) {
            trace.add(guard.turn, 0, HolderTrace.line(), 1);
        }
        return guard;
    }

    /** For the turn of an attempt, or for that of a waiter. */
    Guard guard(long turn) {
        return new Guard(this, turn(turn));
    }

    private long turn(long taken) {
        return taken == Permits.TAKEN ? permits.turn() : taken;
    }

    /**
     * Runs a future while holding the lock, and gives the lock back however that ends.
     *
     * <p><b>Cancellation:</b> while it waits, the place in the queue is lost. After that the body is cancelled, and the
     * lock is given back once its clean-up has ended.
     *
     * @param <T> the type of the value
     * @param body called once, when the lock is held, on the polling thread; must not return null
     * @return a future that ends as the body does
     */
    @CheckReturnValue
    public <T extends @Nullable Object> Future<T> withLock(Supplier<? extends Future<? extends T>> body) {
        return new WithLock<>(new Lock(this), Objects.requireNonNull(body, "body"));
    }

    /**
     * Tells whether the lock is held; out of date as soon as it is read.
     *
     * @return true if it is held
     */
    public boolean isLocked() {
        return permits.available() == 0;
    }

    @Override
    public String toString() {
        return "AsyncMutex[" + (trace == null ? "" : trace.name() + ", ") + (isLocked() ? "locked, " : "free, ")
                + permits.waiting() + " waiting]";
    }

    /**
     * The lock in the hands of a task; {@link #close} gives it back, as does the loss of it on its way to the task. May
     * be used from any thread.
     */
    public static final class Guard implements Droppable {

        private final AsyncMutex mutex;

        /** Which turn of the lock this is; the lock knows whether it has ended. */
        private final long turn;

        Guard(AsyncMutex mutex, long turn) {
            this.mutex = mutex;
            this.turn = turn;
        }

        /** Gives the lock back. Closing twice does nothing. */
        @Override
        public void close() {
            if (mutex.trace != null) {
                mutex.trace.gone(turn); // before the next one comes
            }
            mutex.permits.endTurn(turn, 1);
        }

        @Override
        public String toString() {
            return mutex.permits.turn() == turn ? "Guard[held]" : "Guard[released]";
        }
    }

    static class Lock extends Permits.Acquire<Guard> {

        final AsyncMutex mutex;

        /** Where it was asked for; null if the lock is not traced. */
        private final @Nullable String line;

        Lock(AsyncMutex mutex) {
            this.mutex = mutex;
            this.line = mutex.trace == null ? null : HolderTrace.line();
        }

        @Override
        Permits permits() {
            return mutex.permits;
        }

        @Override
        long wanted() {
            return 1;
        }

        @Override
        Object onTaken(Context cx, long turn) {
            Guard guard = mutex.guard(turn);
            if (mutex.trace != null && line != null) {
                mutex.trace.add(guard.turn, cx.taskId(), line, 1);
            }
            return guard;
        }

        @Override
        void describeMore(AwaitTree sketch) {
            if (mutex.trace != null) {
                mutex.trace.describe(sketch);
            }
        }

        @Override
        RuntimeException onClosed() {
            return new IllegalStateException("a mutex cannot be closed");
        }

        @Override
        public String toString() {
            return "AsyncMutex" + (mutex.trace == null ? "" : " " + mutex.trace.name()) + ".lock()";
        }
    }

    /** What {@link AwaitedCalls#lock} waits for: makes no guard, {@link AwaitedCalls#locked} does. */
    static final class AwaitedLock extends Lock {

        AwaitedLock(AsyncMutex mutex) {
            super(mutex);
        }

        @Override
        Object onTaken(Context cx, long turn) {
            return taken(mutex, turn, cx);
        }

        /** Leaves the turn in the context, and returns the lock. */
        static AsyncMutex taken(AsyncMutex mutex, long turn, Context cx) {
            cx.setScratch(mutex.turn(turn));
            return mutex;
        }
    }

    private static final class WithLock<T extends @Nullable Object> extends RawFuture<T> implements Inspectable {

        private final Lock lock;
        private final Supplier<? extends Future<? extends T>> supplier;
        private @Nullable Guard guard;
        private @Nullable Future<? extends T> body;
        private boolean cancelled;
        private boolean ended;

        WithLock(Lock lock, Supplier<? extends Future<? extends T>> supplier) {
            this.lock = lock;
            this.supplier = supplier;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (ended) {
                throw Ended.future(this);
            }
            if (guard == null) {
                Object answer = lock.pollRaw(cx);
                if (answer == PENDING) {
                    return PENDING;
                }
                guard = (Guard) Objects.requireNonNull(answer);
            }
            Object answer = null;
            try {
                if (body == null) {
                    body = Objects.requireNonNull(supplier.get(), "the body of withLock returned null");
                }
                answer = RawFuture.pollAny(body, cx);
            } finally {
                if (answer != PENDING) {
                    end(guard);
                }
            }
            if (cancelled && answer != PENDING) {
                Failures.dropValue(cx.services(), answer);
                throw new CancellationException("cancelled while holding the lock");
            }
            return answer;
        }

        @Override
        public boolean cancel() {
            if (guard == null) {
                ended = true;
                return lock.cancel();
            }
            body = body == null ? null : Ending.cancel(body);
            if (body == null) {
                end(guard);
                return true;
            }
            cancelled = true;
            return false;
        }

        @Override
        public boolean hasDecided() {
            return !cancelled && hasDecided(body);
        }

        private void end(Guard held) {
            ended = true;
            body = null;
            held.close();
        }

        @Override
        public void describe(AwaitTree sketch) {
            Object inside = body;
            sketch.name(toString()).awaits(inside == null ? lock : inside);
        }

        @Override
        public String toString() {
            return "AsyncMutex.withLock()";
        }
    }
}
