package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A future, polled inline. */
public class FuturePublisherTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.deferFuture(() -> Futures.ready(0));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisher(Futures.failed(Elements.failure()));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
