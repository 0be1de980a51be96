package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** Many futures, in their order, polled by a pool. */
public class FuturesPublisherOrderedTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactiveStreams.publisherOrdered(Elements.futures(elements), 4, TckEnvironment.POOL)
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisherOrdered(Elements.failedFutures(), 4, TckEnvironment.POOL);
    }
}
