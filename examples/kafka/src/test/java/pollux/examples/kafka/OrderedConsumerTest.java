package pollux.examples.kafka;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.CancelToken;
import pollux.time.Timers;

/** What a consumer does when processes are killed, partitions move, and records cannot be processed. */
@Timeout(180)
class OrderedConsumerTest {

    private static final int RECORDS = 100_000;

    /** How many of them are sent while partitions move. */
    private static final int LAST = 40_000;

    private static final int KEYS = 500;
    private static final int PARTITIONS = 4;

    @TempDir
    static Path directory;

    private static String servers;
    private static Broker broker;
    private static Admin admin;
    private static KafkaProducer<String, String> producer;

    /** A consumer of a process that was there before the broker. */
    private static Consuming early;

    @BeforeAll
    static void start() throws Exception {
        int port = Broker.freePort();
        servers = "localhost:" + port;
        early = new Consuming("many", "many");
        broker = Broker.start(directory, port);
        admin = Admin.create(Map.of("bootstrap.servers", servers));
        producer = new KafkaProducer<>(Clients.producer(servers));
    }

    @AfterAll
    static void stop() {
        early.process.destroyForcibly();
        if (broker != null) {
            producer.close();
            admin.close();
            broker.close();
        }
    }

    private static void topic(String name, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
                .all()
                .get();
    }

    private static Map<Integer, Long> committed(String group) throws Exception {
        Map<Integer, Long> offsets = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> all = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        all.forEach((partition, next) -> offsets.put(partition.partition(), next.offset()));
        return offsets;
    }

    // ------------------------------------------------------------------ processes

    /** What a process has said of a record. */
    private record Seen(int partition, long offset, String key, int sequence) {}

    /** A consumer in a process of its own. */
    private static final class Consuming {

        final Process process;

        /** Guarded by itself. */
        private final List<Seen> seen = new ArrayList<>();

        private final Thread reader;
        private volatile boolean stopped;

        Consuming(String group, String topic) throws IOException {
            process = new ProcessBuilder(
                            System.getProperty("java.home") + "/bin/java",
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ConsumerProcess.class.getName(),
                            servers,
                            group,
                            topic)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            reader = new Thread(this::read, "reader of a consumer");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            process.inputReader().lines().forEach(line -> {
                if (line.equals("stopped")) {
                    stopped = true;
                    return;
                }
                String[] words = line.split(" ");
                synchronized (seen) {
                    seen.add(new Seen(
                            Integer.parseInt(words[0]),
                            Long.parseLong(words[1]),
                            words[2],
                            Integer.parseInt(words[3])));
                    seen.notifyAll();
                }
            });
        }

        List<Seen> seen() {
            synchronized (seen) {
                return List.copyOf(seen);
            }
        }

        /** Waits until it has processed so many records. */
        void await(int count) throws InterruptedException {
            synchronized (seen) {
                while (seen.size() < count) {
                    seen.wait();
                }
            }
        }

        /** Kills it and reads what it has said before. */
        void kill() throws InterruptedException {
            process.toHandle().destroyForcibly(); // leaves the output open, unlike that of the process
            reader.join();
        }

        /** Has it stop by itself, and checks that it has ended in good order. */
        void stop() throws Exception {
            process.getOutputStream().close();
            assertThat(process.waitFor()).isZero();
            reader.join();
            assertThat(stopped).isTrue();
        }
    }

    private static Set<Seen> behind(Map<Integer, Long> committed, List<Seen> seen) {
        Set<Seen> before = new HashSet<>();
        seen.forEach(record -> {
            if (record.offset < committed.getOrDefault(record.partition, 0L)) {
                before.add(record);
            }
        });
        return before;
    }

    /** In one process the records of a key come in their order, each once. */
    private static void assertOrder(List<Seen> seen) {
        Map<String, Integer> last = new HashMap<>();
        for (Seen record : seen) {
            Integer before = last.put(record.key, record.sequence);
            assertThat(before == null || before < record.sequence)
                    .as("%s after %s", record, before)
                    .isTrue();
        }
    }

