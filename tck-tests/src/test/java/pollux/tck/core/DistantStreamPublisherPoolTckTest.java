package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A stream whose items come from other threads, polled by a pool. */
public class DistantStreamPublisherPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.on(TckEnvironment.POOL).deferStream(() -> Elements.distantStream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.on(TckEnvironment.POOL).publisher(AsyncStreams.error(Elements.failure()));
    }
}
