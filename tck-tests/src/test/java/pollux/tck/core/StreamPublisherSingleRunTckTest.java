package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream, polled inline, in the form of a single run. */
public class StreamPublisherSingleRunTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber ->
                ReactiveStreams.<Integer>publisher(Elements.stream(elements)).subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisher(AsyncStreams.error(Elements.failure()));
    }
}
