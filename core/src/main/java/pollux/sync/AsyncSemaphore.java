package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Droppable;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.memory.VarHandles;

/**
 * A number of permits that tasks wait for: at most so many of them do something at the same time.
 *
 * <p>Fair: permits go to waiters in the order of their first poll. One that wants many is not overtaken by those behind
 * it that want few. May be used from any thread; nothing blocks.
 *
 * <p>After {@code tokio::sync::Semaphore}.
 */
public final class AsyncSemaphore {

    final TurnPermits permits;

    /** Null if this semaphore is not traced. */
    final @Nullable HolderTrace trace;

    /**
     * Makes a semaphore.
     *
     * @param permits how many permits there are, at least 0
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public AsyncSemaphore(int permits) {
        this(permits, null);
    }

    /**
     * Makes a semaphore that has a name and knows its holders. A dump shows at each waiter the name, the tasks that
     * hold permits, and the lines that have called {@link #acquire()}. Each such call walks the stack, which takes
     * about a microsecond.
     *
     * @param name what dumps call it
     * @param permits how many permits there are, at least 0
     * @return the semaphore
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public static AsyncSemaphore traced(String name, int permits) {
        return new AsyncSemaphore(permits, new HolderTrace(Objects.requireNonNull(name, "name"), false));
    }

    private AsyncSemaphore(int permits, @Nullable HolderTrace trace) {
        this.trace = trace;
        if (permits < 0) {
            throw new IllegalArgumentException("a semaphore cannot have " + permits + " permits; it needs 0 or more");
        }
        this.permits = TurnPermits.counted(permits);
    }

    /**
     * Waits for one permit, see {@link #acquire(int)}.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; a permit that was granted already goes to the next.
     *
     * @return a future of the permit
     */
    @CheckReturnValue
    public Future<Permit> acquire() {
        return acquire(1);
    }

    /**
     * Waits for so many permits at once. More than there will ever be are waited for in vain, and hold up the queue.
     *
     * <p>The future fails with {@link SemaphoreClosedException} if the semaphore is closed before they are granted.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; permits that were granted already go to the next.
     *
     * @param count how many, at least 1
     * @return a future of the permits, to be closed to give them back
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    @CheckReturnValue
    public Future<Permit> acquire(int count) {
        int wanted = requirePositive(count);
        return trace == null ? new Acquire(this, wanted) : new TracedAcquire(this, wanted, trace);
    }

    /**
     * Takes one permit if there is one now and no task waits.
     *
     * @return the permit, or null
     * @throws SemaphoreClosedException if the semaphore is closed
     */
    public @Nullable Permit tryAcquire() {
        return tryAcquire(1);
    }

    /**
     * Takes so many permits if they are there now and no task waits.
     *
     * @param count how many, at least 1
     * @return the permits, or null
     * @throws IllegalArgumentException if {@code count} is less than 1
     * @throws SemaphoreClosedException if the semaphore is closed
     */
    public @Nullable Permit tryAcquire(int count) {
        long turn = permits.tryTake(requirePositive(count));
        if (turn == Permits.SHORT) {
            return null;
        }
        if (turn == Permits.REFUSED) {
            throw closed();
        }
        Permit permit = new Permit(this, count, turn);
        if (trace != null) {
            trace.add(permit, 0, HolderTrace.line(), count);
        }
        return permit;
    }

    /**
     * Adds permits to those that the semaphore was made with.
     *
     * @param count how many, at least 1
     * @throws IllegalArgumentException if {@code count} is less than 1
     * @throws IllegalStateException if there would be more than 4,294,967,295 permits, those that are held among them
     */
    public void addPermits(int count) {
        permits.add(requirePositive(count));
    }

    /**
     * Ends the waiting: waiters and further attempts fail with {@link SemaphoreClosedException}. Permits given stay
     * valid.
     */
    public void close() {
        permits.close();
    }

    /**
     * Tells whether the semaphore is closed.
     *
     * @return true if it gives no permits any more
     */
    public boolean isClosed() {
        return permits.isClosed();
    }

    /**
     * Returns how many permits are there; out of date as soon as it is read.
     *
     * @return the number of free permits
     */
    public long availablePermits() {
        return permits.available();
    }

