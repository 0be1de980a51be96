package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code fluxOrdered(futures, concurrency)}. */
public class FluxOrderedTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactorAdapter.<Integer>fluxOrdered(Elements.futures(elements), 8)
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.fluxOrdered(Elements.failedFutures(), 8);
    }
}
