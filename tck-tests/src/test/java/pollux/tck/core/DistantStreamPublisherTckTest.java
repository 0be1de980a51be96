package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream whose items come from other threads, polled inline. */
public class DistantStreamPublisherTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.deferStream(() -> Elements.distantStream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisher(AsyncStreams.error(Elements.failure()));
    }
}
