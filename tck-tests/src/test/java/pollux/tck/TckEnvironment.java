package pollux.tck;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
        return new Patient();
    }

    /**
     * Waits for an expected error as long as for other signals. {@code expectError} of 1.0.4 subtracts with the wrong
     * sign: it sleeps for the poll timeout once, looks once, and gives up, whatever its limit.
     */
    private static final class Patient extends TestEnvironment {

        Patient() {
            super(SIGNALS, SILENCE, SILENCE, false);
        }

        /** Asked by {@code expectError} alone, before it sleeps: returns when there is an error, or at the limit. */
        @Override
        public long defaultPollTimeoutMillis() {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SIGNALS);
            while (!hasError() && System.nanoTime() - end < 0) {
                LockSupport.parkNanos(1_000_000);
            }
            return 0;
        }

        private boolean hasError() {
            try {
                verifyNoAsyncErrorsNoDelay();
                return false;
            } catch (AssertionError found) {
                return true; // it stays for the one who asked
            }
        }
    }
}
