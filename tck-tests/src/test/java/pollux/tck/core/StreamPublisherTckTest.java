package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream, polled inline; each subscriber gets a run of its own. */
public class StreamPublisherTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.deferStream(() -> Elements.stream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisher(AsyncStreams.error(Elements.failure()));
    }
}
