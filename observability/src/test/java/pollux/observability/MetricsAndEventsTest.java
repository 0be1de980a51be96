package pollux.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Futures;
import pollux.sync.Mpsc;
import pollux.sync.Promise;

@Timeout(180)
class MetricsAndEventsTest {

    private static double gauge(MeterRegistry registry, String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    @Test
    void theMetersSayWhatThePoolDoes() throws InterruptedException {
        MeterRegistry registry = new SimpleMeterRegistry();
        CountDownLatch inPoll = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (TaskPool pool = PolluxMetrics.timePolls(TaskPool.builder(), "shop", registry)
                .workers(1)
                .name("shop")
                .blockedAfter(Duration.ofDays(1))
                .monitor(false) // a spare would take what is queued
                .build()) {
            new PolluxMetrics(pool).bindTo(registry);
            JoinHandle<String> first = pool.spawn(Futures.defer(() -> {
                inPoll.countDown();
                ConsoleTest.await(goOn);
                return Futures.ready("done");
            }));
            inPoll.await();
            pool.spawn(new Promise<String>().future());
            assertThat(gauge(registry, "pollux.tasks.live", "pool", "shop")).isEqualTo(2);
            assertThat(gauge(registry, "pollux.tasks.queued")).isEqualTo(1);
            assertThat(gauge(registry, "pollux.workers", "state", "polling")).isEqualTo(1);
            assertThat(gauge(registry, "pollux.workers", "state", "blocked")).isZero();
            assertThat(gauge(registry, "pollux.workers", "state", "parked")).isZero();
            goOn.countDown();
            first.toCompletableFuture().join();
            pool.spawn(Futures.ready("x")).toCompletableFuture().join(); // the poll of the first one is recorded by now
            assertThat(registry.get("pollux.tasks.spawned").functionCounter().count())
                    .isEqualTo(3);
            assertThat(registry.get("pollux.polls").functionCounter().count()).isBetween(2.0, 3.0);
            assertThat(registry.get("pollux.poll").tag("pool", "shop").timer().count())
                    .isBetween(1L, 3L);
            assertThat(gauge(registry, "pollux.tasks.live")).isEqualTo(1);
        }
        assertThat(registry.get("pollux.tasks.ended").functionCounter().count()).isEqualTo(3);
    }

    @Test
    void prometheusReadsThem() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (TaskPool pool = PolluxMetrics.timePolls(TaskPool.builder(), "a\"b\n", registry)
                .workers(2)
                .name("a\"b\n")
                .build()) {
            new PolluxMetrics(pool).bindTo(registry);
            pool.spawn(Futures.ready(1)).toCompletableFuture().join();
            assertThat(registry.scrape())
                    .contains(
                            "pollux_tasks_live{pool=\"a\\\"b\\n\"} ",
                            "pollux_tasks_spawned_total{pool=\"a\\\"b\\n\"} 1.0",
                            "pollux_workers{pool=\"a\\\"b\\n\",state=\"blocked\"} 0.0",
                            "pollux_workers_busy_seconds_total{",
                            "pollux_workers_blocked_longest_seconds{",
                            "pollux_poll_seconds_bucket{pool=\"a\\\"b\\n\",le=\"0.01\"} ");
        }
    }

