package pollux.spring;

import org.jspecify.annotations.Nullable;
import pollux.async.StreamBlock;
import pollux.future.Context;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import reactor.core.publisher.Flux;

/**
 * The stream that Spring gets for a publisher. It subscribes when it is first polled; until then {@link #source} gives
 * the publisher back.
 *
 * <p><b>Cancellation:</b> cancels the subscription.
 *
 * <p><b>Backpressure:</b> that of {@code ReactorAdapter.stream}.
 */
final class PublisherAsStream<T> extends RawStream<T> {

    private @Nullable Flux<T> source;
    private @Nullable AsyncStream<T> subscribed;

    PublisherAsStream(Flux<T> source) {
        this.source = source;
    }

    /** Returns a generator each of whose runs subscribes. */
    static <T> StreamBlock<T> block(Flux<T> source) {
        return out -> {
            for (T item : ReactorAdapter.each(source)) {
                out.emit(item);
            }
        };
    }

    /** Returns the publisher, null after the first poll. */
    @Nullable
    Flux<T> source() {
        return source;
    }

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        Flux<T> starting = source;
        if (starting != null) {
            source = null;
            subscribed = ReactorAdapter.stream(starting);
        }
        AsyncStream<T> running = subscribed;
        if (running == null) {
            throw new IllegalStateException("polled after it was cancelled: " + this);
        }
        return pollAny(running, cx);
    }

    @Override
    public boolean hasDecided() {
        return hasDecided(subscribed);
    }

    @Override
    public boolean cancel() {
        source = null;
        AsyncStream<T> running = subscribed;
        return running == null || running.cancel();
    }

    @Override
    public String toString() {
        return "AsyncStream of " + (subscribed != null ? subscribed : source);
    }
}
