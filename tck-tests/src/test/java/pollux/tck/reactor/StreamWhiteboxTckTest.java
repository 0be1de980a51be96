package pollux.tck.reactor;

import org.reactivestreams.Subscriber;
import pollux.reactor.ReactorAdapter;
import pollux.tck.WhiteboxTck;

/** The subscriber of {@code stream(flux)}, from the inside. */
public class StreamWhiteboxTckTest extends WhiteboxTck {

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return SubscriberOf.probed(
                publisher -> ReactorAdapter.fromPublisher(publisher).forEach(item -> {}), probe);
    }
}
