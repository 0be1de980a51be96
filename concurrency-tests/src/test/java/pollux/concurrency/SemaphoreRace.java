package pollux.concurrency;

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
