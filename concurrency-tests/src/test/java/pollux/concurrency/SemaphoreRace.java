package pollux.concurrency;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;
import pollux.sync.AsyncSemaphore;

/** Three tasks want the one permit; one of them gives up at some moment. */
final class SemaphoreRace extends Race {

    @Override
    public void run() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        Turn first = new Turn(semaphore.acquire());
        Turn second = new Turn(semaphore.acquire());
        Future<AsyncSemaphore.Permit> third = semaphore.acquire();
        together(first, second, new GivesUp(third));
        while (first.moves() || second.moves()) {}
        require(first.hasEnded() && second.hasEnded(), "a waiter was not woken");
        require(semaphore.availablePermits() == 1, "a permit was lost or made up");
    }

    /** Three want one, two and one of two permits: some have a turn, some do not, and some wait. */
    static final class Several extends Race {

        @Override
        public void run() {
            AsyncSemaphore semaphore = new AsyncSemaphore(2);
            Turn first = new Turn(semaphore.acquire());
            Turn second = new Turn(semaphore.acquire(2));
            Turn third = new Turn(semaphore.acquire());
            together(first, second, third);
            while (first.moves() || second.moves() || third.moves()) {}
            require(first.hasEnded() && second.hasEnded() && third.hasEnded(), "a waiter was not woken");
            require(semaphore.availablePermits() == 2, "a permit was lost or made up");
            require(semaphore.tryAcquire(2) != null, "the queue mark is on");
        }
    }

    /** Two close one permit while another task takes and gives back one: the first comes back once. */
    static class ClosedByTwo extends Race {

        /** Takes one permit. */
        @Nullable
        AutoCloseable takeFrom(AsyncSemaphore semaphore) {
            return semaphore.tryAcquire();
        }

        @Override
        public final void run() {
            AsyncSemaphore semaphore = new AsyncSemaphore(2);
            AutoCloseable permit = takeFrom(semaphore);
            Turn other = new Turn(semaphore.acquire());
            together(new MutexRace.Closes(permit), new MutexRace.Closes(permit), other);
            require(other.hasEnded(), "the other found no permit");
            require(semaphore.availablePermits() == 2, "a permit was lost or made up");
        }
    }

    /** The same, over a permit that looks at its flag and sets it in two steps. */
    static final class FlagInTwoSteps extends ClosedByTwo {

        @Override
        AutoCloseable takeFrom(AsyncSemaphore semaphore) {
            AsyncSemaphore.Permit taken = semaphore.tryAcquire();
            if (taken != null) {
                taken.forget();
            }
            return new MutexRace.FlagInTwoSteps.Guard(semaphore);
        }
    }

    /** Waits for the permit and gives it back. */
    private static final class Turn implements Runnable {
        private final Party party;
        private boolean closed;

        Turn(Future<AsyncSemaphore.Permit> acquire) {
            this.party = new Party(acquire);
        }

        boolean hasEnded() {
            return closed;
        }

        boolean moves() {
            if (closed || !party.isRunnable()) {
                return false;
            }
            run();
            return true;
        }

        @Override
        public void run() {
            party.run();
            if (party.answer() instanceof AsyncSemaphore.Permit permit) {
                permit.close();
                closed = true;
            }
        }
    }

    private static final class GivesUp implements Runnable {
        private final Future<AsyncSemaphore.Permit> acquire;

        GivesUp(Future<AsyncSemaphore.Permit> acquire) {
            this.acquire = acquire;
        }

        @Override
        public void run() {
            Party party = new Party(acquire);
            party.run();
            if (party.answer() instanceof AsyncSemaphore.Permit permit) {
                permit.close();
            } else {
                acquire.cancel();
            }
        }
    }
}
