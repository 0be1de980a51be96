package pollux.spring;

import org.jspecify.annotations.Nullable;
import pollux.async.AsyncBlock;
import pollux.async.CompiledBlock;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Mono;

/**
 * The future that Spring gets for a publisher. It subscribes when it is first polled; until then {@link #source} gives
 * the publisher back, so that Spring can subscribe to it any number of times.
 *
 * <p><b>Cancellation:</b> cancels the subscription.
 */
final class PublisherAsFuture<T> extends RawFuture<T> {

    private @Nullable Mono<T> source;
    private @Nullable Future<T> subscribed;

    PublisherAsFuture(Mono<T> source) {
        this.source = source;
    }

    /** Returns a block each of whose runs subscribes. */
    static <T> AsyncBlock<T> block(Mono<T> source) {
        return (CompiledBlock<T>) () -> new PublisherAsFuture<>(source);
    }

    /** Returns the publisher, null after the first poll. */
    @Nullable
    Mono<T> source() {
        return source;
    }

    @Override
    public @Nullable Object pollRaw(Context cx) {
        Mono<T> starting = source;
        if (starting != null) {
            source = null;
            subscribed = ReactorAdapter.future(starting);
        }
        Future<T> running = subscribed;
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
        Future<T> running = subscribed;
        return running == null || running.cancel();
    }

    @Override
    public String toString() {
        return "Future of " + (subscribed != null ? subscribed : source);
    }
}
