package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A publisher, pulled as a stream with prefetch 1, and published again. */
public class RoundTripPrefetchOnePublisherTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.deferStream(() -> ReactiveStreams.fromPublisher(
                        ReactiveStreams.<Integer>deferStream(() -> Elements.stream(elements)), 1)
                .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.deferStream(() -> ReactiveStreams.fromPublisher(
                ReactiveStreams.<Integer>deferStream(() -> AsyncStreams.error(Elements.failure())), 1));
    }
}
