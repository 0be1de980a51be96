package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code flux(stream)} of items that come from other threads. */
public class FluxOfDistantStreamTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber ->
                ReactorAdapter.<Integer>flux(Elements.distantStream(elements)).subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
