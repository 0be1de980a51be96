package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;
import reactor.core.publisher.Flux;

/** A range of Reactor, polled without a queue by a pool, and back. */
public class FluxOfFusedSourceOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.on(TckEnvironment.POOL)
                .fluxDefer(() -> ReactorAdapter.stream(Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE)))
                        .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.on(TckEnvironment.POOL).flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
