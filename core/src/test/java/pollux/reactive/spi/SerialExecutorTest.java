package pollux.reactive.spi;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Garbage;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.ManualTime;
import pollux.time.TimerService;

@Timeout(120)
class SerialExecutorTest {

    private final ManualTime time = new ManualTime();
    private final LocalPool pool = new LocalPool(time);
    private final SerialExecutors lanes = new SerialExecutors(pool);
    private final SerialExecutor lane = lanes.open();
    private final List<String> log = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    private final class Recorded extends SerialExecutor.Job {
        Recorded(Runnable task) {
            super(task);
        }

        @Override
        protected void failed(Throwable failure) {
            failures.add(failure);
        }
    }

    private SerialExecutor.Job logging(String name) {
        return new Recorded(() -> log.add(name));
    }

    private SerialExecutor.Job after(long millis, String name) {
        SerialExecutor.Job job = logging(name);
        assertThat(lane.submit(job, MILLISECONDS.toNanos(millis), -1)).isTrue();
        return job;
    }

    private SerialExecutor.Job every(long millis, String name) {
        SerialExecutor.Job job = logging(name);
        assertThat(lane.submit(job, MILLISECONDS.toNanos(millis), MILLISECONDS.toNanos(millis)))
                .isTrue();
        return job;
    }

