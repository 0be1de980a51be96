package pollux.testing;

import java.util.ArrayDeque;
import java.util.Objects;

/**
 * A thread outside the pool, as the simulation sees it: steps that run in order, each at any moment between the polls
 * of the tasks. A step is atomic.
 */
public final class ForeignThread {

    private final World world;
    private final String name;
    private final ArrayDeque<Runnable> steps = new ArrayDeque<>();

    ForeignThread(World world, String name) {
        this.world = world;
        this.name = name;
    }

    /**
     * Appends a step.
     *
     * @param step what the thread does; what it throws fails the run
     * @return this
     */
    public ForeignThread then(Runnable step) {
        steps.add(Objects.requireNonNull(step, "step"));
        if (steps.size() == 1) {
            world.later(name, this::step);
        }
        return this;
    }

    private void step() {
        steps.element().run();
        steps.remove();
        if (!steps.isEmpty()) {
            world.later(name, this::step);
        }
    }

    @Override
    public String toString() {
        return name + " with " + steps.size() + " steps to go";
    }
}
