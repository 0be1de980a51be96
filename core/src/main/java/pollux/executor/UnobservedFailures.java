package pollux.executor;

import java.util.concurrent.ConcurrentLinkedQueue;
import pollux.future.Failures;
import pollux.future.Waker;
import pollux.time.TimerService;

/**
 * The failures that had no observer when their tasks ended. Each is looked at a second time a moment later, or when the
 * spawner closes; if it has no observer then either, the policy applies.
 */
final class UnobservedFailures {

    static final long GRACE_NANOS = 200_000_000;

    private final UnhandledFailure policy;
    private final Runnable shutdown;

    /** In the order of their failures, so those at the front are settled first. */
    private final ConcurrentLinkedQueue<Watched> watched = new ConcurrentLinkedQueue<>();

    /**
     * Makes an empty collection.
     *
     * @param policy what to do
     * @param shutdown closes the spawner without waiting
     */
    UnobservedFailures(UnhandledFailure policy, Runnable shutdown) {
        this.policy = policy;
        this.shutdown = shutdown;
    }

    /** Takes the failure of a task; if the timers refuse to measure the time, the policy applies at once. */
    void add(Task<?> task, Throwable failure, TimerService timers) {
        if (policy == UnhandledFailure.IGNORE) {
            return;
        }
        for (Watched first = watched.peek(); first != null && first.isSettled(); first = watched.peek()) {
            watched.remove(first);
        }
        Watched added = new Watched(task, failure);
        watched.add(added);
        try {
            timers.register(timers.timeSource().nanoTime() + GRACE_NANOS, added);
        } catch (Throwable refused) {
            added.wake();
        }
    }

    /** Applies the policy to all that is left, because the spawner closes. */
    void flush() {
        for (Watched last = watched.poll(); last != null; last = watched.poll()) {
            last.wake();
        }
    }

    /** One failure, and the waker that looks at it again. */
    private final class Watched implements Waker {

        private final Task<?> task;
        private final Throwable failure;

        Watched(Task<?> task, Throwable failure) {
            this.task = task;
            this.failure = failure;
        }

        boolean isSettled() {
            return task.isObserved();
        }

        @Override
        public void wake() {
            if (task.toObserved()) {
                Failures.report("no task joined " + task, failure);
                if (policy == UnhandledFailure.SHUTDOWN) {
                    shutdown.run();
                }
            }
        }
    }
}
