package pollux.examples.redis;

import static pollux.async.Async.*;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.models.stream.ClaimedMessages;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;

/**
 * One consumer of a group on a Redis Stream. An entry is acknowledged when it has been processed, so each is processed
 * at least once. What a consumer that is gone has not acknowledged goes to another one after a while. There is no order
 * among the entries that are processed at once.
 */
public final class StreamConsumer {

    private static final Duration BLOCK = Duration.ofMillis(200);

    private final RedisAsyncCommands<String, String> reads;
    private final RedisAsyncCommands<String, String> writes;
    private final String stream;
    private final String group;
    private final String name;
    private final int concurrency;
    private final Duration claimAfter;

    /**
     * Makes a consumer; the group has to exist.
     *
     * @param reads a connection of its own: a read that waits holds up everything behind it
     * @param writes another connection
     * @param stream the key of the stream
     * @param group the name of the group
     * @param name the name of this consumer
     * @param concurrency how many entries at once
     * @param claimAfter after which time an entry that was not acknowledged is taken from another consumer
     */
    public StreamConsumer(
            RedisAsyncCommands<String, String> reads,
            RedisAsyncCommands<String, String> writes,
            String stream,
            String group,
            String name,
            int concurrency,
            Duration claimAfter) {
        this.reads = reads;
        this.writes = writes;
        this.stream = stream;
        this.group = group;
        this.name = name;
        this.concurrency = concurrency;
        this.claimAfter = claimAfter;
    }

    /**
     * Consumes until it is told to stop; then it finishes the entries that it has read.
     *
     * <p><b>Cancellation:</b> cancels the entries under way, which are not acknowledged.
     *
     * @param process makes the future of an entry; a failure ends the consumer, and the entry stays unacknowledged
     * @param stop ends the consumer
     * @return a future that ends with the consumer
     */
    public Future<Void> run(Function<StreamMessage<String, String>, Future<?>> process, CancelToken stop) {
        return async(() -> {
            Consumer<String> self = Consumer.from(group, name);
            while (!stop.isCancelled()) {
                // what others were given and have left
                ClaimedMessages<String, String> left = await(writes.xautoclaim(
                        stream,
                        XAutoClaimArgs.Builder.xautoclaim(self, claimAfter, "0-0")
                                .count(4L * concurrency)));
                await(all(left.getMessages(), process));
                await(all(await(readNext(self)), process));
            }
            return null;
        });
    }

    @SuppressWarnings("unchecked") // an array of offsets, of which there is one
    private RedisFuture<List<StreamMessage<String, String>>> readNext(Consumer<String> self) {
        return reads.xreadgroup(
                self,
                XReadArgs.Builder.block(BLOCK).count(4L * concurrency),
                XReadArgs.StreamOffset.lastConsumed(stream));
    }

    private Future<Void> all(
            List<StreamMessage<String, String>> entries, Function<StreamMessage<String, String>, Future<?>> process) {
        return AsyncStreams.from(entries)
                .bufferedUnordered(
                        concurrency,
                        entry -> Futures.defer(() -> process.apply(entry))
                                .then(done -> Futures.fromSupplier(() -> writes.xack(stream, group, entry.getId()))))
                .forEach(acknowledged -> {});
    }
}