    @Test
    void each_of_many_records_is_processed_though_processes_are_killed_and_partitions_move() throws Exception {
        topic("many", PARTITIONS);
        sendMany(0, RECORDS - LAST);

        Consuming first = early; // was started before the broker
        first.await(20_000);
        first.kill();
        Map<Integer, Long> afterFirst = committed("many");
        Consuming second = new Consuming("many", "many");
        second.await(15_000);
        second.kill();
        Map<Integer, Long> afterSecond = committed("many");
        Consuming third = new Consuming("many", "many");
        third.await(5_000);
        Consuming fourth = new Consuming("many", "many"); // partitions move from the third to this one
        int sent = RECORDS - LAST;
        while (fourth.seen().isEmpty() && sent < RECORDS) { // so that there is always something under way
            sendMany(sent, sent + 200);
            sent += 200;
            Pollux.blockOn(Timers.sleep(Duration.ofMillis(50)));
        }
        sendMany(sent, RECORDS);
        until(() -> committed("many").values().stream().mapToLong(next -> next).sum() == RECORDS);
        third.stop();
        fourth.stop();

        Set<String> processed = new HashSet<>();
        List<Consuming> all = List.of(first, second, third, fourth);
        for (Consuming each : all) {
            assertOrder(each.seen());
            each.seen().forEach(record -> processed.add(record.key + "#" + record.sequence));
        }
        assertThat(processed).as("each at least once").hasSize(RECORDS);
        assertThat(behind(afterFirst, second.seen()))
                .as("committed before the first restart")
                .isEmpty();
        assertThat(behind(afterSecond, third.seen()))
                .as("committed before the second restart")
                .isEmpty();
        assertThat(behind(afterSecond, fourth.seen())).isEmpty();
        Set<Seen> both = new HashSet<>(third.seen());
        both.retainAll(new HashSet<>(fourth.seen()));
        assertThat(both).as("processed on both sides of a rebalance").isEmpty();
        assertThat(fourth.seen()).as("the rebalance has moved partitions").isNotEmpty();
        int total = all.stream().mapToInt(each -> each.seen().size()).sum();
        System.out.println("kafka: " + RECORDS + " records, " + (total - RECORDS) + " of them processed twice");
    }

    private static void sendMany(int from, int to) {
        for (int i = from; i < to; i++) {
            producer.send(new ProducerRecord<>("many", "key" + i % KEYS, "" + i / KEYS));
        }
        producer.flush();
    }

    /** The canary of the checks above. */
    @Test
    void the_checks_see_a_lost_order_and_a_record_that_was_committed() {
        List<Seen> seen = List.of(new Seen(0, 8, "a", 2), new Seen(0, 7, "a", 1));
        assertThatThrownBy(() -> assertOrder(seen)).isInstanceOf(AssertionError.class);
        assertThat(behind(Map.of(0, 8L), seen)).containsExactly(seen.get(1));
    }

    // ------------------------------------------------------------------ in this process

    private final ConcurrentLinkedQueue<Long> done = new ConcurrentLinkedQueue<>();
    private final CancelToken stop = new CancelToken();

    private JoinHandle<Void> consume(String topic, Function<ConsumerRecord<String, String>, Future<?>> process) {
        return consume(topic, Clients.consumer(servers, topic), process);
    }

    private JoinHandle<Void> consume(
            String topic,
            Consumer<String, String> client,
            Function<ConsumerRecord<String, String>, Future<?>> process) {
        return Pollux.spawn(new OrderedConsumer<>(client, 4, ofSeconds(5), process).run(List.of(topic), stop));
    }

    private Future<?> finish(ConsumerRecord<String, String> record) {
        return Futures.yieldNow().map(nothing -> done.add(record.offset()));
    }