    private static int requirePositive(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("cannot take or add " + count + " permits; ask for at least 1");
        }
        return count;
    }

    private static SemaphoreClosedException closed() {
        return new SemaphoreClosedException("the semaphore is closed and gives no permits any more");
    }

    @Override
    public String toString() {
        return "AsyncSemaphore[" + (trace == null ? "" : trace.name() + ", ") + permits.available() + " available, "
                + permits.waiting() + " waiting" + (isClosed() ? ", closed]" : "]");
    }

    /** Permits in the hands of a task; {@link #close} gives them back. May be used from any thread. */
    public static final class Permit implements Droppable {

        private static final VarHandle COUNT = VarHandles.handle(MethodHandles.lookup(), "count", int.class);

        private final AsyncSemaphore semaphore;

        /** Which turn of the semaphore this is, or {@link Permits#TAKEN}. */
        private final int turn;

        /** How many to give back; 0 once that is done. */
        private volatile int count;

        Permit(AsyncSemaphore semaphore, int count, long turn) {
            this.semaphore = semaphore;
            this.turn = (int) turn; // of 30 bits
            COUNT.setRelease(this, count); // no other thread has it yet
        }

        /**
         * Returns how many permits these are.
         *
         * @return the number; 0 once they are given back
         */
        public int count() {
            return count;
        }

        /** Gives the permits back. Closing twice does nothing. */
        @Override
        public void close() {
            int held = count;
            if (held != 0 && semaphore.trace != null) {
                semaphore.trace.gone(this); // before the next one comes
            }
            end(held, held);
        }

        /** Keeps the permits for ever: the semaphore has that many less from now on. */
        public void forget() {
            int held = count;
            if (end(held, 0)) {
                semaphore.permits.forget(held);
            }
        }

        /** Once, whether they are closed or forgotten, and by how many threads. */
        private boolean end(int held, int released) {
            if (held == 0) {
                return false;
            }
            if (turn != Permits.TAKEN) {
                COUNT.setRelease(this, 0); // for those that come later; of those at the same time the turn decides
                return semaphore.permits.endTurn(turn, released);
            }
            boolean first = (int) COUNT.getAndSet(this, 0) != 0;
            if (first && released != 0) {
                semaphore.permits.release(released);
            }
            return first;
        }

        @Override
        public String toString() {
            return "Permit[" + count + "]";
        }
    }

    static class Acquire extends Permits.Acquire<Permit> {

        final AsyncSemaphore semaphore;
        final int count;

        Acquire(AsyncSemaphore semaphore, int count) {
            this.semaphore = semaphore;
            this.count = count;
        }

        @Override
        Permits permits() {
            return semaphore.permits;
        }

        @Override
        long wanted() {
            return count;
        }

        @Override
        Object onTaken(Context cx, long turn) {
            return new Permit(semaphore, count, turn);
        }

        @Override
        RuntimeException onClosed() {
            return closed();
        }

        @Override
        public String toString() {
            return "AsyncSemaphore" + (semaphore.trace == null ? "" : " " + semaphore.trace.name()) + ".acquire("
                    + count + ")";
        }
    }

    /** What {@link AwaitedCalls#acquire} waits for: makes no permit, {@link AwaitedCalls#acquired} does. */
    static final class AwaitedAcquire extends Acquire {

        AwaitedAcquire(AsyncSemaphore semaphore, int count) {
            super(semaphore, count);
        }

        @Override
        Object onTaken(Context cx, long turn) {
            return taken(semaphore, count, turn, cx);
        }

        /** Leaves what the permit is made of in the context, and returns the semaphore. */
        static AsyncSemaphore taken(AsyncSemaphore semaphore, int count, long turn, Context cx) {
            cx.setScratch((long) count << Integer.SIZE | (int) turn & 0xFFFF_FFFFL);
            return semaphore;
        }
    }

    private static final class TracedAcquire extends Acquire {

        private final HolderTrace trace;

        /** Where it was asked for. */
        private final String line = HolderTrace.line();

        TracedAcquire(AsyncSemaphore semaphore, int count, HolderTrace trace) {
            super(semaphore, count);
            this.trace = trace;
        }

        @Override
        Object onTaken(Context cx, long turn) {
            Permit permit = new Permit(semaphore, count, turn);
            trace.add(permit, cx.taskId(), line, count);
            return permit;
        }

        @Override
        void describeMore(AwaitTree sketch) {
            trace.describe(sketch);
        }
    }
}
