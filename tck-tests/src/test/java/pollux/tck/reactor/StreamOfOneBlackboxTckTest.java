package pollux.tck.reactor;

import org.reactivestreams.Subscriber;
import pollux.reactor.ReactorAdapter;
import pollux.tck.BlackboxTck;

/** The subscriber of {@code stream(flux, 1)}. */
public class StreamOfOneBlackboxTckTest extends BlackboxTck {

    @Override
    @SuppressWarnings("unchecked") // a subscriber of a supertype takes integers
    public Subscriber<Integer> createSubscriber() {
        return (Subscriber<Integer>) SubscriberOf.bare(
                publisher -> ReactorAdapter.fromPublisher(publisher, 1).forEach(item -> {}));
    }
}
