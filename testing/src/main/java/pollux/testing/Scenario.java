package pollux.testing;

import org.jspecify.annotations.Nullable;
import pollux.future.Future;

/**
 * What a simulation runs: it starts tasks in a world, and tells what must hold at the end.
 *
 * <p>It is called once for each run, on the thread of the simulation, and has to start from nothing each time: whatever
 * it changes belongs into its local variables.
 */
@FunctionalInterface
public interface Scenario {

    /**
     * Begins a run.
     *
     * @param world where it happens; spawn on it, and register checks with {@link World#atEnd}
     * @return a future to run as the first task, whose failure is the failure of the run; null if the tasks spawned are
     *     all
     * @throws Exception anything; it fails the run
     */
    @Nullable
    Future<?> start(World world) throws Exception;
}
