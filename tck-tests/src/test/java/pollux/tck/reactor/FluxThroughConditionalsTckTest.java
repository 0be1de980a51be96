package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream whose items are refused every other time, on their way to the subscriber. */
public class FluxThroughConditionalsTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.<Integer>fluxDefer(() -> AsyncStreams.range(0, (int)
                                Math.min(2 * Math.min(elements, 1L << 30), Integer.MAX_VALUE))
                        .map(i -> i))
                .filter(i -> i % 2 == 0);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()))
                .filter(i -> true);
    }
}
