package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The queue of {@code publishOn}, polled, and back. */
public class FluxOfFusedQueueTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.fluxDefer(() -> ReactorAdapter.stream(
                        Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                                .publishOn(Schedulers.parallel()))
                .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
