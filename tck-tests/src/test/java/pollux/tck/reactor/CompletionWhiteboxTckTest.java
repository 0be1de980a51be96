package pollux.tck.reactor;

import org.reactivestreams.Subscriber;
import pollux.reactor.ReactorAdapter;
import pollux.tck.WhiteboxTck;

/** The subscriber of {@code completion(flux)}, from the inside. */
public class CompletionWhiteboxTckTest extends WhiteboxTck {

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return SubscriberOf.probed(ReactorAdapter::completion, probe);
    }
}
