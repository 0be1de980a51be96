package pollux.testing;

import pollux.future.Waker;

/** The waker that a simulated task hands out: it passes wakes on, late or twice if the world says so. */
final class SimWaker implements Waker {

    private final World world;
    private final String task;
    private final Waker real;

    SimWaker(World world, String task, Waker real) {
        this.world = world;
        this.task = task;
        this.real = real;
    }

    boolean passesTo(Waker waker) {
        return real == waker;
    }

    @Override
    public void wake() {
        if (world.chance(world.faults.lateWakes())) {
            world.later("late wake of " + task, real::wake);
            return;
        }
        real.wake();
        if (world.chance(world.faults.secondWakes())) {
            world.later("second wake of " + task, real::wake);
        }
    }

    @Override
    public String toString() {
        return "waker of " + task;
    }
}
