package pollux.examples.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The settings of the clients. */
final class Clients {

    static final int SESSION_MILLIS = 2_000;

    private Clients() {}

    static KafkaConsumer<String, String> consumer(String servers, String group) {
        return consumer(servers, group, Map.of());
    }

    static KafkaConsumer<String, String> consumer(String servers, String group, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", servers);
        settings.put("group.id", group);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("session.timeout.ms", SESSION_MILLIS);
        settings.put("heartbeat.interval.ms", 300);
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    static Map<String, Object> producer(String servers) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", servers);
        settings.put("linger.ms", 5);
        // a retry right after a topic was made may come out of order otherwise, and is refused from then on
        settings.put("max.in.flight.requests.per.connection", 1);
        settings.put("key.serializer", StringSerializer.class);
        settings.put("value.serializer", StringSerializer.class);
        return settings;
    }
}
