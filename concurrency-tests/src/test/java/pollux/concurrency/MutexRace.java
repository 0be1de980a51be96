package pollux.concurrency;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;

/** Two close one guard while a task waits for the lock: the lock is given back once, and the task has it. */
final class MutexRace extends Race {

    @Override
    public void run() {
        AsyncMutex mutex = new AsyncMutex();
        AutoCloseable guard = mutex.tryLock();
        Party next = new Party(mutex.lock());
        together(new Closes(guard), new Closes(guard), next);
        settle(next);
        require(next.hasEnded(), "the next one was not woken");
        require(mutex.tryLock() == null, "the lock was given back twice");
    }

    static final class Closes implements Runnable {
        private final @Nullable AutoCloseable guard;

        Closes(@Nullable AutoCloseable guard) {
            this.guard = guard;
        }

        @Override
        public void run() {
            try {
                if (guard != null) {
                    guard.close();
                }
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
    }

    /** The holder leaves, and the one behind it gives up at some moment: the third gets the lock. */
    static final class GivesUp extends Race {

        @Override
        public void run() {
            AsyncMutex mutex = new AsyncMutex();
            AutoCloseable guard = mutex.tryLock();
            Party next = new Party(mutex.lock());
            together(new Closes(guard), new Leaves(mutex.lock()), next);
            settle(next);
            require(next.hasEnded(), "the next one was not woken");
            require(mutex.tryLock() == null, "the lock was given back twice");
            new Closes((AutoCloseable) next.answer()).run();
            new Closes(guard).run();
            require(!mutex.isLocked(), "the lock was lost");
        }
    }

    private static final class Leaves implements Runnable {
        private final Future<AsyncMutex.Guard> lock;

        Leaves(Future<AsyncMutex.Guard> lock) {
            this.lock = lock;
        }

        @Override
        public void run() {
            Party party = new Party(lock);
            party.run();
            if (party.answer() instanceof AsyncMutex.Guard guard) {
                guard.close();
            } else {
                lock.cancel();
            }
        }
    }

    /** The same, over a guard that looks at its flag and sets it in two steps. */
    static final class FlagInTwoSteps extends Race {

        @Override
        public void run() {
            AsyncSemaphore semaphore = new AsyncSemaphore(0);
            Guard guard = new Guard(semaphore);
            Party next = new Party(semaphore.acquire());
            together(new Closes(guard), new Closes(guard), next);
            settle(next);
            require(next.hasEnded(), "the next one was not woken");
            require(semaphore.tryAcquire() == null, "the lock was given back twice");
        }

        static final class Guard implements AutoCloseable {
            private final AsyncSemaphore semaphore;
            private volatile boolean released;

            Guard(AsyncSemaphore semaphore) {
                this.semaphore = semaphore;
            }

            @Override
            public void close() {
                if (!released) {
                    released = true;
                    semaphore.addPermits(1);
                }
            }
        }
    }
}
