package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The queue of {@code publishOn}, polled by a pool, and back. */
public class FluxOfFusedQueueOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.on(TckEnvironment.POOL)
                .fluxDefer(() -> ReactorAdapter.stream(
                                Flux.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                                        .hide()
                                        .publishOn(Schedulers.parallel()),
                                1)
                        .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.on(TckEnvironment.POOL).flux(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
