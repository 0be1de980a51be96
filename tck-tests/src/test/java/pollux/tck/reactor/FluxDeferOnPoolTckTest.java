package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** {@code fluxDefer(supplier, pool)} of items that come from other threads. */
public class FluxDeferOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.on(TckEnvironment.POOL).fluxDefer(() -> Elements.distantStream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.on(TckEnvironment.POOL).fluxDefer(() -> AsyncStreams.<Integer>error(Elements.failure()));
    }
}
