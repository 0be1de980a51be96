package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import reactor.core.scheduler.Schedulers;

/** A stream that {@code publishOn} polls: our poll is its poll. */
public class FluxPolledByPublishOnTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.<Integer>fluxDefer(() -> Elements.stream(elements))
                .publishOn(Schedulers.parallel());
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.flux(AsyncStreams.<Integer>error(Elements.failure()))
                .publishOn(Schedulers.parallel());
    }
}
