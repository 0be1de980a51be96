package pollux.reactive.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;

/**
 * A source as a plain publisher.
 *
 * @param <T> the type of the items
 */
public final class SourcePublisher<T> implements Publisher<T> {

    private final SubscriptionFactory<T> source;
    private final Spawner spawner;

    /**
     * Makes a publisher.
     *
     * @param source serves each subscriber
     * @param spawner where the runs are polled
     */
    public SourcePublisher(SubscriptionFactory<T> source, Spawner spawner) {
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
     *
     * @param <X> the type of what it was made of
     * @param publisher any publisher
     * @param type the class of {@code X}
     * @return what it was made of; null if there is no such thing to take back
     */
    public static <X> @Nullable X unwrap(Publisher<?> publisher, Class<X> type) {
        return publisher instanceof SourcePublisher<?> ours && ours.spawner == Spawner.inline()
                ? ours.source.reclaim(type)
                : null;
    }

    @Override
    public String toString() {
        return "ReactiveStreams.publisher(" + source + ")";
    }
}
