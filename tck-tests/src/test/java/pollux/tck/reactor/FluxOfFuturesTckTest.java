package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code flux(futures, concurrency)}. */
public class FluxOfFuturesTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber ->
                ReactorAdapter.<Integer>flux(Elements.futures(elements), 8).subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(Elements.failedFutures(), 8);
    }
}
