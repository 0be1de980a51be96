package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactive.Prefetch;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import reactor.core.publisher.Flux;

/** A range that hides its queue, with an adaptive prefetch, and back. */
public class FluxOfHiddenSourceTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.fluxDefer(() -> ReactorAdapter.stream(
                        Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                                .hide(),
                        Prefetch.adaptive(1, 64))
                .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
