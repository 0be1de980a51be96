package pollux.tck;

import org.reactivestreams.tck.TestEnvironment;
import pollux.executor.TaskPool;

/** What all verifications share: the time limits, and a pool. */
public final class TckEnvironment {

    /**
     * Milliseconds until a missing signal counts as missing. Generous, since a machine under load must not fail the
     * build.
     */
    private static final int SIGNALS = Integer.getInteger("pollux.tck.signals", 20_000);

    /** Milliseconds without a signal that count as silence. */
    private static final int SILENCE = Integer.getInteger("pollux.tck.silence", 50);

    /** For verifications whose signals come from other threads; its workers are daemons. */
    public static final TaskPool POOL = TaskPool.builder().workers(2).build();

    private TckEnvironment() {}

    /** Makes the environment of one verification. */
    public static TestEnvironment create() {
        return new TestEnvironment(SIGNALS, SILENCE, SILENCE, false);
    }
}
