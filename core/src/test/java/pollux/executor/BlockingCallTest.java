package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocking code beside the tasks, and the threads it runs on. */
@Timeout(value = 120)
class BlockingCallTest {

    @Test
    void callGivesItsValueOrItsFailure() {
        IOException failure = new IOException("disk");
        for (Spawner spawner : List.of(Spawner.inline(), Spawner.on(Runnable::run))) {
            JoinHandle<Integer> handle = spawner.spawnBlocking(() -> 7);
            assertThat(BlockOn.blockOn(handle.join())).isEqualTo(7);
            JoinHandle<Object> failed = spawner.spawnBlocking(() -> {
                throw failure;
            });
            assertThatThrownBy(() -> BlockOn.blockOn(failed.join())).isSameAs(failure);
        }
    }

    @Test
    void callDoesNotRunOnTheCaller() {
        Thread thread = BlockOn.blockOn(
                Spawner.inline().spawnBlocking(Thread::currentThread).join());
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).isTrue();
    }

    /**
     * The failure of a call that was cancelled is reported once; what says that the thread was interrupted is its
     * answer, and no failure.
     */
    @Test
    void whatACancelledCallFailsWithIsReported() throws Exception {
        List<Exception> failures = List.of(
                new IOException("rollback"), new SocketTimeoutException("rollback"), new IllegalStateException());
        List<Exception> answers = List.of(
                new InterruptedException(),
                new InterruptedIOException(),
                new ClosedByInterruptException(),
                new FileLockInterruptionException(),
                new CancellationException());
        for (Exception failure :
                Stream.concat(failures.stream(), answers.stream()).toList()) {
            cancelCallThatAnswers(failure);
            assertThat(Reports.of(failure)).as("%s", failure).isEqualTo(failures.contains(failure) ? 1 : 0);
        }
    }

    /** Cancels a call while it blocks, which then throws something. */
    private static void cancelCallThatAnswers(Exception answer) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        JoinHandle<Integer> handle = Spawner.inline().spawnBlocking(() -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw answer;
            }
            return 7;
        });
        started.await();
        handle.cancel();
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(CancellationException.class);
    }

    /** A resource that does not close, on the way of an answer, is a failure. */
    @Test
    void whatTheAnswerOfACancelledCallSuppressesIsReported() throws Exception {
        for (Exception answer : List.of(new InterruptedException(), new CancellationException())) {
            IOException close = new IOException("close");
            answer.addSuppressed(close);
            cancelCallThatAnswers(answer);
            assertThat(Reports.of(close)).isEqualTo(1);
            assertThat(Reports.of(answer)).isZero();
        }
    }

    /** The call has failed, and its task is cancelled before it is polled again: ready wins. */
    @Test
    void aFailureThatACancellationMeetsIsTheOutcome() {
        try (LocalPool pool = new LocalPool()) {
            List<Runnable> threads = new ArrayList<>();
            IOException failure = new IOException("late");
            JoinHandle<Integer> handle = BlockingCall.start(
                    () -> {
                        throw failure;
                    },
                    pool,
                    threads::add);
            pool.runUntilStalled();
            threads.forEach(Runnable::run);
            handle.cancel();
            pool.runUntilStalled();
            assertThat(handle.isCancelled()).isFalse();
            assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isSameAs(failure);
        }
    }

    @Test
    void cancelInterruptsAndTheHandleEndsWhenTheCallHas() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        JoinHandle<Integer> handle = Spawner.inline().spawnBlocking(() -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                release.await();
            }
            return 7;
        });
        started.await();
        handle.cancel();
        interrupted.await();
        assertThat(handle.isDone()).isFalse();
        release.countDown();
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isInstanceOf(CancellationException.class);
    }

    @Test
    void callThatIsCancelledInTheQueueNeverRuns() {
        List<Runnable> queue = new ArrayList<>();
        AtomicBoolean ran = new AtomicBoolean();
        JoinHandle<Object> handle = BlockingCall.start(() -> ran.getAndSet(true), Spawner.inline(), queue::add);
        handle.cancel();
        assertThat(handle.isCancelled()).isTrue();
        queue.forEach(Runnable::run);
        queue.forEach(Runnable::run);
        assertThat(ran).isFalse();
    }

    /** It would go on alone: closing waits for tasks, and this one has none. */
    @Test
    void callWhoseSpawnerIsClosedMeanwhileIsNotBegun() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        pool.close();
        AtomicBoolean ran = new AtomicBoolean();
        JoinHandle<Object> handle = BlockingCall.start(() -> ran.getAndSet(true), pool, Runnable::run);
        assertThat(handle.isCancelled()).isTrue();
        assertThat(ran).isFalse();
    }

    @Test
    void rejectedCallFailsItsHandle() {
        RejectedExecutionException refusal = new RejectedExecutionException("full");
        JoinHandle<Integer> handle = BlockingCall.start(() -> 7, Spawner.inline(), job -> {
            throw refusal;
        });
        assertThatThrownBy(() -> BlockOn.blockOn(handle.join())).isSameAs(refusal);
    }

    // ------------------------------------------------------------------ the elastic threads

    private static void occupy(ElasticThreads threads, CountDownLatch busy, CountDownLatch release) {
        threads.execute(() -> {
            busy.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void threadsGrowToTheirLimitThenJobsQueueThenTheyAreRefused() throws InterruptedException {
        ElasticThreads threads = new ElasticThreads(2, 3, Duration.ofSeconds(10));
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        occupy(threads, busy, release);
        occupy(threads, busy, release);
        busy.await();
        CountDownLatch ran = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            threads.execute(ran::countDown);
        }
        assertThat(threads.threads()).isEqualTo(2);
        assertThat(threads.queued()).isEqualTo(3);
        assertThatThrownBy(() -> threads.execute(ran::countDown))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("AsyncSemaphore");
        release.countDown();
        assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Behaviour 25: a job never waits in the queue while a thread idles. */
    @Test
    void jobsThatNeedEachOtherAllGetAThread() throws Exception {
        ElasticThreads threads = new ElasticThreads(4, 100, Duration.ofSeconds(10));
        for (int round = 0; round < 500; round++) {
            CyclicBarrier meeting = new CyclicBarrier(5);
            for (int i = 0; i < 4; i++) {
                threads.execute(() -> {
                    try {
                        meeting.await(20, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
            }
            meeting.await(20, TimeUnit.SECONDS);
        }
        assertThat(threads.threads()).isLessThanOrEqualTo(4);
    }

    /** Behaviour 25. */
    @Test
    void manyOverlappingCallsAllRun() throws InterruptedException {
        ElasticThreads threads = new ElasticThreads(3, 100_000, Duration.ofMillis(1)); // threads come and go as well
        int each = 5_000;
        CountDownLatch ran = new CountDownLatch(4 * each);
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    CountDownLatch returned = new CountDownLatch(1);
                    threads.execute(returned::countDown);
                    try {
                        returned.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    ran.countDown();
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(ran.getCount()).isZero();
        assertThat(threads.queued()).isZero();
    }

    @Test
    void idleThreadsEnd() throws InterruptedException {
        ElasticThreads threads = new ElasticThreads(4, 100, Duration.ofMillis(1));
        AtomicReference<Thread> worker = new AtomicReference<>();
        CountDownLatch ran = new CountDownLatch(1);
        threads.execute(() -> {
            worker.set(Thread.currentThread());
            ran.countDown();
        });
        ran.await();
        worker.get().join();
        assertThat(threads.threads()).isZero();
    }

    @Test
    void jobThatThrowsCostsNoThread() throws InterruptedException {
        ElasticThreads threads = new ElasticThreads(1, 100, Duration.ofSeconds(10));
        threads.execute(() -> {
            throw new IllegalStateException("a job that throws");
        });
        threads.execute(() -> Thread.currentThread().interrupt());
        CountDownLatch ran = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        threads.execute(() -> {
            interrupted.set(Thread.currentThread().isInterrupted());
            ran.countDown();
        });
        ran.await();
        assertThat(interrupted).isFalse();
    }

    // ------------------------------------------------------------------ threads that the system refuses

    /** Makes threads until it is told to refuse them. */
    private static final class Refusing implements ThreadFactory {

        volatile boolean refuses;
        private volatile @Nullable Runnable whenAsked;

        @Override
        public Thread newThread(Runnable body) {
            Runnable asked = whenAsked;
            if (asked != null) {
                asked.run();
            }
            if (refuses) {
                throw new OutOfMemoryError("unable to create native thread (made up)");
            }
            Thread thread = new Thread(body);
            thread.setDaemon(true);
            return thread;
        }
    }

    @Test
    void refusedThreadWithoutAnyOtherRejectsTheJob() throws InterruptedException {
        Refusing factory = new Refusing();
        ElasticThreads threads = new ElasticThreads(2, 10, Duration.ofDays(1), factory);
        factory.refuses = true;
        assertThatThrownBy(() -> threads.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(threads.queued()).isZero();
        factory.refuses = false;
        CountDownLatch ran = new CountDownLatch(1);
        threads.execute(ran::countDown);
        ran.await();
    }

    @Test
    void refusedThreadLeavesTheJobToABusyOne() throws InterruptedException {
        Refusing factory = new Refusing();
        ElasticThreads threads = new ElasticThreads(5, 10, Duration.ofDays(1), factory);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        occupy(threads, busy, release);
        busy.await();
        factory.refuses = true;
        CountDownLatch ran = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            threads.execute(ran::countDown);
        }
        assertThat(threads.queued()).isEqualTo(3);
        release.countDown();
        ran.await();
        assertThat(threads.threads()).isEqualTo(1);
    }

    /** A thread becomes idle while another one is refused. Keep-alive is a day, so a lost job would hang. */
    @Test
    void refusedThreadBesideOneThatBecomesIdleLosesNoJob() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Refusing factory = new Refusing();
            ElasticThreads threads = new ElasticThreads(5, 10, Duration.ofDays(1), factory);
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            occupy(threads, busy, release);
            busy.await();
            factory.refuses = true;
            factory.whenAsked = () -> {
                release.countDown();
                for (int i = 0; i < 1_000; i++) {
                    Thread.onSpinWait();
                }
            };
            CountDownLatch ran = new CountDownLatch(1);
            threads.execute(ran::countDown);
            ran.await();
        }
    }

    /** Many callers while threads are refused at random: each job is run or rejected, none waits. */
    @Test
    void eachJobRunsOrIsRejectedWhateverIsRefused() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        ElasticThreads threads = new ElasticThreads(3, 100_000, Duration.ofNanos(1), body -> {
            if (asked.incrementAndGet() % 2 == 0) {
                throw new OutOfMemoryError("unable to create native thread (made up)");
            }
            Thread thread = new Thread(body);
            thread.setDaemon(true);
            return thread;
        });
        int each = 2_000;
        AtomicInteger seen = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread caller = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    CountDownLatch returned = new CountDownLatch(1);
                    try {
                        threads.execute(returned::countDown);
                        returned.await();
                    } catch (RejectedExecutionException refused) {
                        // counted all the same
                    } catch (InterruptedException e) {
                        return;
                    }
                    seen.incrementAndGet();
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(seen).hasValue(4 * each);
        assertThat(threads.queued()).isZero();
    }

    // ------------------------------------------------------------------ calls that compute

    /** More computing calls than processors stop no other call. */
    @Test
    void callsThatComputeStopNoOtherCall() {
        AtomicBoolean stop = new AtomicBoolean();
        int processors = Runtime.getRuntime().availableProcessors();
        List<JoinHandle<Long>> busy = new ArrayList<>();
        CountDownLatch running = new CountDownLatch(processors + 2);
        try {
            for (int i = 0; i < processors + 2; i++) {
                busy.add(Spawner.inline().spawnBlocking(() -> {
                    running.countDown();
                    long turns = 0;
                    while (!stop.get()) {
                        turns++;
                    }
                    return turns;
                }));
            }
            for (Spawner spawner : List.of(Spawner.inline(), Spawner.on(Runnable::run))) {
                assertThat(BlockOn.blockOn(spawner.spawnBlocking(() -> {
                                    running.await();
                                    return "ran";
                                })
                                .join()))
                        .isEqualTo("ran");
            }
        } finally {
            stop.set(true);
        }
        busy.forEach(handle -> BlockOn.blockOn(handle.join()));
    }

    @Test
    void callRunsOnAPlatformThreadOfTheLibrary() {
        Thread thread = BlockOn.blockOn(
                Spawner.inline().spawnBlocking(Thread::currentThread).join());
        assertThat(thread.getName()).startsWith("pollux-blocking-");
    }

    @Test
    void contextClassLoaderThatACallSetsDoesNotReachTheNext() throws InterruptedException {
        ElasticThreads threads = new ElasticThreads(1, 10, Duration.ofDays(1));
        threads.execute(() -> Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader()));
        AtomicReference<ClassLoader> found = new AtomicReference<>();
        CountDownLatch ran = new CountDownLatch(1);
        threads.execute(() -> {
            found.set(Thread.currentThread().getContextClassLoader());
            ran.countDown();
        });
        ran.await();
        assertThat(found).hasValue(ElasticThreads.class.getClassLoader());
    }
}
