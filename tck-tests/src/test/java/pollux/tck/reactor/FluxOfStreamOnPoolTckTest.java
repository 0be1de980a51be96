package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** {@code flux(stream, pool)}. */
public class FluxOfStreamOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactorAdapter.on(TckEnvironment.POOL)
                .<Integer>flux(Elements.stream(elements))
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.on(TckEnvironment.POOL).flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
