package pollux.reactive;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.reactive.spi.PublisherBridges;

/** A source as a plain publisher. */
final class SourcePublisher<T> implements Publisher<T> {

    private final SubscriptionFactory<T> source;
    private final Spawner spawner;

    SourcePublisher(SubscriptionFactory<T> source, Spawner spawner) {
        this.source = source;
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    @Override
    public void subscribe(Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber"); // 1.9
        PublisherBridges.present().serve(source, subscriber, BridgeHooks.plain(), spawner);
    }

    /**
     * Takes back what a publisher was made of, if it is a single run without a subscriber that may run anywhere.
     */
    static <X> @Nullable X unwrap(Publisher<?> publisher, Class<X> type) {
        return publisher instanceof SourcePublisher<?> ours && ours.spawner == Spawner.inline()
                ? ours.source.reclaim(type)
                : null;
    }

    @Override
    public String toString() {
        return "ReactiveStreams.publisher(" + source + ")";
    }
}
