package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStreams;
import pollux.time.ManualTime;
import pollux.time.TimeSource;
import pollux.time.Timers;

/**
 * What a worker that is stuck in a poll holds up, and what it does not. The clock stands still; tests look in the
 * monitor's place.
 */
@Timeout(value = 120)
class MonitorTest {

    private static final Duration TICK = Duration.ofNanos(Monitor.TICK);

    private final ManualTime clock = new ManualTime();
    private final Platform platform = new Platform() {
        @Override
        public TimeSource clock() {
            return clock;
        }
    };
    private final CountDownLatch release = new CountDownLatch(1);
    private final TaskPool pool = TaskPool.builder()
            .workers(2)
            .monitor(false)
            .blockedAfter(Duration.ofMillis(50))
            .build(platform);
    private final Monitor monitor = pool.engine().monitor;

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    /** Blocks a worker whose slot then holds the other task; returns when it does. */
    private void blockInFrontOf(Runnable other) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        pool.execute(() -> {
            pool.execute(other);
            blocked.countDown();
            block();
        });
        blocked.await();
    }

    /** Blocks a worker, and nothing else runs: a second poll that takes its time would be reported in its place. */
    private void blockAWorker() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        pool.execute(() -> {
            blocked.countDown();
            block();
        });
        blocked.await();
    }

    private void block() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** tokio#4941. */
    @Test
    void taskInTheSlotOfABlockedWorkerRunsOnAnother() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        blockInFrontOf(ran::countDown);
        assertThat(monitor.look()).isTrue();
        clock.advance(TICK);
        assertThat(ran.getCount()).isEqualTo(1); // the canary: only the monitor gives it away
        monitor.look();
        ran.await();
    }

    static List<Supplier<Future<?>>> yielding() {
        return List.of(
                Futures::yieldNow,
                () -> ready(200),
                () -> Futures.joinAll(List.of(Futures.yieldNow())),
                () -> Futures.joinAll(List.of(ready(200), ready(200))),
                () -> Futures.<Integer>select().on(ready(200), x -> x));
    }

    private static Future<Integer> ready(int steps) {
        return steps == 0 ? Futures.ready(0) : Futures.ready(1).then(x -> ready(steps - 1));
    }

    /** Tasks that have yielded, by choice or for lack of budget, and parts of tasks. */
    @ParameterizedTest
    @MethodSource("yielding")
    void whatHasYieldedOnABlockedWorkerGoesOnOnAnother(Supplier<Future<?>> yielding) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch wentOn = new CountDownLatch(1);
        pool.spawn(Futures.defer(() -> {
            pool.execute(
                    () -> { // into the slot: next on this worker
                        blocked.countDown();
                        block();
                    });
            return yielding.get().map(x -> {
                wentOn.countDown();
                return null;
            });
        }));
        blocked.await();
        assertThat(monitor.look()).isTrue();
        clock.advance(TICK);
        assertThat(wentOn.getCount()).isEqualTo(1); // the canary: only the monitor gives it away
        monitor.look();
        wentOn.await();
    }

    @Test
    void tasksThatABlockedWorkerWakesLaterRunAsWell() throws InterruptedException {
        LinkedBlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
        CountDownLatch blocked = new CountDownLatch(1);
        pool.execute(() -> {
            blocked.countDown();
            try {
                while (release.getCount() > 0) {
                    commands.take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        blocked.await();
        monitor.look();
        for (int i = 0; i < 3; i++) {
            CountDownLatch spawned = new CountDownLatch(1);
            CountDownLatch ran = new CountDownLatch(1);
            commands.add(() -> {
                pool.execute(ran::countDown);
                spawned.countDown();
            });
            spawned.await();
            clock.advance(TICK);
            monitor.look();
            ran.await();
        }
        commands.add(release::countDown);
    }

    /** tokio#4730. */
    @Test
    void timersOfABlockedWorkerFire() throws InterruptedException {
        CountDownLatch registered = new CountDownLatch(1);
        CountDownLatch fired = new CountDownLatch(1);
        pool.spawn(cx -> {
            pool.timers().register(clock.nanoTime() + 5 * Monitor.TICK, fired::countDown); // with this worker
            registered.countDown();
            block();
            return Poll.ready(null);
        });
        registered.await();
        monitor.look();
        for (int i = 0; i < 4; i++) {
            clock.advance(TICK);
            monitor.look();
        }
        assertThat(fired.getCount()).isEqualTo(1);
        clock.advance(TICK);
        monitor.look();
        fired.await();
    }

    @Test
    void blockedPollIsReportedOncePerSecondWithItsStackAndItsTask() throws InterruptedException {
        blockAWorker();
        monitor.look();
        long before = reports();
        for (int i = 0; i < 4; i++) {
            clock.advance(TICK);
            monitor.look();
        }
        assertThat(reports()).isEqualTo(before);
        clock.advance(TICK);
        monitor.look();
        assertThat(reports()).isEqualTo(before + 1);
        for (int i = 0; i < 99; i++) {
            clock.advance(TICK);
            monitor.look();
        }
        assertThat(reports()).isEqualTo(before + 1);
        clock.advance(TICK);
        monitor.look();
        assertThat(reports()).isEqualTo(before + 2);
    }

    static List<Function<Future<Void>, Future<?>>> around() {
        return List.of(
                part -> part,
                part -> Futures.join(part, Futures.pending(), (x, y) -> x),
                part -> Futures.<Void>select().on(part, x -> x),
                part -> Futures.joinAll(List.of(part)),
                part -> Futures.joinAll(List.of(Futures.joinAll(List.of(part)))),
                part -> Futures.race(List.of(part)),
                part -> part.shared().future(),
                part -> AsyncStreams.of(part).buffered(2, x -> x.map(none -> 1)).toList(),
                part -> AsyncStreams.of(part)
                        .bufferedUnordered(2, x -> x.map(none -> 1))
                        .toList(),
                part -> TaskScope.scoped(scope -> part),
                part -> Futures.joinAll(List.of(part.shared().future())));
    }

    /** Whatever part of it blocks, and however that is polled. */
    @ParameterizedTest
    @MethodSource("around")
    void theTaskThatBlocksAWorkerIsNamed(Function<Future<Void>, Future<?>> around) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        long task = pool.spawn(around.apply(Futures.defer(() -> {
                    blocked.countDown();
                    block();
                    return Futures.ready(null);
                })))
                .id();
        blocked.await();
        assertThat(pool.metrics().workers())
                .extracting(PoolMetrics.Worker::task)
                .contains(task);
    }

    private long reports() {
        return Reports.all().stream()
                .filter(report -> report instanceof BlockedPoll
                        && List.of(report.getStackTrace()).toString().contains("MonitorTest"))
                .count();
    }

    @Test
    void pauseOfTheWholeProcessIsNotCounted() throws InterruptedException {
        blockAWorker();
        monitor.look();
        long before = reports();
        clock.advance(Duration.ofSeconds(10)); // the monitor stood still as well
        monitor.look();
        clock.advance(TICK);
        monitor.look();
        assertThat(reports()).isEqualTo(before);
    }

    @Test
    void newPollIsNoLongPoll() throws InterruptedException {
        AtomicReference<CountDownLatch> started = new AtomicReference<>();
        long before = reports();
        for (int i = 0; i < 20; i++) {
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch first = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);
            started.set(first);
            pool.execute(() -> {
                first.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                done.countDown();
            });
            first.await();
            monitor.look();
            go.countDown();
            done.await();
            for (Worker worker : pool.engine().workers) {
                while ((worker.beat() & 1) != 0) {
                    Thread.onSpinWait(); // its poll ends in a moment
                }
            }
            clock.advance(TICK);
        }
        assertThat(reports()).isEqualTo(before);
    }

    @Test
    void nothingIsDoneAboutIdleWorkers() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        pool.execute(ran::countDown);
        ran.await();
        while (monitor.look()) {
            Thread.onSpinWait(); // until both sleep
        }
        clock.advance(TICK);
        assertThat(monitor.look()).isFalse();
        assertThat(monitor.sawStuck()).isFalse();
    }

    @Test
    void threadStartsWithTheFirstTaskSleepsWithTheWorkersAndEndsWithThem() throws InterruptedException {
        AtomicReference<Thread> made = new AtomicReference<>();
        CountDownLatch sleeps = new CountDownLatch(1);
        AtomicInteger roused = new AtomicInteger();
        TaskPool watched = TaskPool.builder().workers(2).name("watched").build(new Platform() {
            @Override
            public Thread newMonitorThread(Runnable body, String name) {
                Thread thread = Platform.super.newMonitorThread(body, name);
                made.set(thread);
                return thread;
            }

            @Override
            public void park(Object blocker, long nanos) {
                if (blocker instanceof Monitor && nanos > Monitor.TICK) {
                    sleeps.countDown();
                }
                Platform.super.park(blocker, blocker instanceof Monitor ? Math.max(nanos, 1000) : nanos);
            }

            @Override
            public void unpark(Thread thread) {
                if (thread == made.get()) {
                    roused.incrementAndGet();
                }
                Platform.super.unpark(thread);
            }
        });
        assertThat(made.get()).isNull();
        BlockOn.blockOn(watched.spawn(Timers.sleep(Duration.ofMillis(1))).join());
        Thread thread = made.get();
        assertThat(thread.getName()).isEqualTo("watched-monitor");
        assertThat(thread.isDaemon()).isTrue();
        sleeps.await();
        assertThat(roused).hasValue(0);
        BlockOn.blockOn(watched.spawn(Timers.sleep(Duration.ofMillis(1))).join());
        while (roused.get() == 0) {
            BlockOn.blockOn(watched.spawn(Timers.sleep(Duration.ofMillis(1))).join());
        }
        watched.close();
        thread.join();
    }

    @Test
    void limitMustBePositive() {
        assertThatThrownBy(() -> TaskPool.builder().blockedAfter(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("monitor(false)");
    }

    // ------------------------------------------------------------------ spare workers

    @Test
    void aSpareWorkerHelpsWhileAllOthersAreStuckAndStepsBackAfterwards() throws InterruptedException {
        CountDownLatch other = new CountDownLatch(1);
        TaskPool helped = TaskPool.builder().workers(1).monitor(false).spares(1).build(platform);
        Monitor watch = helped.engine().monitor;
        try (helped) {
            CountDownLatch blocked = new CountDownLatch(1);
            helped.execute(() -> {
                blocked.countDown();
                block();
            });
            blocked.await();
            CountDownLatch ran = new CountDownLatch(1);
            helped.execute(ran::countDown);
            watch.look();
            assertThat(helped.engine().workers).hasSize(1);
            clock.advance(TICK);
            watch.look();
            assertThat(helped.engine().workers).hasSize(2);
            ran.await();
            // a timer of the stuck worker, and the blocked spare: there is but one
            JoinHandle<Void> sleeping = helped.spawn(Timers.sleep(TICK));
            while (!sleeping.isDone()) {
                clock.advance(TICK); // again and again: the task may begin to sleep later than here
                watch.look();
            }
            release.countDown();
            while (watch.needsSpares()) {
                watch.look();
            }
            helped.execute(other::countDown);
            other.await();
        }
        assertThat(other.getCount()).isZero();
    }

    // ------------------------------------------------------------------ what a report shows

    private static StackTraceElement frame(String type, String method) {
        return new StackTraceElement(type, method, "File.java", 1);
    }

    @Test
    void aReportKeepsWhatBlocksAndTheLinesOfUsers() {
        List<StackTraceElement> stack = new java.util.ArrayList<>();
        stack.add(frame("java.lang.Thread", "sleep0"));
        stack.add(frame("java.lang.Thread", "sleep"));
        for (int i = 0; i < 30; i++) {
            stack.add(frame("reactor.core.publisher.Operator" + i, "onNext"));
        }
        stack.add(frame("com.acme.Handler", "handle"));
        for (int i = 0; i < 30; i++) {
            stack.add(frame("pollux.executor.Worker", "poll" + i));
        }
        StackTraceElement[] shown = BlockedPoll.shortened(stack.toArray(StackTraceElement[]::new));
        assertThat(shown).hasSize(8).contains(frame("com.acme.Handler", "handle"));
        assertThat(shown[0].getMethodName()).isEqualTo("sleep0");
    }

    @org.junit.jupiter.params.ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "jdk.internal.loader.BuiltinClassLoader, loadClass, true",
        "java.lang.ClassLoader, defineClass1, true",
        "com.acme.IsolatingClassLoader, findClass, true",
        "org.springframework.boot.loader.net.protocol.jar.JarUrl, open, true",
        "com.acme.Config, <clinit>, true",
        "java.lang.invoke.MethodHandleNatives, linkCallSite, true",
        "java.lang.invoke.InnerClassLambdaMetafactory, spinInnerClass, true",
        "java.lang.invoke.StringConcatFactory, makeConcatWithConstants, true",
        "java.lang.Class, forName0, true",
        "com.acme.loader.Loader, load, false",
        "java.lang.Thread, sleep, false",
        "java.util.concurrent.locks.LockSupport, park, false",
    })
    void startUpIsKnownByItsFrames(String type, String method, boolean startUp) {
        StackTraceElement[] stack = {
            frame("java.lang.Object", "wait"), frame(type, method), frame("com.acme.Handler", "handle")
        };
        assertThat(BlockedPoll.isStartUp(stack)).isEqualTo(startUp);
    }

    /** Blocks in the initialisation of a class. */
    private static final class SlowToInitialise {

        static CountDownLatch inside = new CountDownLatch(1);
        static CountDownLatch leave = new CountDownLatch(1);

        static final class Holder {
            static final int VALUE = initialise();
        }

        private static int initialise() {
            inside.countDown();
            try {
                leave.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 1;
        }
    }

    @Test
    void aClassThatIsInitialisedIsNoBlockedPollAndUsesUpNoReport() throws InterruptedException {
        pool.execute(() -> {
            if (SlowToInitialise.Holder.VALUE != 1) {
                throw new AssertionError();
            }
        });
        SlowToInitialise.inside.await();
        monitor.look();
        long before = reports();
        for (int i = 0; i < 30; i++) {
            clock.advance(TICK);
            monitor.look();
        }
        assertThat(reports()).isEqualTo(before);
        blockAWorker();
        for (int i = 0; i < 7; i++) {
            monitor.look();
            clock.advance(TICK);
        }
        assertThat(reports()).isEqualTo(before + 1);
        SlowToInitialise.leave.countDown();
    }
}
