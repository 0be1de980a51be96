package pollux.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Droppable;
import pollux.future.Future;
import pollux.internal.checks.CheckReturnValue;
import pollux.internal.memory.VarHandles;

/**
 * A lock that many readers or one writer hold, possibly over many polls, while the others wait without blocking their
 * threads.
 *
 * <p>It belongs to the holder of the {@link Guard}, not to a thread or task; it is not reentrant, and a read lock
 * cannot become a write lock: a task that waits for the write lock while it holds a read lock waits for ever. Fair: it
 * goes to waiters in the order of their first poll, so a reader that comes after a waiting writer waits for it, also if
 * the task of that reader holds a read lock already. What a writer wrote before it gave the lock back is visible to the
 * next holders. For state that is not kept over an await, {@code ReentrantReadWriteLock} or {@code synchronized} is the
 * better choice.
 *
 * <p>After {@code tokio::sync::RwLock}.
 */
public final class AsyncRwLock {

    /** A reader takes one permit, a writer all of them. */
    private static final int ALL = 1 << 29;

    private final Permits permits = new Permits(ALL);

    /** Makes a lock that is free. */
    public AsyncRwLock() {}

    /**
     * Waits until no writer holds the lock or waits for it.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; if the lock was granted already it is given back.
     *
     * @return a future of the guard, to be closed to give the lock back
     */
    @CheckReturnValue
    public Future<Guard> read() {
        return new Lock(this, 1);
    }

    /**
     * Waits until the lock is free.
     *
     * <p><b>Cancellation:</b> the place in the queue is lost; if the lock was granted already it goes to the next.
     *
     * @return a future of the guard, to be closed to give the lock back
     */
    @CheckReturnValue
    public Future<Guard> write() {
        return new Lock(this, ALL);
    }

    /**
     * Takes the lock for reading if no writer holds it and no task waits.
     *
     * @return the guard, or null
     */
    public @Nullable Guard tryRead() {
        return take(1);
    }

    /**
     * Takes the lock for writing if it is free and no task waits.
     *
     * @return the guard, or null
     */
    public @Nullable Guard tryWrite() {
        return take(ALL);
    }

    private @Nullable Guard take(int count) {
        return permits.tryTake(count) == Permits.TAKEN ? new Guard(permits, count) : null;
    }

    @Override
    public String toString() {
        return "AsyncRwLock[" + holders() + ", " + permits.waiting() + " waiting]";
    }

    private String holders() {
        long free = permits.available();
        return free == 0 ? "a writer" : free == ALL ? "free" : ALL - free + " readers";
    }

    /**
     * The lock in the hands of a task; {@link #close} gives it back, as does the loss of it on its way to the task. May
     * be used from any thread.
     */
    public static final class Guard implements Droppable {

        private static final VarHandle COUNT = VarHandles.handle(MethodHandles.lookup(), "count", int.class);

        private final Permits permits;

        /** How many permits to give back; 0 once that is done. */
        private volatile int count;

        Guard(Permits permits, int count) {
            this.permits = permits;
            COUNT.setRelease(this, count); // no other thread has it yet
        }

        /** Gives the lock back. Closing twice does nothing. */
        @Override
        public void close() {
            int held = (int) COUNT.getAndSet(this, 0);
            if (held > 0) {
                permits.release(held);
            }
        }

        @Override
        public String toString() {
            int held = count;
            return "Guard[" + (held == 0 ? "released]" : held == 1 ? "reads]" : "writes]");
        }
    }

    private static final class Lock extends Permits.Acquire<Guard> {

        private final AsyncRwLock lock;
        private final int count;

        Lock(AsyncRwLock lock, int count) {
            this.lock = lock;
            this.count = count;
        }

        @Override
        Permits permits() {
            return lock.permits;
        }

        @Override
        long wanted() {
            return count;
        }

        @Override
        Guard onTaken(Context cx, long turn) {
            return new Guard(lock.permits, count);
        }

        @Override
        RuntimeException onClosed() {
            return new IllegalStateException("a read-write lock cannot be closed");
        }

        @Override
        void describeFree(AwaitTree sketch) {
            sketch.note(lock.holders());
        }

        @Override
        public String toString() {
            return count == 1 ? "AsyncRwLock.read()" : "AsyncRwLock.write()";
        }
    }
}
