package pollux.executor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;
import pollux.internal.thread.Daemons;

/**
 * Threads for jobs that block: a job gets an idle thread, else a new one up to a limit, else it queues, up to another limit.
 * Threads that stay idle end. All are daemons.
 */
final class ElasticThreads implements Executor {

    /*
     * Guarded by the monitor. `idle` counts the threads that wait, also one that was notified and has not woken up yet; so
     * there is a thread for each job in the queue as long as idle > queue.size(). A busy thread that has become free may be
     * faster than the notified one; that one finds the queue empty, and waits on, still counted.
     */

    private final int maxThreads;
    private final int maxQueued;
    private final long keepAliveNanos;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private int threads;
    private int idle;
    private int started;

    ElasticThreads(int maxThreads, int maxQueued, Duration keepAlive) {
        this.maxThreads = maxThreads;
        this.maxQueued = maxQueued;
        this.keepAliveNanos = keepAlive.toNanos();
    }

    @Override
    public void execute(Runnable job) {
        synchronized (this) {
            if (idle > queue.size()) {
                queue.add(job);
                notify();
                return;
            }
            if (threads == maxThreads) {
                if (queue.size() == maxQueued) {
                    throw new RejectedExecutionException("all " + maxThreads
                            + " threads for blocking calls are busy and "
                            + maxQueued + " calls wait already; limit the calls in flight, with an AsyncSemaphore for"
                            + " instance");
                }
                queue.add(job);
                return;
            }
            threads++;
            started++;
        }
        Thread thread = Daemons.thread(() -> work(job), "pollux-blocking-" + started);
        thread.setContextClassLoader(ElasticThreads.class.getClassLoader());
        try {
            thread.start();
        } catch (Throwable refusal) {
            startFailed(job, refusal);
        }
    }

    synchronized int threads() {
        return threads;
    }

    synchronized int queued() {
        return queue.size();
    }

    /** The system gives no more threads: the job waits for one of those that run, if there are any. */
    private synchronized void startFailed(Runnable job, Throwable refusal) {
        threads--;
        if (threads == 0) {
            throw new RejectedExecutionException("no thread for a blocking call could be started", refusal);
        }
        queue.add(job);
    }

    private void work(Runnable first) {
        for (Runnable job = first; job != null; job = next()) {
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
                    // nobody but a stray interrupt; the deadline decides
                }
            }
            return queue.poll();
        } finally {
            idle--;
        }
    }
}
