package pollux.reactive.spi;

import pollux.future.Services;

/**
 * The thread-locals of a task, for code of the task that runs on a thread of its own: {@code Async.virtual}. An adapter
 * puts them into the services of the task.
 *
 * <p>May be called by any thread, any number of times.
 */
@FunctionalInterface
public interface CarriedThreadLocals {

    /** The key under which a task finds its thread-locals. */
    Services.Key<CarriedThreadLocals> KEY = new Services.Key<>("thread locals");

    /**
     * Surrounds code with the thread-locals of the task.
     *
     * @param code what to run
     * @return code that sets them, runs the given code, and gives the thread back what it had, also if the code throws
     */
    Runnable around(Runnable code);
}
