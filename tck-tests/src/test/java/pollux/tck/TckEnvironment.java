package pollux.tck;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.TestEnvironment;
import pollux.executor.TaskPool;

/** What all verifications share: the time limits, and a pool. */
public final class TckEnvironment {

    /**
     * Milliseconds until a missing signal counts as missing. Generous, since a machine under load must not fail the
     * build.
     */
    static final int SIGNALS = Integer.getInteger("pollux.tck.signals", 20_000);

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
     * Rule 3.13: a publisher drops a cancelled subscriber eventually. That of 1.0.4 sleeps once, collects once, and then
     * waits for 100 ms, whatever the limits are; a publisher whose thread gets no turn so soon fails it.
     *
     * @param limit so many milliseconds are eventually
     */
    static void verifyDropsSubscriber(TestEnvironment env, Publisher<Integer> publisher, int limit)
            throws InterruptedException {
        ReferenceQueue<Object> dropped = new ReferenceQueue<>();
        WeakReference<Object> subscriber = subscribeAndCancel(env, publisher, dropped);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit);
        do {
            System.gc();
            if (dropped.remove(SILENCE) == subscriber) {
                return;
            }
        } while (System.nanoTime() - end < 0);
        env.flop(String.format("Publisher %s did not drop its cancelled subscriber in %d ms", publisher, limit));
    }

    /** A method of its own, so that no variable keeps the subscriber. */
    private static WeakReference<Object> subscribeAndCancel(
            TestEnvironment env, Publisher<Integer> publisher, ReferenceQueue<Object> dropped)
            throws InterruptedException {
        TestEnvironment.ManualSubscriber<Integer> subscriber = env.newManualSubscriber(publisher);
        subscriber.request(1);
        subscriber.nextElement();
        subscriber.cancel();
        return new WeakReference<>(subscriber, dropped);
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
