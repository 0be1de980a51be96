package pollux.tck.reactor;

import org.reactivestreams.Subscriber;
import pollux.reactor.ReactorAdapter;
import pollux.tck.BlackboxTck;

/** The subscriber of {@code completion(flux)}. */
public class CompletionBlackboxTckTest extends BlackboxTck {

    @Override
    @SuppressWarnings("unchecked") // a subscriber of a supertype takes integers
    public Subscriber<Integer> createSubscriber() {
        return (Subscriber<Integer>) SubscriberOf.bare(ReactorAdapter::completion);
    }
}
