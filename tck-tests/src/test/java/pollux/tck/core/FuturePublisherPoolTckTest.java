package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A future, polled by a pool, whose value comes from another thread. */
public class FuturePublisherPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.on(TckEnvironment.POOL).deferFuture(() -> Elements.distant(0));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.on(TckEnvironment.POOL).publisher(Futures.failed(Elements.failure()));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
