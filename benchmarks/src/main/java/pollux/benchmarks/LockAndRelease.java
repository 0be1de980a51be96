package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import pollux.future.Future;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;

/**
 * What does a lock cost that is held for a moment?
 *
 * <p>1 or 2 tasks take a mutex, or the one permit of a semaphore, add 1, and give it back, 200,000 times together. Op:
 * a lock.
 *
 * <p>Expected: two atomics and a guard or permit. With two tasks on two workers some find it taken and wait. The locks
 * of virtual threads are not fair, ours and Kotlin's are. Stages, Reactor and RxJava have no lock that one can wait for
 * without a thread.
 */
@OperationsPerInvocation(LockAndRelease.LOCKS)
public class LockAndRelease extends Workload {
    static final int LOCKS = 200_000;
    private static final int N = size(LOCKS);

    /** What is locked, and by how many tasks. */
    @Param({"mutex by 1", "mutex by 2", "semaphore by 1", "semaphore by 2"})
    public String lock = "";

    private long held;

    private int tasks() {
        return lock.endsWith("1") ? 1 : 2;
    }

    @Benchmark
    public long pollux() {
        held = 0;
        int tasks = tasks();
        int each = N / tasks;
        until(tasks, tally -> {
            if (lock.startsWith("mutex")) {
                AsyncMutex mutex = new AsyncMutex();
                for (int i = 0; i < tasks; i++) {
                    Pools.pollux()
                            .spawn(new Repeat<>(
                                    each,
                                    mutex::lock,
                                    guard -> {
                                        held++;
                                        guard.close();
                                    },
                                    tally));
                }
            } else {
                AsyncSemaphore semaphore = new AsyncSemaphore(1);
                for (int i = 0; i < tasks; i++) {
                    Pools.pollux()
                            .spawn(new Repeat<>(
                                    each,
                                    semaphore::acquire,
                                    permit -> {
                                        held++;
                                        permit.close();
                                    },
                                    tally));
                }
            }
        });
        return check((long) each * tasks, held);
    }

    @Benchmark
    public long polluxAwait() {
        held = 0;
        int tasks = tasks();
        int each = N / tasks;
        until(tasks, tally -> {
            AsyncMutex mutex = new AsyncMutex();
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            for (int i = 0; i < tasks; i++) {
                Pools.pollux()
                        .spawn(
                                lock.startsWith("mutex")
                                        ? lockEach(mutex, each, tally)
                                        : acquireEach(semaphore, each, tally));
            }
        });
        return check((long) each * tasks, held);
    }

    @SuppressWarnings("try") // held is what the guard is for
    private Future<Void> lockEach(AsyncMutex mutex, int times, Tally tally) {
        return async(() -> {
            for (int i = 0; i < times; i++) {
                try (AsyncMutex.Guard guard = await(mutex.lock())) {
                    held++;
                }
            }
            tally.arrive(1);
            return null;
        });
    }

    @SuppressWarnings("try") // as above
    private Future<Void> acquireEach(AsyncSemaphore semaphore, int times, Tally tally) {
        return async(() -> {
            for (int i = 0; i < times; i++) {
                try (AsyncSemaphore.Permit permit = await(semaphore.acquire())) {
                    held++;
                }
            }
            tally.arrive(1);
            return null;
        });
    }

    @Benchmark
    public long virtualThreads() {
        held = 0;
        int tasks = tasks();
        int each = N / tasks;
        ReentrantLock mutex = new ReentrantLock();
        Semaphore semaphore = new Semaphore(1);
        boolean isMutex = lock.startsWith("mutex");
        until(tasks, tally -> {
            for (int i = 0; i < tasks; i++) {
                Virtual.start(() -> {
                    for (int n = 0; n < each; n++) {
                        if (isMutex) {
                            mutex.lock();
                            held++;
                            mutex.unlock();
                        } else {
                            semaphore.acquireUninterruptibly();
                            held++;
                            semaphore.release();
                        }
                    }
                    tally.arrive(1);
                });
            }
        });
        return check((long) each * tasks, held);
    }

    @Benchmark
    public long kotlin() {
        held = 0;
        int tasks = tasks();
        int each = N / tasks;
        until(tasks, tally -> KotlinWait.lockAndRelease(lock.startsWith("mutex"), tasks, each, () -> held++, tally));
        return check((long) each * tasks, held);
    }
}
