package pollux.tck.core;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A running task. */
public class HandlePublisherTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactiveStreams.publisher(TckEnvironment.POOL.spawn(Elements.distant(0)));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactiveStreams.publisher(TckEnvironment.POOL.<Integer>spawn(Futures.failed(Elements.failure())));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
