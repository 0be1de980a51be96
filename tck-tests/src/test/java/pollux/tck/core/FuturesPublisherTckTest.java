package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** Many futures, as they complete, polled inline. */
public class FuturesPublisherTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber ->
                ReactiveStreams.publisher(Elements.futures(elements), 4).subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisher(Elements.failedFutures(), 4);
    }
}
