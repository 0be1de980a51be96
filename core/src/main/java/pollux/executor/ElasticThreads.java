package pollux.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.internal.thread.DaemonThreads;

/**
 * Threads for jobs that block: a job gets an idle thread, else a new one up to a limit, else it queues, up to another
 * limit. Threads that stay idle end. All are daemons. If the system refuses a thread the job queues for those that run;
 * without any it is rejected.
 */
final class ElasticThreads implements Executor {

    /*
     * Guarded by the monitor. `idle` counts the threads that wait, also one that was notified and has not woken up yet;
     * so there is a thread for each job in the queue as long as idle > queue.size(). A busy thread that has become free
     * may be faster than the notified one; that one finds the queue empty, and waits on, still counted.
     *
     * A thread is started under the monitor, as Tokio does it, and counted when it has started. So a job queues only
     * where a thread that runs will take it: no thread becomes idle, and none is refused, between the decision and the
     * hand-over.
     */

    private final int maxThreads;
    private final int maxQueued;
    private final long keepAliveNanos;
    private final ThreadFactory factory;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private int threads;
    private int idle;

    ElasticThreads(int maxThreads, int maxQueued, Duration keepAlive) {
        this(maxThreads, maxQueued, keepAlive, factory());
    }

    ElasticThreads(int maxThreads, int maxQueued, Duration keepAlive, ThreadFactory factory) {
        this.maxThreads = maxThreads;
        this.maxQueued = maxQueued;
        this.keepAliveNanos = keepAlive.toNanos();
        this.factory = factory;
    }

    private static ThreadFactory factory() {
        AtomicInteger made = new AtomicInteger();
        return body -> DaemonThreads.thread(body, "pollux-blocking-" + made.incrementAndGet());
    }

    @Override
    public synchronized void execute(Runnable job) {
        if (idle > queue.size()) {
            queue.add(job);
            notify();
            return;
        }
        if (threads < maxThreads) {
            try {
                factory.newThread(() -> work(job)).start();
                threads++;
                return;
            } catch (Throwable refusal) {
                if (threads == 0) {
                    throw new RejectedExecutionException("no thread for a blocking call could be started", refusal);
                }
            }
        }
        if (queue.size() == maxQueued) {
            throw new RejectedExecutionException(
                    "all " + threads + " threads for blocking calls are busy and " + maxQueued
                            + " calls wait already; limit the calls in flight, with an AsyncSemaphore for instance");
        }
        queue.add(job);
    }

    synchronized int threads() {
        return threads;
    }

    synchronized int queued() {
        return queue.size();
    }

    private void work(Runnable first) {
        Thread thread = Thread.currentThread();
        ClassLoader library = ElasticThreads.class.getClassLoader();
        for (Runnable job = first; job != null; job = next()) {
            thread.setContextClassLoader(library); // a job that has changed it leaves no trace
            try {
                job.run();
            } catch (Throwable failure) {
                Failures.report("a blocking job failed", failure);
            }
            Thread.interrupted(); // no interrupt reaches the next job
        }
    }

    /** Takes the next job, or ends the thread with null after it was idle for the keep-alive time. */
    private synchronized @Nullable Runnable next() {
        idle++;
        try {
            long deadline = System.nanoTime() + keepAliveNanos;
            while (queue.isEmpty()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    threads--;
                    return null;
                }
                try {
                    wait(left / 1_000_000, (int) (left % 1_000_000));
                } catch (InterruptedException ignored) {
                    // a stray interrupt; the deadline decides
                }
            }
            return queue.poll();
        } finally {
            idle--;
        }
    }
}
