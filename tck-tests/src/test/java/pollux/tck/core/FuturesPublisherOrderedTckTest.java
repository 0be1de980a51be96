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
        return subscriber -> ReactiveStreams.on(TckEnvironment.POOL)
                .publisherOrdered(Elements.futures(elements), 4)
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.on(TckEnvironment.POOL).publisherOrdered(Elements.failedFutures(), 4);
    }
}
