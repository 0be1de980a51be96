package pollux.tck.reactor;

import org.reactivestreams.Subscriber;
import pollux.reactor.ReactorAdapter;
import pollux.tck.WhiteboxTck;

/** The subscriber of {@code stream(flux, 1)}, from the inside. */
public class StreamOfOneWhiteboxTckTest extends WhiteboxTck {

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return SubscriberOf.probed(
                publisher -> ReactorAdapter.fromPublisher(publisher, 1).forEach(item -> {}), probe);
    }
}