    @Test
    void tagsAreBounded() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (TaskPool pool =
                TaskPool.builder().workers(1).name("x".repeat(10_000_000)).build()) {
            new PolluxMetrics(pool).bindTo(registry);
            new PolluxMetrics(pool).bindTo(registry); // twice is once
        }
        assertThat(registry.getMeters())
                .hasSizeLessThan(20)
                .allSatisfy(meter -> assertThat(meter.getId().getTag("pool")).hasSize(100));
    }

    @Test
    void theTimesOfATracedPool() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (TaskPool pool = TaskPool.builder()
                        .workers(1)
                        .name("traced")
                        .traced(true)
                        .build();
                TaskPool plain = TaskPool.builder().workers(1).name("plain").build()) {
            new PolluxMetrics(pool).bindTo(registry);
            new PolluxMetrics(plain).bindTo(registry);
            pool.spawn(Futures.yieldNow()).toCompletableFuture().join();
            pool.spawn(Futures.ready(1)).toCompletableFuture().join();
            assertThat(registry.get("pollux.wake.delay").functionTimer().count())
                    .isEqualTo(2);
            assertThat(registry.get("pollux.polls.time").functionTimer().count())
                    .isBetween(2.0, 3.0);
            assertThat(registry.scrape())
                    .contains(
                            "pollux_wake_delay_seconds_count{pool=\"traced\"} 2",
                            "pollux_polls_time_seconds_sum{pool=\"traced\"} ",
                            "pollux_wake_delay_percentile_seconds{phi=\"0.99\",pool=\"traced\"} ")
                    .doesNotContain("pollux_wake_delay_seconds_count{pool=\"plain\"}");
        }
    }

    @Test
    void theDepthOfChannelsByName() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        String name = "orders of theDepthOfChannelsByName";
        PolluxMetrics.channel(name, registry);
        PolluxMetrics.channel("x".repeat(1_000), registry);
        Mpsc<String> one = Mpsc.named(name, 2);
        Mpsc<String> two = Mpsc.named(name, 2);
        Mpsc<String> other = Mpsc.named("other", 2);
        for (Mpsc<String> channel : List.of(one, two, other)) {
            channel.sender().trySend("item");
        }
        assertThat(gauge(registry, "pollux.channel.queued", "channel", name)).isEqualTo(2);
        assertThat(gauge(registry, "pollux.channel.waiting", "channel", name)).isZero();
        one.receiver().tryReceive();
        assertThat(gauge(registry, "pollux.channel.queued", "channel", name)).isEqualTo(1);
        assertThat(registry.getMeters())
                .allSatisfy(meter -> assertThat(meter.getId().getTag("channel")).hasSizeLessThanOrEqualTo(100));
        Reference.reachabilityFence(two);
        Reference.reachabilityFence(other);
    }

    @Test
    void hooksAreAdded() {
        AtomicInteger called = new AtomicInteger();
        TaskPool.Builder options = TaskPool.builder().workers(1).onTaskSpawn(task -> {
            called.addAndGet(1);
            throw new IllegalStateException("on purpose");
        });
        options.onTaskSpawn(task -> called.addAndGet(10));
        try (TaskPool pool = options.build()) {
            pool.spawn(Futures.ready(1)).toCompletableFuture().join();
        }
        assertThat(called).hasValue(11);
    }

    // ------------------------------------------------------------------ JFR

    @Test
    void failuresAndTasksAreRecorded(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("tasks.jfr");
        try (Recording recording = new Recording();
                TaskPool pool = PolluxEvents.recordTasks(TaskPool.builder(), 2)
                        .workers(1)
                        .monitor(false)
                        .name("shop")
                        .build()) {
            pool.spawn(Futures.ready("before the recording"))
                    .toCompletableFuture()
                    .join();
            recording.enable("pollux.Task");
            recording.enable("pollux.TaskFailure");
            recording.start();
            Promise<String> answer = new Promise<>();
            JoinHandle<String> waits = pool.spawn(answer.future());
            JoinHandle<String> other = pool.spawn(Futures.ready("the second of two"));
            other.toCompletableFuture().join();
            answer.complete("a secret");
            waits.toCompletableFuture().join();
            JoinHandle<Object> fails = pool.spawn(Futures.failed(new IllegalStateException("a secret")));
            assertThat(fails.toCompletableFuture()).failsWithin(Duration.ofSeconds(50));
            pool.spawn(Futures.ready("")).toCompletableFuture().join(); // the hooks of the one before have run
            recording.stop();
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertThat(events.toString()).doesNotContain("secret");
            List<RecordedEvent> tasks = events.stream()
                    .filter(event -> event.getEventType().getName().equals("pollux.Task"))
                    .toList();
            assertThat(tasks).extracting(event -> event.getLong("task")).containsExactly(waits.id(), fails.id());
            assertThat(tasks.get(0).getInt("polls")).isEqualTo(2);
            assertThat(tasks.get(0).getDuration("longestWait"))
                    .isLessThanOrEqualTo(tasks.get(0).getDuration());
            assertThat(tasks.get(0).getString("place")).isIn("waits for future of Promise[open]", "not polled yet");
            List<RecordedEvent> failures = events.stream()
                    .filter(event -> event.getEventType().getName().equals("pollux.TaskFailure"))
                    .toList();
            assertThat(failures).hasSize(1);
            assertThat(failures.get(0).getLong("task")).isEqualTo(fails.id());
            assertThat(failures.get(0).getString("failure")).isEqualTo("java.lang.IllegalStateException");
            assertThat(failures.get(0).getString("place")).contains("MetricsAndEventsTest");
        }
    }

    @Test
    void eachFailureIsToldOnce() {
        List<String> told = new CopyOnWriteArrayList<>();
        Exception failure = new IllegalStateException("on purpose");
        try (TaskPool pool = TaskPool.builder()
                .workers(1)
                .onTaskFailed((task, why) -> {
                    told.add("first " + task.id());
                    throw new IllegalStateException("logged");
                })
                .onTaskFailed((task, why) -> told.add(why == failure ? "same" : "other"))
                .build()) {
            JoinHandle<Object> task = pool.spawn(Futures.failed(failure));
            pool.spawn(Futures.pending()).cancel(); // a cancellation is no failure
            assertThat(task.toCompletableFuture()).failsWithin(Duration.ofSeconds(50));
            assertThat(told).containsExactly("first " + task.id(), "same");
        }
        assertThat(told).hasSize(2);
    }

    @Test
    void aRecordingSaysWhatHappened(@TempDir Path directory) throws IOException {
        PolluxEvents.register();
        PolluxEvents.register();
        Path file = directory.resolve("a.jfr");
        CountDownLatch inPoll = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Recording recording = new Recording();
                TaskPool pool = PolluxEvents.recordPolls(TaskPool.builder())
                        .workers(1)
                        .name("shop")
                        .build()) {
            for (String periodic : List.of("Pool", "Worker", "Waiting", "Diagnosis")) {
                recording.enable("pollux." + periodic).with("period", "everyChunk");
            }
            recording.enable("pollux.LongPoll").withThreshold(Duration.ZERO);
            recording.start();
            pool.spawn(Futures.pending());
            JoinHandle<Object> waiting = pool.spawn(new Promise<>().future());
            JoinHandle<Integer> polled = pool.spawn(Futures.ready(1));
            polled.toCompletableFuture().join();
            pool.spawn(Futures.defer(() -> {
                inPoll.countDown();
                ConsoleTest.await(goOn);
                return Futures.ready("done");
            }));
            ConsoleTest.await(inPoll);
            recording.stop(); // which looks at the pools, while a worker polls
            goOn.countDown();
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertThat(events)
                    .anySatisfy(event -> {
                        assertThat(event.getEventType().getName()).isEqualTo("pollux.Pool");
                        assertThat(event.getString("pool")).isEqualTo("shop");
                        assertThat(event.getLong("spawned")).isEqualTo(4);
                        assertThat(event.getLong("live")).isEqualTo(3);
                    })
                    .anySatisfy(event -> {
                        assertThat(event.getEventType().getName()).isEqualTo("pollux.Worker");
                        assertThat(event.getString("state")).isIn("polling", "blocked");
                    })
                    .anySatisfy(event -> {
                        assertThat(event.getEventType().getName()).isEqualTo("pollux.Waiting");
                        assertThat(event.getString("waitsFor")).startsWith("future of Promise");
                        assertThat(event.getLong("example")).isEqualTo(waiting.id());
                    })
                    .anySatisfy(event -> {
                        assertThat(event.getEventType().getName()).isEqualTo("pollux.LongPoll");
                        assertThat(event.getLong("task")).isEqualTo(polled.id());
                        assertThat(event.getThread().getJavaName()).startsWith("shop");
                    });
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void aDiagnosisIsAnEvent(@TempDir Path directory) throws IOException {
        PolluxEvents.register();
        Path file = directory.resolve("a.jfr");
        try (Recording recording = new Recording();
                TaskPool pool = TaskPool.builder().workers(1).name("shop").build()) {
            JoinHandle<Object> lost = pool.spawn(Futures.pending());
            pool.spawn(Futures.ready(1)).toCompletableFuture().join(); // the lost one was polled
            recording.enable("pollux.Diagnosis").with("period", "everyChunk"); // at the start and at the end
            recording.start();
            recording.stop();
            recording.dump(file);
            List<RecordedEvent> diagnoses = RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals("pollux.Diagnosis"))
                    .toList();
            assertThat(diagnoses).anySatisfy(event -> {
                assertThat(event.getString("fault")).isEqualTo("lost wake-up");
                assertThat(event.getLong("task")).isEqualTo(lost.id());
            });
        }
    }
}
