package pollux.tck.schedulers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.time.ManualTime;

/**
 * The contract of a scheduler, as the suites of Reactor and RxJava have it: direct jobs and workers, at once, delayed
 * and periodic; disposal before, during and after a run, of a job, a worker and the scheduler; order; rejection.
 */
@Timeout(300)
class SchedulerContractTest {

    private final ManualTime time = new ManualTime(42);
    private final LocalPool pool = new LocalPool(time);
    private final List<String> log = new ArrayList<>();

    private void pass(long millis) {
        for (long i = 0; i < millis; i++) {
            time.advance(Duration.ofMillis(1));
            pool.runUntilStalled();
        }
    }

    private Runnable job(String name) {
        return () -> log.add(name);
    }

    // ------------------------------------------------------------------ the table

    private record Library(String name, Function<Spawner, Jobs> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** When a job runs. */
    private enum Kind {
        NOW,
        DELAYED,
        PERIODIC;

        Jobs.Handle schedule(Jobs.Target target, Runnable job) {
            return switch (this) {
                case NOW -> target.schedule(job);
                case DELAYED -> target.schedule(job, 5);
                case PERIODIC -> target.schedulePeriodically(job, 5, 5);
            };
        }
    }

    static Stream<Library> libraries() {
        return Stream.of(new Library("Reactor", Jobs::reactor), new Library("RxJava", Jobs::rxJava));
    }

    static Stream<Arguments> ways() {
        return libraries()
                .flatMap(library -> Stream.of(Kind.values())
                        .flatMap(kind -> Stream.of(false, true).map(worker -> Arguments.of(library, kind, worker))));
    }

    private static Jobs.Target target(Jobs jobs, boolean worker) {
        return worker ? jobs.worker() : jobs.direct();
    }

    // ------------------------------------------------------------------ running

    @ParameterizedTest
    @MethodSource("ways")
    void aJobRunsOnTheSpawnerWhenItIsDue(Library library, Kind kind, boolean worker) {
        Jobs.Handle handle = kind.schedule(target(library.of.apply(pool), worker), job("x"));
        assertThat(log).isEmpty();
        assertThat(handle.isDisposed()).isFalse();
        pool.runUntilStalled();
        assertThat(log).hasSize(kind == Kind.NOW ? 1 : 0);
        pass(4);
        assertThat(log).hasSize(kind == Kind.NOW ? 1 : 0);
        pass(1);
        assertThat(log).hasSize(1);
        assertThat(handle.isDisposed()).isEqualTo(kind != Kind.PERIODIC);
        pass(10);
        assertThat(log).hasSize(kind == Kind.PERIODIC ? 3 : 1);
        handle.dispose();
        assertThat(time.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void disposedBeforeItIsDueItDoesNotRun(Library library, Kind kind, boolean worker) {
        Jobs.Handle handle = kind.schedule(target(library.of.apply(pool), worker), job("x"));
        handle.dispose();
        handle.dispose();
        assertThat(handle.isDisposed()).isTrue();
        pass(20);
        assertThat(log).isEmpty();
        assertThat(time.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void disposedFromInsideItDoesNotRunAgain(Library library, Kind kind, boolean worker) {
        Jobs.Target target = target(library.of.apply(pool), worker);
        Jobs.Handle[] handle = new Jobs.Handle[1];
        handle[0] = kind.schedule(target, () -> {
            log.add("x");
            handle[0].dispose();
            assertThat(handle[0].isDisposed()).isTrue();
        });
        pass(30);
        assertThat(log).containsExactly("x");
        target.schedule(job("y"));
        pass(1);
        assertThat(log).containsExactly("x", "y");
        assertThat(time.pendingTimers()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void oneJobIsDisposedAndTheOthersRun(Library library, Kind kind, boolean worker) {
        Jobs.Target target = target(library.of.apply(pool), worker);
        kind.schedule(target, job("a"));
        Jobs.Handle second = kind.schedule(target, job("b"));
        kind.schedule(target, job("c"));
        second.dispose();
        pass(5);
        assertThat(log).containsExactly("a", "c");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aJobThatSchedulesAnotherIsNotInterruptedByIt(Library library, Kind kind, boolean worker) {
        Jobs.Target target = target(library.of.apply(pool), worker);
        AtomicBoolean once = new AtomicBoolean();
        kind.schedule(target, () -> {
            if (!once.getAndSet(true)) {
                target.schedule(job("inner"));
                log.add("outer");
            }
        });
        pass(6);
        assertThat(log).containsExactly("outer", "inner");
    }

    // ------------------------------------------------------------------ order

    @ParameterizedTest
    @MethodSource("libraries")
    void aWorkerRunsJobsInOrder(Library library) {
        Jobs.Worker worker = library.of.apply(pool).worker();
        List<String> numbers = IntStream.range(0, 100).mapToObj(String::valueOf).toList();
        numbers.forEach(number -> worker.schedule(job(number)));
        pool.runUntilStalled();
        assertThat(log).isEqualTo(numbers);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void delayedJobsOfAWorkerRunWhenDueAndThenInOrder(Library library) {
        Jobs.Worker worker = library.of.apply(pool).worker();
        worker.schedule(job("20a"), 20);
        worker.schedule(job("10a"), 10);
        worker.schedule(job("20b"), 20);
        worker.schedule(job("10b"), 10);
        worker.schedule(job("0"));
        worker.schedule(job("0 delayed"), 0);
        worker.schedule(job("before"), -1);
        pass(30);
        assertThat(log).containsExactly("0", "0 delayed", "before", "10a", "10b", "20a", "20b");
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void jobsOfOneWorkerNeverOverlapAndThoseOfTwoDo(Library library) throws InterruptedException {
        try (TaskPool real = TaskPool.builder().workers(2).build()) {
            Jobs jobs = library.of.apply(real);
            Jobs.Worker worker = jobs.worker();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger overlaps = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(1_000);
            for (int i = 0; i < 1_000; i++) {
                worker.schedule(() -> {
                    overlaps.addAndGet(inside.getAndIncrement());
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                    done.countDown();
                });
            }
            done.await();
            assertThat(overlaps).hasValue(0);
            // the canary: two workers meet at one barrier, which needs both inside at once
            CountDownLatch both = new CountDownLatch(2);
            CountDownLatch met = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                jobs.worker().schedule(() -> {
                    both.countDown();
                    await(both);
                    met.countDown();
                });
            }
            met.await();
        }
    }

    // ------------------------------------------------------------------ disposal during a run

    @ParameterizedTest
    @MethodSource("ways")
    void disposedWhileItRunsItEndsUndisturbed(Library library, Kind kind, boolean worker) throws InterruptedException {
        try (TaskPool real = TaskPool.builder().workers(2).build()) {
            Jobs.Target target = target(library.of.apply(real), worker);
            CountDownLatch runs = new CountDownLatch(1);
            CountDownLatch disposed = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            AtomicInteger times = new AtomicInteger();
            AtomicBoolean interrupted = new AtomicBoolean();
            Jobs.Handle handle = kind.schedule(target, () -> {
                times.incrementAndGet();
                runs.countDown();
                await(disposed);
                interrupted.set(Thread.currentThread().isInterrupted());
                ended.countDown();
            });
            runs.await();
            handle.dispose();
            assertThat(handle.isDisposed()).isTrue();
            disposed.countDown();
            ended.await();
            CountDownLatch next = new CountDownLatch(1);
            assertThat(target.schedule(next::countDown)).isNotNull();
            next.await();
            assertThat(times).hasValue(1);
            assertThat(interrupted).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aWorkerDisposedWhileItRunsLeavesTheRest(Library library) throws InterruptedException {
        try (TaskPool real = TaskPool.builder().workers(2).build()) {
            Jobs jobs = library.of.apply(real);
            Jobs.Worker worker = jobs.worker();
            CountDownLatch runs = new CountDownLatch(1);
            CountDownLatch disposed = new CountDownLatch(1);
            CountDownLatch ended = new CountDownLatch(1);
            AtomicInteger late = new AtomicInteger();
            worker.schedule(() -> {
                runs.countDown();
                await(disposed);
                ended.countDown();
            });
            List<Jobs.Handle> waiting = Stream.of(Kind.values())
                    .map(kind -> kind.schedule(worker, late::incrementAndGet))
                    .toList();
            runs.await();
            worker.dispose();
            // at once, also while a job runs
            assertThat(waiting).allMatch(Jobs.Handle::isDisposed);
            assertThat(worker.isDisposed()).isTrue();
            disposed.countDown();
            ended.await();
            CountDownLatch other = new CountDownLatch(1);
            jobs.direct().schedule(other::countDown);
            other.await();
            assertThat(late).hasValue(0);
        }
    }

    // ------------------------------------------------------------------ disposal of workers and schedulers

    @ParameterizedTest
    @MethodSource("ways")
    void aDisposedWorkerRejectsAndItsSchedulerGoesOn(Library library, Kind kind, boolean ignored) {
        Jobs jobs = library.of.apply(pool);
        Jobs.Worker worker = jobs.worker();
        Jobs.Handle waiting = kind.schedule(worker, job("x"));
        worker.dispose();
        worker.dispose();
        assertThat(waiting.isDisposed()).isTrue();
        assertThat(kind.schedule(worker, job("y"))).isNull();
        assertThat(time.pendingTimers()).isZero();
        kind.schedule(jobs.direct(), job("direct"));
        kind.schedule(jobs.worker(), job("worker"));
        pass(5);
        assertThat(log).containsExactlyInAnyOrder("direct", "worker");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aDisposedSchedulerRejectsAndItsSpawnerGoesOn(Library library, Kind kind, boolean worker) {
        Jobs jobs = library.of.apply(pool);
        Jobs.Target target = target(jobs, worker);
        Jobs.Handle waiting = kind.schedule(target, job("x"));
        jobs.dispose();
        jobs.dispose();
        assertThat(waiting.isDisposed()).isTrue();
        assertThat(kind.schedule(target, job("y"))).isNull();
        assertThat(kind.schedule(jobs.direct(), job("y"))).isNull();
        Jobs.Worker late = jobs.worker();
        assertThat(late.isDisposed()).isTrue();
        assertThat(kind.schedule(late, job("y"))).isNull();
        assertThat(time.pendingTimers()).isZero();
        kind.schedule(target(library.of.apply(pool), worker), job("another"));
        pass(5);
        assertThat(log).containsExactly("another");
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aDisposedSchedulerIsLeftFromInside(Library library, Kind kind, boolean worker) {
        Jobs jobs = library.of.apply(pool);
        Jobs.Target target = target(jobs, worker);
        kind.schedule(target, () -> {
            log.add("x");
            jobs.dispose();
        });
        kind.schedule(jobs.worker(), job("other"));
        pass(30);
        assertThat(log).containsExactly("x");
        assertThat(time.pendingTimers()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
