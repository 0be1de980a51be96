package pollux.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

/** Each result is there once, though a copier fails in the middle. */
@Timeout(180)
class TransactionalCopyTest {

    private static final int COUNT = 2_000;

    @TempDir
    static Path directory;

    private static String servers;
    private static Broker broker;

    @BeforeAll
    static void start() throws Exception {
        int port = Broker.freePort();
        servers = "localhost:" + port;
        broker = Broker.start(directory, port);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic("in", 2, (short) 1), new NewTopic("out", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    private static KafkaProducer<String, String> transactional() {
        Map<String, Object> settings = Clients.producer(servers);
        settings.put("transactional.id", "copy");
        return new KafkaProducer<>(settings);
    }

    private static Future<ProducerRecord<String, String>> copy(ConsumerRecord<String, String> record) {
        return Futures.yieldNow().map(nothing -> new ProducerRecord<>("out", record.key(), record.value()));
    }

    private static JoinHandle<Void> copier(
            KafkaConsumer<String, String> in,
            Producer<String, String> out,
            CancelToken stop,
            Function<ConsumerRecord<String, String>, Future<ProducerRecord<String, String>>> transform) {
        in.subscribe(List.of("in"));
        return Pollux.spawn(new TransactionalCopy<>(in, out, 16, transform).run(stop));
    }

    @Test
    void each_result_is_there_once_though_copiers_fail_before_and_inside_a_commit() {
        try (KafkaProducer<String, String> source = new KafkaProducer<>(Clients.producer(servers))) {
            for (int i = 0; i < COUNT; i++) {
                source.send(new ProducerRecord<>("in", "key" + i % 7, "" + i));
            }
        }
        AtomicBoolean poisoned = new AtomicBoolean();
        CancelToken stop = new CancelToken();
        // the first fails by a record in the middle of a batch
        try (KafkaConsumer<String, String> in = Clients.consumer(servers, "copiers");
                KafkaProducer<String, String> out = transactional()) {
            JoinHandle<Void> failing = copier(
                    in,
                    out,
                    stop,
                    record -> record.value().equals("1000") && !poisoned.getAndSet(true)
                            ? Futures.failed(new IllegalStateException("poison"))
                            : copy(record));
            assertThatThrownBy(() -> Pollux.blockOn(failing.join())).hasMessage("poison");
        }
        // the second sends a part of a batch, then is fenced off by the third
        KafkaConsumer<String, String> in = Clients.consumer(servers, "copiers");
        KafkaProducer<String, String> left = transactional();
        left.initTransactions();
        left.beginTransaction();
        left.send(new ProducerRecord<>("out", "key", "left behind"));
        left.flush();
        List<Integer> seen = new ArrayList<>();
        try (in;
                KafkaProducer<String, String> out = transactional();
                KafkaConsumer<String, String> reader = Clients.consumer(servers, "reader")) {
            JoinHandle<Void> copying = copier(in, out, stop, TransactionalCopyTest::copy);
            reader.subscribe(List.of("out"));
            while (seen.size() < COUNT) {
                reader.poll(Duration.ofMillis(100)).forEach(record -> seen.add(Integer.parseInt(record.value())));
            }
            stop.cancel();
            Pollux.blockOn(copying.join());
            reader.poll(Duration.ofMillis(500)).forEach(record -> seen.add(Integer.parseInt(record.value())));
            assertThatThrownBy(left::commitTransaction).as("fenced off").isNotNull();
        } finally {
            left.close(Duration.ZERO);
        }
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, COUNT).boxed().toList());
    }
}
