package pollux.reactor;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.executor.LocalPool;
import pollux.executor.TaskPool;
import pollux.time.ManualTime;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The contract of a Reactor scheduler; what a lane does by itself is tested in core. */
@Timeout(120)
class SchedulerTest {

    private final ManualTime time = new ManualTime(42);
    private final LocalPool pool = new LocalPool(time);
    private final Scheduler scheduler = ReactorAdapter.scheduler(pool);
    private final Scheduler.Worker worker = scheduler.createWorker();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void resetHooks() {
        Schedulers.resetOnHandleError();
        Schedulers.resetOnScheduleHook("test");
    }

    private void pass(long millis) {
        time.advance(Duration.ofMillis(millis));
        pool.runUntilStalled();
    }

    // ------------------------------------------------------------------ running

    @Test
    void tasksRunOnTheSpawner() {
        Disposable direct = scheduler.schedule(() -> log.add("direct"));
        Disposable ofWorker = worker.schedule(() -> log.add("worker"));
        assertThat(log).isEmpty();
        assertThat(direct.isDisposed() || ofWorker.isDisposed()).isFalse();
        pool.runUntilStalled();
        assertThat(log).containsExactly("direct", "worker");
        assertThat(direct.isDisposed() && ofWorker.isDisposed()).isTrue();
    }

    @Test
    void aWorkerKeepsTheOrder() {
        for (int i = 0; i < 10; i++) {
            int number = i;
            worker.schedule(() -> log.add("" + number));
        }
        pool.runUntilStalled();
        assertThat(String.join("", log)).isEqualTo("0123456789");
    }

