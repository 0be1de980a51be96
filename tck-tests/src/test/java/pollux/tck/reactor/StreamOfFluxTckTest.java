package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A flux pulled and published again: {@code flux(stream(flux, prefetch))}. */
public class StreamOfFluxTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactorAdapter.<Integer>flux(ReactorAdapter.<Integer>stream(
                        ReactorAdapter.on(TckEnvironment.POOL).<Integer>flux(Elements.stream(elements)), 4))
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
