package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code fluxDefer(supplier)}. */
public class FluxDeferTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.fluxDefer(() -> Elements.stream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.fluxDefer(() -> {
            throw Elements.failure();
        });
    }
}