    private static void send(String topic, int partition, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            producer.send(new ProducerRecord<>(topic, partition, "key" + i % 7, "" + i));
        }
        producer.flush();
    }

    /** Looks again until it is so; the time limit of the test is the bound. */
    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Pollux.blockOn(Timers.sleep(Duration.ofMillis(20)));
        }
    }

    @Test
    void a_poisoned_record_ends_the_consumer_with_all_before_it_committed() throws Exception {
        topic("poisoned", 1);
        send("poisoned", 0, 10);
        IllegalStateException poison = new IllegalStateException("poison");
        JoinHandle<Void> running =
                consume("poisoned", record -> record.offset() == 5 ? Futures.failed(poison) : finish(record));
        assertThatThrownBy(() -> Pollux.blockOn(running.join()))
                .isInstanceOf(RecordFailedException.class)
                .hasMessage("record poisoned-0@5 failed")
                .hasCause(poison);
        assertThat(committed("poisoned")).isEqualTo(Map.of(0, 5L));

        // the next one sets it aside
        AtomicInteger aside = new AtomicInteger();
        JoinHandle<Void> lenient = consume(
                "poisoned",
                record -> record.offset() == 5
                        ? Futures.failed(poison).recover(failure -> Futures.ready(aside.incrementAndGet()))
                        : finish(record));
        until(() -> committed("poisoned").equals(Map.of(0, 10L)));
        stop.cancel();
        Pollux.blockOn(lenient.join());
        assertThat(aside).hasValue(1);
    }

    @Test
    void a_slow_partition_is_paused_and_the_other_one_goes_on() throws Exception {
        topic("slow", 2);
        send("slow", 0, 1_000);
        send("slow", 1, 1_000);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        AtomicInteger begun = new AtomicInteger();
        JoinHandle<Void> running = consume("slow", record -> {
            if (record.partition() == 1) {
                return finish(record);
            }
            begun.incrementAndGet();
            return Futures.from(gate).then(open -> finish(record));
        });
        until(() -> committed("slow").getOrDefault(1, 0L) == 1_000);
        assertThat(done).hasSize(1_000);
        assertThat(begun.get()).isBetween(1, 4);
        gate.complete(null);
        until(() -> committed("slow").getOrDefault(0, 0L) == 1_000);
        stop.cancel();
        Pollux.blockOn(running.join());
        assertThat(done).hasSize(2_000);
    }

    /** The member is removed between the end of a record and its commit. */
    @Test
    void a_commit_that_is_refused_after_the_member_was_removed_costs_a_repetition() throws Exception {
        topic("refused", 1);
        send("refused", 0, 50);
        AtomicBoolean removed = new AtomicBoolean();
        WatchedCommits commits = new WatchedCommits(() -> removed.getAndSet(true)
                ? null
                : admin.removeMembersFromConsumerGroup("refused", new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get());
        JoinHandle<Void> running = consume("refused", commits.of(Clients.consumer(servers, "refused")), this::finish);
        assertThat(commits.failures.take()).isInstanceOf(CommitFailedException.class);
        until(() -> committed("refused").getOrDefault(0, 0L) == 50);
        stop.cancel();
        Pollux.blockOn(running.join());
        assertThat(new HashSet<>(done)).hasSize(50);
        assertThat(done.size()).as("with what was repeated").isGreaterThan(50);
    }

    @Test
    void a_stop_finishes_what_has_begun_and_commits_it() throws Exception {
        topic("stopped", 1);
        send("stopped", 0, 1_000);
        Semaphore begun = new Semaphore(0);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        JoinHandle<Void> running = consume("stopped", record -> {
            begun.release();
            return Futures.from(gate).then(open -> finish(record));
        });
        begun.acquire(3);
        stop.cancel();
        gate.complete(null);
        Pollux.blockOn(running.join());
        assertThat(done).isNotEmpty();
        assertThat(committed("stopped")).isEqualTo(Map.of(0, (long) done.size()));
    }

    @Test
    void a_cancellation_cancels_the_records_under_way_and_commits_the_others() throws Exception {
        topic("cancelled", 1);
        send("cancelled", 0, 10);
        CountDownLatch begun = new CountDownLatch(1);
        JoinHandle<Void> running = consume("cancelled", record -> {
            if (record.offset() < 3) {
                return finish(record);
            }
            begun.countDown();
            return Futures.pending();
        });
        begun.await();
        until(() -> done.size() == 3);
        running.cancel();
        assertThatThrownBy(() -> running.toCompletableFuture().join()).isInstanceOf(CancellationException.class);
        assertThat(committed("cancelled")).isEqualTo(Map.of(0, 3L));
    }
}
