package pollux.examples.kafka;

import static pollux.async.Async.*;
import static pollux.time.Timers.timeout;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;
import pollux.sync.ChannelClosedException;
import pollux.sync.Mpsc;

/**
 * A consumer that processes several records of each partition at once, those of one key one after the other, and
 * commits in order: an offset is committed when it and all before it are done. So each record is processed at least
 * once, and after a crash only those above the last commit are processed again.
 *
 * <p>A partition whose records are not processed in time is paused; the others, and the membership in the group, go on.
 * It waits for brokers that are down, at the start as well as later; what could not be committed then is committed
 * later.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class OrderedConsumer<K, V> {

    private static final System.Logger LOG = System.getLogger(OrderedConsumer.class.getName());

    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration BUSY_POLL = Duration.ofMillis(10);
    private static final long COMMIT_EVERY_NANOS = Duration.ofMillis(200).toNanos();

    private final Consumer<K, V> client;
    private final int concurrency;
    private final Duration grace;
    private final Function<ConsumerRecord<K, V>, Future<?>> process;

    /** The partitions that are ours. Used by the calls of the client only, of which there is one at a time. */
    private final Map<TopicPartition, Lane> lanes = new HashMap<>();

    private long lastCommit = System.nanoTime();

    /**
     * Makes a consumer.
     *
     * @param client a client with {@code enable.auto.commit=false}; closed at the end
     * @param concurrency how many records of a partition at once
     * @param grace how long the end, or a rebalance, waits for the records that are being processed
     * @param process makes the future of a record; a failure that it does not recover from ends the consumer
     */
    public OrderedConsumer(
            Consumer<K, V> client, int concurrency, Duration grace, Function<ConsumerRecord<K, V>, Future<?>> process) {
        this.client = client;
        this.concurrency = concurrency;
        this.grace = grace;
        this.process = process;
    }

    /**
     * Consumes until it is told to stop; then it finishes what it has begun, commits, and leaves the group.
     *
     * <p><b>Cancellation:</b> cancels the records under way, whose clean-up is seen through, and commits what is done.
     *
     * @param topics the topics
     * @param stop ends the consumer
     * @return a future that ends when the consumer has left; it fails with {@link RecordFailedException} after a record
     *     that could not be processed, with all records before it committed
     */
    public Future<Void> run(Collection<String> topics, CancelToken stop) {
        return async(() -> {
            Spawner workers = spawner();
            client.subscribe(topics, new Rebalance(workers));
            JoinHandle<Void> turn = null;
            boolean finish = false;
            try {
                while (!stop.isCancelled()) {
                    turn = workers.spawnBlocking(this::turn);
                    await(turn);
                }
                finish = true;
            } catch (RecordFailedException poisoned) {
                finish = true;
                throw poisoned;
            } finally {
                if (turn != null) {
                    await(ended(turn)); // a cancellation leaves a turn behind, and the client serves one call at a time
                }
                boolean waits = finish;
                await(ended(workers.spawnBlocking(() -> close(waits))));
            }
            return null;
        });
    }

    private static Future<Void> ended(JoinHandle<?> call) {
        return call.join().map(done -> (Void) null).recover(failure -> Futures.ready(null));
    }

    // ------------------------------------------------------------------ on a thread that may block, one at a time

    private @Nullable Void turn() throws Exception {
        for (Lane lane : lanes.values()) {
            lane.throwFailure();
        }
        if (System.nanoTime() - lastCommit >= COMMIT_EVERY_NANOS) {
            commit(lanes.values());
        }
        ConsumerRecords<K, V> records = client.poll(pauseByDemand() ? BUSY_POLL : IDLE_POLL);
        for (TopicPartition partition : records.partitions()) {
            Lane lane = lanes.get(partition);
            if (lane != null) {
                lane.add(records.records(partition));
            }
        }
        return null;
    }

    /** Pauses the partitions that have enough to do, and resumes the others; returns whether any is busy. */
    private boolean pauseByDemand() {
        Set<TopicPartition> full = new HashSet<>();
        boolean busy = false;
        for (Lane lane : lanes.values()) {
            busy |= lane.held.get() > 0;
            if (lane.held.get() >= 4 * concurrency) {
                full.add(lane.partition);
            }
        }
        Set<TopicPartition> others = new HashSet<>(client.paused());
        others.removeAll(full);
        client.pause(full);
        client.resume(others);
        return busy;
    }

    private void commit(Collection<Lane> some) {
        lastCommit = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (Lane lane : some) {
            OffsetAndMetadata next = lane.next;
            if (next != null && !next.equals(lane.committed)) {
                offsets.put(lane.partition, next);
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            client.commitSync(offsets);
            some.forEach(lane -> lane.committed = offsets.getOrDefault(lane.partition, lane.committed));
        } catch (RebalanceInProgressException later) {
            LOG.log(System.Logger.Level.DEBUG, "the next poll takes part in the rebalance, and the commit is repeated");
        } catch (TimeoutException down) { // the client has repeated it for its default.api.timeout.ms
            LOG.log(System.Logger.Level.WARNING, "no broker takes the commit, it is repeated: " + offsets, down);
        } catch (CommitFailedException gone) {
            LOG.log(System.Logger.Level.WARNING, "refused, the partitions have another owner: " + offsets, gone);
        }
    }

    /** Ends lanes: lets the records under way finish, or cancels them, and commits. */
    private void end(Collection<TopicPartition> partitions, boolean finish) {
        List<Lane> ending =
                partitions.stream().map(lanes::remove).filter(Objects::nonNull).toList();
        ending.forEach(finish ? Lane::seal : lane -> lane.task.cancel());
        long deadline = System.nanoTime() + grace.toNanos();
        for (Lane lane : ending) {
            try {
                Pollux.blockOn(timeout(Duration.ofNanos(deadline - System.nanoTime()), ended(lane.task)));
            } catch (Exception late) { // processed again by the next owner
                LOG.log(System.Logger.Level.WARNING, lane.partition + " is given up with records under way", late);
                lane.task.cancel();
            }
        }
        commit(ending);
    }

    private @Nullable Void close(boolean finish) {
        try {
            end(List.copyOf(lanes.keySet()), finish);
        } finally {
            client.close();
        }
        return null;
    }

    private final class Rebalance implements ConsumerRebalanceListener {

        private final Spawner workers;

        Rebalance(Spawner workers) {
            this.workers = workers;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> lanes.put(partition, new Lane(partition, workers)));
        }

        /** The next owner waits for this, so it begins behind what was processed here. */
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            end(partitions, true);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                Lane lane = lanes.remove(partition);
                if (lane != null) {
                    lane.task.cancel();
                }
            });
        }
    }

    /** One partition: a queue, and the task that works it off. */
    private final class Lane {

        final TopicPartition partition;
        final JoinHandle<Void> task;

        /** Records that are queued or under way. */
        final AtomicInteger held = new AtomicInteger();

        /** What is to be committed: the offset behind the last record that is done, like all before it. */
        volatile @Nullable OffsetAndMetadata next;

        @Nullable
        OffsetAndMetadata committed;

        private final Mpsc<ConsumerRecord<K, V>> queue = Mpsc.unbounded();
        private volatile boolean sealed;

        Lane(TopicPartition partition, Spawner workers) {
            this.partition = partition;
            this.task = workers.spawn(AsyncStreams.from(queue.receiver())
                    .takeWhile(record -> !sealed)
                    .partitioned(concurrency, OrderedConsumer::order, this::process)
                    .forEach(done -> {
                        next = new OffsetAndMetadata(done.offset() + 1, done.leaderEpoch(), "");
                        held.decrementAndGet();
                    }));
        }

        private Future<ConsumerRecord<K, V>> process(ConsumerRecord<K, V> record) {
            return Futures.defer(() -> process.apply(record))
                    .<ConsumerRecord<K, V>>map(done -> record)
                    .recover(failure -> Futures.failed(new RecordFailedException(record, failure)));
        }

        void add(List<ConsumerRecord<K, V>> records) {
            held.addAndGet(records.size());
            try {
                records.forEach(queue.sender()::trySend);
            } catch (ChannelClosedException failed) {
                LOG.log(System.Logger.Level.DEBUG, "the next turn throws the failure of the task");
            }
        }

        /** Begins no further record. */
        void seal() {
            sealed = true;
            queue.sender().close();
        }

        void throwFailure() throws Exception {
            if (task.isDone()) {
                Pollux.blockOn(task.join());
            }
        }
    }

    /** Records without a key have no order among each other. */
    private static Object order(ConsumerRecord<?, ?> record) {
        return record.key() == null ? record.offset() : record.key();
    }
}
