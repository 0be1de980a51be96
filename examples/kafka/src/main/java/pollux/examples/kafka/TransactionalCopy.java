package pollux.examples.kafka;

import static pollux.async.Async.*;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;

/**
 * Exactly once from topic to topic: what a batch of records is made into and the offsets behind the batch are one
 * transaction. A reader with {@code isolation.level=read_committed} sees each result once, whatever crashes.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class TransactionalCopy<K, V> {

    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<K, V> consumer;
    private final Producer<K, V> producer;
    private final int concurrency;
    private final Function<ConsumerRecord<K, V>, Future<ProducerRecord<K, V>>> transform;

    /**
     * Makes a copier.
     *
     * @param consumer a client with {@code enable.auto.commit=false} that has subscribed; stays open
     * @param producer a client with a {@code transactional.id} of its own; stays open
     * @param concurrency how many records at once
     * @param transform makes the result of a record; may run more than once, so it must have no effect of its own
     */
    public TransactionalCopy(
            Consumer<K, V> consumer,
            Producer<K, V> producer,
            int concurrency,
            Function<ConsumerRecord<K, V>, Future<ProducerRecord<K, V>>> transform) {
        this.consumer = consumer;
        this.producer = producer;
        this.concurrency = concurrency;
        this.transform = transform;
    }

    /**
     * Copies until it is told to stop. A failure aborts the transaction under way; a new copier with the same clients'
     * settings begins with the batch that failed.
     *
     * <p><b>Cancellation:</b> aborts the transaction under way.
     *
     * @param stop ends the copying behind a transaction
     * @return a future that ends behind the last transaction
     */
    public Future<Void> run(CancelToken stop) {
        return async(() -> {
            Spawner workers = spawner();
            await(workers.spawnBlocking(this::begin));
            while (!stop.isCancelled()) {
                ConsumerRecords<K, V> batch = await(workers.spawnBlocking(() -> consumer.poll(POLL)));
                List<ConsumerRecord<K, V>> records = new ArrayList<>(batch.count());
                batch.forEach(records::add);
                List<ProducerRecord<K, V>> results = await(AsyncStreams.from(records)
                        .buffered(concurrency, transform)
                        .toList());
                // the commit is one call, so that a cancellation cannot come into its middle
                JoinHandle<Void> commit = workers.spawnBlocking(() -> commit(batch, results));
                await(commit);
            }
            return null;
        });
    }

    private @Nullable Void begin() {
        producer.initTransactions(); // fences off an older copier with the same id, and aborts what it has left
        return null;
    }

    private @Nullable Void commit(ConsumerRecords<K, V> batch, List<ProducerRecord<K, V>> results) {
        if (batch.isEmpty()) {
            return null;
        }
        Map<TopicPartition, OffsetAndMetadata> behind = new HashMap<>(batch.nextOffsets());
        producer.beginTransaction();
        try {
            results.forEach(producer::send); // a failed one makes the commit fail
            producer.sendOffsetsToTransaction(behind, consumer.groupMetadata());
            producer.commitTransaction();
        } catch (RuntimeException failure) {
            try {
                producer.abortTransaction();
            } catch (RuntimeException fenced) {
                failure.addSuppressed(fenced);
            }
            throw failure;
        }
        return null;
    }
}