    @Test
    void delaysAndPeriodsFollowTheTimersOfTheSpawner() {
        scheduler.schedule(() -> log.add("direct"), 10, MILLISECONDS);
        worker.schedule(() -> log.add("worker"), 20, MILLISECONDS);
        Disposable ticks = worker.schedulePeriodically(() -> log.add("tick"), 30, 5, MILLISECONDS);
        pass(10);
        assertThat(log).containsExactly("direct");
        pass(10);
        assertThat(log).containsExactly("direct", "worker");
        pass(10);
        pass(5);
        assertThat(log).containsExactly("direct", "worker", "tick", "tick");
        ticks.dispose();
        pass(100);
        assertThat(log).hasSize(4);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void negativeAndHugeDelays() {
        scheduler.schedule(() -> log.add("now"), -5, SECONDS);
        scheduler.schedule(() -> log.add("never"), Long.MAX_VALUE, SECONDS);
        scheduler.schedulePeriodically(() -> log.add("once"), 0, Long.MAX_VALUE, SECONDS);
        pool.runUntilStalled();
        assertThat(log).containsExactlyInAnyOrder("now", "once");
    }

    @Test
    void theClockIsThatOfTheTimers() {
        assertThat(scheduler.now(NANOSECONDS)).isEqualTo(42);
        pass(7);
        assertThat(scheduler.now(MILLISECONDS)).isEqualTo(7);
        long before = System.currentTimeMillis();
        try (TaskPool real = TaskPool.builder().workers(1).build()) {
            assertThat(ReactorAdapter.scheduler(real).now(MILLISECONDS)).isBetween(before, System.currentTimeMillis());
        }
    }

    // ------------------------------------------------------------------ disposal

    @Test
    void disposedBeforeItRuns() {
        scheduler.schedule(() -> log.add("direct")).dispose();
        worker.schedule(() -> log.add("worker")).dispose();
        pool.runUntilStalled();
        assertThat(log).isEmpty();
    }

    @Test
    void aDisposedWorkerReleasesItsTasksAndRejectsMore() {
        WeakReference<Object> captured = capture(worker);
        worker.dispose();
        while (captured.get() != null) {
            System.gc();
        }
        assertThat(worker.isDisposed()).isTrue();
        assertThat(time.pendingTimers()).isZero();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedule(() -> {}, 1, SECONDS)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedulePeriodically(() -> {}, 1, 1, SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        scheduler.schedule(() -> log.add("other"));
        pool.runUntilStalled();
        assertThat(log).containsExactly("other");
    }

    private static WeakReference<Object> capture(Scheduler.Worker worker) {
        Object large = new byte[1 << 20];
        worker.schedule(large::hashCode, 1, SECONDS);
        worker.schedulePeriodically(large::hashCode, 1, 1, SECONDS);
        return new WeakReference<>(large);
    }

    @Test
    void aDisposedSchedulerRejectsEverythingAndLeavesTheSpawnerOpen() {
        scheduler.schedule(() -> log.add("waiting"));
        worker.schedule(() -> log.add("delayed"), 1, SECONDS);
        scheduler.dispose();
        scheduler.dispose();
        assertThat(scheduler.isDisposed() && worker.isDisposed()).isTrue();
        assertThat(time.pendingTimers()).isZero();
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.createWorker().schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(scheduler::init).isInstanceOf(IllegalStateException.class);
        ReactorAdapter.scheduler(pool).schedule(() -> log.add("another"));
        pass(2000);
        assertThat(log).containsExactly("another");
    }

    @Test
    void disposedGracefullyItIsDisposed() {
        scheduler.disposeGracefully().block();
        assertThat(scheduler.isDisposed()).isTrue();
    }

    @Test
    void disposedDuringARunItFinishesThat() throws InterruptedException {
        try (TaskPool real = TaskPool.builder().workers(1).build()) {
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch disposed = new CountDownLatch(1);
            CountDownLatch finished = new CountDownLatch(1);
            Disposable task = ReactorAdapter.scheduler(real).schedule(() -> {
                running.countDown();
                try {
                    disposed.await();
                    finished.countDown();
                } catch (InterruptedException e) {
                    throw new AssertionError("interrupted by dispose()", e);
                }
            });
            running.await();
            task.dispose();
            assertThat(task.isDisposed()).isTrue();
            disposed.countDown();
            finished.await();
        }
    }

    @Test
    void aClosedSpawnerRejects() {
        pool.close();
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    // ------------------------------------------------------------------ failures and hooks

    @Test
    void aTaskThatThrowsIsHandledAsReactorDoes() {
        List<Throwable> handled = new CopyOnWriteArrayList<>();
        Schedulers.onHandleError((thread, failure) -> handled.add(failure));
        IOException failure = new IOException();
        Disposable ticks = worker.schedulePeriodically(
                () -> {
                    log.add("tick");
                    throw sneak(failure);
                },
                0,
                10,
                MILLISECONDS);
        pool.runUntilStalled();
        pass(10);
        ticks.dispose();
        assertThat(log).hasSize(2);
        assertThat(handled).containsExactly(failure, failure);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
        throw (X) failure;
    }

    @Test
    void theScheduleHookIsCalledOncePerTask() {
        Schedulers.onScheduleHook("test", task -> () -> {
            log.add("hook");
            task.run();
        });
        worker.schedule(() -> log.add("task"));
        scheduler.schedule(() -> log.add("task"));
        pool.runUntilStalled();
        assertThat(log).containsExactly("hook", "task", "hook", "task");
    }

    @Test
    void nullTasksAreArgumentErrors() {
        assertThatThrownBy(() -> scheduler.schedule(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> worker.schedule(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.scheduler(null)).isInstanceOf(NullPointerException.class);
    }

    // ------------------------------------------------------------------ under the operators of Reactor

    @Test
    void operatorsRunOnAPool() {
        try (TaskPool real = TaskPool.builder().name("rx").workers(2).build()) {
            Scheduler of = ReactorAdapter.scheduler(real);
            StepVerifier.create(Flux.range(0, 10_000)
                            .publishOn(of)
                            .doOnNext(i -> assertThat(TaskPool.isWorker(Thread.currentThread()))
                                    .isTrue())
                            .parallel(4)
                            .runOn(of)
                            .sequential()
                            .subscribeOn(of)
                            .reduce(0L, Long::sum))
                    .expectNext(10_000L * 9_999 / 2)
                    .verifyComplete();
            assertThat(Mono.delay(Duration.ofMillis(1), of).block()).isZero();
        }
    }

    @Test
    void delayedSequencesKeepTheirOrder() {
        try (TaskPool real = TaskPool.builder().workers(4).build()) {
            Scheduler of = ReactorAdapter.scheduler(real);
            StepVerifier.create(Flux.range(0, 2_000)
                            .delaySequence(Duration.ofMillis(3), of)
                            .collectList())
                    .assertNext(list -> assertThat(list).isSorted().hasSize(2_000))
                    .verifyComplete();
        }
    }

    @Test
    void intervalsObeyManualTime() {
        Flux.interval(Duration.ofSeconds(1), scheduler).take(3).subscribe(tick -> log.add("" + tick));
        pass(2500);
        assertThat(log).containsExactly("0", "1");
        pass(500);
        assertThat(log).containsExactly("0", "1", "2");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void itTellsWhatItIs() {
        assertThat(scheduler.toString()).startsWith("ReactorAdapter.scheduler(");
        assertThat(Scannable.from(worker).scan(Scannable.Attr.PARENT)).isSameAs(scheduler);
        assertThat(Scannable.from(scheduler).scan(Scannable.Attr.TERMINATED)).isFalse();
    }
}
