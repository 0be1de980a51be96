package pollux.reactor;

import pollux.executor.TaskPool;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;
import reactor.core.publisher.Mono;

/**
 * Tells BlockHound that the workers of a {@link TaskPool} must not block, so that its agent turns a blocking call in a
 * task into an error there. BlockHound finds this by itself; {@code io.projectreactor.tools:blockhound} is an optional
 * dependency.
 *
 * <p>Where Pollux itself may wait on a worker: when there is nothing to do, and when a failure is reported to the log.
 * Threads that a factory of the user's made are not recognised, see {@link TaskPool#isWorker}.
 */
public final class BlockHoundMarks implements BlockHoundIntegration {

    /** Made by the service loader. */
    public BlockHoundMarks() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // here, where it may read files: where it may not, Reactor would take context propagation for absent, once and
        // for all
        Mono.empty().contextCapture();
        builder.nonBlockingThreadPredicate(known -> known.or(TaskPool::isWorker))
                .allowBlockingCallsInside("pollux.executor.Parker", "sleep")
                .allowBlockingCallsInside("pollux.future.Failures", "report");
    }
}
