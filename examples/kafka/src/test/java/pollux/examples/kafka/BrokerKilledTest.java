package pollux.examples.kafka;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.CancelToken;
import pollux.time.Timers;

/** One consumer: the broker comes after it, is killed, comes back, is killed again while the consumer stops. */
@Timeout(300)
class BrokerKilledTest {

    private static final String TOPIC = "topic";
    private static final int GATED = 1_000;
    private static final int KEYS = 7;

    @TempDir
    static Path directory;

    /** The offsets that were processed, in the order in which they were done. */
    private final List<Long> done = Collections.synchronizedList(new ArrayList<>());

    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final CancelToken stop = new CancelToken();
    private final WatchedCommits commits = new WatchedCommits(() -> null);

    private Future<?> process(ConsumerRecord<String, String> record) {
        Future<?> begun = record.offset() < GATED ? Futures.yieldNow() : Futures.from(gate);
        return begun.map(nothing -> done.add(record.offset()));
    }

    private JoinHandle<Void> consume(String servers) {
        Map<String, Object> impatient = Map.of("default.api.timeout.ms", 1_000);
        return Pollux.spawn(new OrderedConsumer<>(
                        commits.of(Clients.consumer(servers, TOPIC, impatient)), 4, ofSeconds(5), this::process)
                .run(List.of(TOPIC), stop));
    }

    private static void send(KafkaProducer<String, String> producer, int from, int to) {
        for (int i = from; i < to; i++) {
            producer.send(new ProducerRecord<>(TOPIC, "key" + i % KEYS, "" + i));
        }
        producer.flush();
    }

    private static long committed(Admin admin) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> all = admin.listConsumerGroupOffsets(TOPIC)
                .partitionsToOffsetAndMetadata()
                .get();
        return all.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    }

    /** Looks again until it is so; the time limit of the test is the bound. */
    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Pollux.blockOn(Timers.sleep(Duration.ofMillis(20)));
        }
    }

    @Test
    void a_consumer_waits_for_its_broker_and_outlives_it() throws Exception {
        int port = Broker.freePort();
        int controller = Broker.freePort();
        JoinHandle<Void> running;
        try (ServerSocket notYet = new ServerSocket(port)) {
            running = consume("localhost:" + port);
            notYet.accept().close(); // so it has tried, and is refused from now on
        }
        long kept;
        int before;
        try (BrokerProcess broker = new BrokerProcess(directory, port, controller);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers));
                KafkaProducer<String, String> producer = new KafkaProducer<>(Clients.producer(broker.servers))) {
            assertThat(running.isDone()).isFalse();
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            send(producer, 0, 2_000);
            until(() -> committed(admin) > 0);
            kept = committed(admin);
            before = done.size();
            until(() -> Set.copyOf(List.copyOf(done)).size() == GATED); // the others are begun, or wait here
        }
        gate.complete(null); // they are done while there is no broker
        assertThat(commits.failures.take()).isInstanceOf(TimeoutException.class);
        assertThat(running.isDone()).isFalse();

        try (BrokerProcess broker = new BrokerProcess(directory, port, controller);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.servers));
                KafkaProducer<String, String> producer = new KafkaProducer<>(Clients.producer(broker.servers))) {
            send(producer, 2_000, 3_000);
            until(() -> committed(admin) == 3_000);
        }
        stop.cancel(); // without a broker
        Pollux.blockOn(running.join());

        List<Long> all = List.copyOf(done);
        assertThat(new HashSet<>(all)).as("each at least once").hasSize(3_000);
        assertThat(all.subList(before, all.size()))
                .as("committed before the broker was killed")
                .allMatch(offset -> offset >= kept);
        assertOrder(all);
        System.out.println("kafka: a killed broker, " + (all.size() - 3_000) + " records processed twice");
    }

    /** The records of a key are done in order, apart from repetitions. */
    private static void assertOrder(List<Long> offsets) {
        Map<Long, Long> last = new HashMap<>();
        for (long offset : new LinkedHashSet<>(offsets)) {
            Long previous = last.put(offset % KEYS, offset);
            assertThat(offset).isGreaterThan(previous == null ? -1 : previous);
        }
    }

    /** The canary of the check above. */
    @Test
    void the_check_sees_a_lost_order_and_passes_a_repetition() {
        assertOrder(List.of(0L, 7L, 1L, 0L, 7L, 14L));
        assertThatThrownBy(() -> assertOrder(List.of(7L, 0L))).isInstanceOf(AssertionError.class);
    }
}
