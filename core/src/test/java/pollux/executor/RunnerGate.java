package pollux.executor;

import pollux.time.ManualTime;

/**
 * Holds work on another thread until the thread that runs a pool has done all that it can: it is parked, or has moved
 * the clock although it should not have.
 */
public final class RunnerGate {

    private final Thread runner = Thread.currentThread();
    private final ManualTime clock;

    /** Made by the thread that will run the pool. */
    public RunnerGate(ManualTime clock) {
        this.clock = clock;
    }

    /** Waits; called by any other thread. */
    public void await() throws InterruptedException {
        long before = clock.nanoTime();
        while (!isParked() && clock.nanoTime() == before) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Thread.yield();
        }
    }

    private boolean isParked() {
        Thread.State state = runner.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }
}