    private void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
        pool.runUntilStalled();
    }

    // ------------------------------------------------------------------ order

    @Test
    void runsInTheOrderOfSubmissionAndNotBefore() {
        after(0, "a");
        after(-1, "b");
        after(0, "c");
        assertThat(log).isEmpty();
        pool.runUntilStalled();
        assertThat(log).containsExactly("a", "b", "c");
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void whatAJobSubmitsRunsAfterIt() {
        lane.submit(
                new Recorded(() -> {
                    after(0, "inner");
                    log.add("outer");
                }),
                0,
                -1);
        pool.runUntilStalled();
        assertThat(log).containsExactly("outer", "inner");
    }

    @Test
    void aJobOnTheInlineSpawnerIsNotReentered() {
        SerialExecutor inline = new SerialExecutors(Spawner.inline()).open();
        inline.submit(
                new Recorded(() -> {
                    inline.submit(logging("inner"), 0, -1);
                    log.add("outer");
                }),
                0,
                -1);
        assertThat(log).containsExactly("outer", "inner");
    }

    @Test
    void delayedJobsRunByDeadlineAndThenBySubmission() {
        after(20, "late");
        after(10, "first");
        after(10, "second");
        pass(9);
        assertThat(log).isEmpty();
        pass(1);
        assertThat(log).containsExactly("first", "second");
        pass(10);
        assertThat(log).containsExactly("first", "second", "late");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void deadlinesDecideEvenWhenTheLaneWasBusy() {
        lane.submit(new Recorded(() -> time.advance(Duration.ofMillis(30))), 0, -1);
        after(20, "twenty");
        after(10, "ten");
        pool.runUntilStalled();
        assertThat(log).containsExactly("ten", "twenty");
    }

    @Test
    void anIdleLaneKeepsOneTimerAndNoTask() {
        for (int i = 0; i < 100; i++) {
            after(1000 - i, "never");
        }
        assertThat(time.pendingTimers()).isOne();
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void hugeDelaysWait() {
        assertThat(lane.submit(logging("never"), Long.MAX_VALUE, -1)).isTrue();
        after(10, "soon");
        pass(10);
        assertThat(log).containsExactly("soon");
    }

    @Test
    void givesItsThreadBackWhenTheBudgetIsUsedUp() {
        for (int i = 0; i < 1000; i++) {
            after(0, "job");
        }
        pool.spawn(cx -> {
            log.add("other");
            return pollux.future.Poll.ready(null);
        });
        pool.runUntilStalled();
        assertThat(log).hasSize(1001);
        assertThat(log.indexOf("other")).isBetween(1, 200);
    }

    // ------------------------------------------------------------------ periods

    @Test
    void periodsKeepTheRateAndCatchUp() {
        SerialExecutor.Job job = every(10, "tick");
        pass(10);
        pass(10);
        assertThat(log).hasSize(2);
        pass(35);
        assertThat(log).hasSize(5);
        pass(5);
        assertThat(log).hasSize(6);
        job.dispose();
        pass(100);
        assertThat(log).hasSize(6);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void backToBackLetsOthersIn() {
        SerialExecutor.Job[] forever = new SerialExecutor.Job[1];
        forever[0] = new Recorded(() -> log.add("again"));
        lane.submit(forever[0], 0, 0);
        lane.submit(new Recorded(forever[0]::dispose), 0, -1);
        pool.runUntilStalled();
        assertThat(log).hasSizeBetween(1, 2);
    }

    @Test
    void aJobMayDisposeOfItself() {
        SerialExecutor.Job[] self = new SerialExecutor.Job[1];
        self[0] = new Recorded(() -> {
            log.add("once");
            self[0].dispose();
        });
        lane.submit(self[0], 0, 5);
        pass(100);
        assertThat(log).containsExactly("once");
    }

    // ------------------------------------------------------------------ disposal

    @Test
    void aDisposedJobDoesNotRunAndIsUnlinked() {
        SerialExecutor.Job waiting = after(0, "waiting");
        SerialExecutor.Job delayed = after(10, "delayed");
        waiting.dispose();
        delayed.dispose();
        delayed.dispose();
        pass(10);
        assertThat(log).isEmpty();
        assertThat(time.pendingTimers()).isZero();
        assertThat(waiting.isDisposed() && delayed.isDisposed()).isTrue();
    }

    @Test
    void theLastDelayedJobTakesItsTimerWithItAtOnce() {
        SerialExecutor.Job delayed = after(10, "delayed");
        assertThat(time.pendingTimers()).isOne();
        delayed.dispose();
        assertThat(time.pendingTimers()).isZero();
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void disposalTakesTheRightOneOfEqualDeadlines() {
        SerialExecutor.Job[] jobs = {after(10, "a"), after(10, "b"), after(10, "c")};
        jobs[1].dispose();
        pass(10);
        assertThat(log).containsExactly("a", "c");
    }

    @Test
    void aJobThatHasRunIsDisposed() {
        SerialExecutor.Job job = after(0, "a");
        assertThat(job.isDisposed()).isFalse();
        pool.runUntilStalled();
        assertThat(job.isDisposed()).isTrue();
        job.dispose();
        assertThat(log).containsExactly("a");
    }

    @Test
    void whatAJobCapturedIsReleasedByDisposalAlone() {
        List<Supplier<SerialExecutor.Job>> kinds = List.of(
                () -> submit(lane, 0, -1, new byte[1024]),
                () -> submit(lane, 10, -1, new byte[1024]),
                () -> submit(lane, 10, 10, new byte[1024]));
        for (Supplier<SerialExecutor.Job> kind : kinds) {
            SerialExecutor.Job job = kind.get();
            job.dispose();
            Garbage.awaitCollected(captured);
        }
    }

    @Test
    void whatAJobCapturedIsReleasedByItsRun() {
        SerialExecutor.Job job = submit(lane, 0, -1, new byte[1024]);
        pool.runUntilStalled();
        Garbage.awaitCollected(captured);
        assertThat(job.isDisposed()).isTrue();
    }

    @Test
    void closingReleasesEverythingAndRefusesMore() {
        SerialExecutor.Job job = submit(lane, 10, 10, new byte[1024]);
        lane.close();
        Garbage.awaitCollected(captured);
        assertThat(job.isDisposed()).isTrue();
        assertThat(time.pendingTimers()).isZero();
        assertThat(lane.submit(logging("late"), 0, -1)).isFalse();
        pass(100);
        assertThat(log).isEmpty();
    }

    /** The canary of the release tests: a job that is neither run nor disposed of keeps what it captured. */
    @Test
    void whatWaitsIsKept() {
        SerialExecutor.Job job = submit(lane, 10, -1, new byte[1024]);
        System.gc();
        assertThat(captured.get()).isNotNull();
        assertThat(job.isDisposed()).isFalse();
    }

    private WeakReference<byte[]> captured = new WeakReference<>(null);

    private SerialExecutor.Job submit(SerialExecutor where, long delayMillis, long periodMillis, byte[] memory) {
        captured = new WeakReference<>(memory);
        SerialExecutor.Job job = new Recorded(() -> log.add("length " + memory.length));
        assertThat(where.submit(
                        job,
                        MILLISECONDS.toNanos(delayMillis),
                        periodMillis < 0 ? -1 : MILLISECONDS.toNanos(periodMillis)))
                .isTrue();
        return job;
    }

    // ------------------------------------------------------------------ failures and closing

    @Test
    void aThrowingJobIsReportedAndTheNextOneRuns() {
        Error fatal = new StackOverflowError();
        lane.submit(
                new Recorded(() -> {
                    throw fatal;
                }),
                0,
                -1);
        after(0, "next");
        pool.runUntilStalled();
        assertThat(failures).containsExactly(fatal);
        assertThat(log).containsExactly("next");
    }

    @Test
    void closingALaneLeavesTheOthersOpen() {
        lane.close();
        lane.close();
        assertThat(lane.isClosed()).isTrue();
        assertThat(lanes.open().submit(logging("other"), 0, -1)).isTrue();
        pool.runUntilStalled();
        assertThat(log).containsExactly("other");
    }

    @Test
    void closingTheSetClosesAllLanesAndDirectJobs() {
        after(10, "lane");
        assertThat(lanes.submit(logging("direct"), 10, 10)).isTrue();
        lanes.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(lane.isClosed() && lanes.open().isClosed()).isTrue();
        assertThat(lanes.submit(logging("late"), 0, -1)).isFalse();
        pass(100);
        assertThat(log).isEmpty();
    }

    @Test
    void directJobsLeaveNothingBehind() {
        lanes.submit(logging("now"), 0, -1);
        lanes.submit(logging("later"), 1, -1);
        pass(10);
        assertThat(log).containsExactlyInAnyOrder("now", "later");
        lane.close();
        assertThat(lanes.size()).isZero();
    }

    @Test
    void aClosedPoolRefuses() {
        SerialExecutor.Job waiting = after(0, "waiting");
        pool.close();
        assertThat(waiting.isDisposed()).isTrue();
        assertThat(lane.submit(logging("late"), 0, -1)).isFalse();
        assertThat(lanes.submit(logging("late"), 0, -1)).isFalse();
        assertThat(log).isEmpty();
    }

    // ------------------------------------------------------------------ executors that refuse

    /** An executor that refuses on demand, and runs what it took when the test says so. */
    private static final class Bounded implements Executor {

        final Deque<Runnable> queue = new ArrayDeque<>();
        int refusals;

        @Override
        public void execute(Runnable command) {
            if (refusals > 0) {
                refusals--;
                throw new RejectedExecutionException("full");
            }
            queue.add(command);
        }

        void run() {
            for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
        }
    }

    private final Bounded bounded = new Bounded();
    private final SerialExecutors boundedLanes = new SerialExecutors(new OnExecutor(bounded, time));
    private final SerialExecutor boundedLane = boundedLanes.open();

    @Test
    void aRefusalReachesTheCallerOfSubmitAndLeavesTheLaneOpen() {
        bounded.refusals = 1;
        SerialExecutor.Job refused = logging("refused");
        assertThat(boundedLane.submit(refused, 0, -1)).isFalse();
        assertThat(refused.isDisposed()).isTrue();
        assertThat(boundedLane.isClosed()).isFalse();
        assertThat(boundedLane.submit(logging("next"), 0, -1)).isTrue();
        bounded.run();
        assertThat(log).containsExactly("next");
        assertThat(failures).isEmpty();
    }

    @Test
    void aRefusalOfADirectJobLeavesNothingBehind() {
        bounded.refusals = 1;
        assertThat(boundedLanes.submit(logging("refused"), 0, -1)).isFalse();
        assertThat(boundedLanes.size()).isOne();
    }

    @Test
    void aRefusalAtATimerReachesTheHookOfTheJobs() {
        boundedLane.submit(logging("refused"), 1, -1);
        boundedLane.submit(logging("later"), 2, -1);
        bounded.refusals = 1;
        time.advance(Duration.ofNanos(1));
        bounded.run();
        assertThat(log).isEmpty();
        assertRefused(1);
        time.advance(Duration.ofNanos(1));
        bounded.run();
        assertThat(log).containsExactly("later");
    }

    @Test
    void aPeriodicJobMissesTheRunThatWasRefused() {
        SerialExecutor.Job ticks = logging("tick");
        long period = MILLISECONDS.toNanos(20);
        boundedLane.submit(ticks, period, period);
        bounded.refusals = 1;
        time.advance(Duration.ofMillis(20));
        assertRefused(1);
        time.advance(Duration.ofMillis(20));
        bounded.run();
        assertThat(log).containsExactly("tick");
        ticks.dispose();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void aRefusalBetweenTwoJobsReachesTheHookOfThoseThatWait() {
        for (int i = 0; i < 200; i++) {
            boundedLane.submit(logging("job"), 0, -1);
        }
        Runnable drain = bounded.queue.poll();
        bounded.refusals = 1; // when the budget is used up
        drain.run();
        assertThat(log.size()).isBetween(1, 199);
        assertRefused(200 - log.size());
        assertThat(boundedLane.submit(logging("next"), 0, -1)).isTrue();
        bounded.run();
        assertThat(log).contains("next");
    }

    private void assertRefused(int jobs) {
        assertThat(failures)
                .hasSize(jobs)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasRootCauseMessage("full"));
    }

    /** {@code Spawner.on} with timers of the test. */
    private record OnExecutor(Executor executor, TimerService timers) implements Spawner {

        @Override
        public <T> JoinHandle<T> spawn(Future<T> future, Services services) {
            return Spawner.on(executor).spawn(future, services);
        }

        @Override
        public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
            throw new UnsupportedOperationException("no test blocks here");
        }
    }

    // ------------------------------------------------------------------ what a job leaves behind

    @Test
    void closingReleasesWhatWaitsWhileAJobRuns() {
        SerialExecutor.Job[] waiting = new SerialExecutor.Job[3];
        lane.submit(
                new Recorded(() -> {
                    waiting[0] = after(0, "ready");
                    waiting[1] = after(10, "timed");
                    waiting[2] = every(10, "periodic");
                    lane.close();
                    for (SerialExecutor.Job job : waiting) {
                        log.add("released " + job.isDisposed());
                    }
                }),
                0,
                -1);
        lane.submit(logging("behind"), 0, -1);
        pool.runUntilStalled();
        assertThat(log).containsExactly("released true", "released true", "released true");
    }

    static Stream<Spawner> spawners() {
        return Stream.of(Spawner.inline(), Spawner.on(Runnable::run));
    }

    @ParameterizedTest
    @MethodSource("spawners")
    void anInterruptAndAClassLoaderOfOneJobDoNotReachTheNext(Spawner spawner) {
        SerialExecutor here = new SerialExecutors(spawner).open();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        List<Object> seen = new ArrayList<>();
        here.submit(
                new Recorded(() -> {
                    for (int i = 0; i < 3; i++) {
                        here.submit(
                                new Recorded(() -> {
                                    seen.add(thread.isInterrupted());
                                    seen.add(thread.getContextClassLoader() == before);
                                    thread.interrupt();
                                    thread.setContextClassLoader(new ClassLoader() {});
                                }),
                                0,
                                -1);
                    }
                }),
                0,
                -1);
        assertThat(seen).containsExactly(false, true, false, true, false, true);
        assertThat(thread.getContextClassLoader()).isSameAs(before);
        assertThat(Thread.interrupted())
                .as("the thread is not ours, so it keeps the interrupt")
                .isTrue();
    }

    // ------------------------------------------------------------------ arithmetic

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1L << 62, (1L << 62) + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void periodsOfAnyLengthLeaveTheOtherJobsAlone(long period) {
        for (long start : new long[] {0, Long.MAX_VALUE - 5, Long.MIN_VALUE, -5}) {
            ManualTime clock = new ManualTime(start);
            LocalPool there = new LocalPool(clock);
            SerialExecutor of = new SerialExecutors(there).open();
            List<String> ran = new ArrayList<>();
            SerialExecutor.Job[] huge = new SerialExecutor.Job[1];
            huge[0] = new Recorded(() -> {
                ran.add("huge");
                if (period < 2) {
                    huge[0].dispose();
                }
            });
            of.submit(huge[0], 0, period);
            of.submit(new Recorded(() -> ran.add("tick")), 10, 10);
            for (int i = 0; i < 3; i++) {
                clock.advance(Duration.ofNanos(10));
                there.runUntilStalled();
            }
            assertThat(ran).containsExactly("huge", "tick", "tick", "tick");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0})
    void delaysThatAreOverRunAtOnce(long delay) {
        lane.submit(logging("once"), delay, -1);
        lane.submit(logging("huge"), Long.MAX_VALUE, Long.MAX_VALUE);
        pool.runUntilStalled();
        assertThat(log).containsExactly("once");
    }

    // ------------------------------------------------------------------ threads

    /** Submissions, delays and disposals from several threads: one job at a time, in the order of each thread. */
    @Test
    void manyThreadsShareALane() throws InterruptedException {
        int threads = 4;
        int each = 5_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        ConcurrentLinkedQueue<int[]> ran = new ConcurrentLinkedQueue<>();
        try (TaskPool workers = TaskPool.builder().workers(4).build()) {
            SerialExecutor shared = new SerialExecutors(workers).open();
            CountDownLatch done = new CountDownLatch(threads * each);
            for (int t = 0; t < threads; t++) {
                int thread = t;
                new Thread(() -> {
                            for (int i = 0; i < each; i++) {
                                int number = i;
                                shared.submit(
                                        new Recorded(() -> {
                                            overlaps.addAndGet(inside.getAndIncrement());
                                            ran.add(new int[] {thread, number});
                                            inside.getAndDecrement();
                                            done.countDown();
                                        }),
                                        0,
                                        -1);
                                SerialExecutor.Job never = new Recorded(() -> overlaps.addAndGet(1000));
                                shared.submit(never, MILLISECONDS.toNanos(100_000), -1);
                                never.dispose();
                            }
                        })
                        .start();
            }
            done.await();
        }
        assertThat(overlaps).hasValue(0);
        int[] next = new int[threads];
        for (int[] one : ran) {
            assertThat(one[1]).isEqualTo(next[one[0]]++);
        }
    }

    /** The canary of the test above: direct jobs do overlap, so the pool has the threads for it. */
    @Test
    void directJobsOverlap() throws InterruptedException {
        try (TaskPool workers = TaskPool.builder().workers(2).build()) {
            SerialExecutors direct = new SerialExecutors(workers);
            CountDownLatch bothInside = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                direct.submit(
                        new Recorded(() -> {
                            bothInside.countDown();
                            try {
                                bothInside.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        }),
                        0,
                        -1);
            }
            bothInside.await();
        }
    }
}
