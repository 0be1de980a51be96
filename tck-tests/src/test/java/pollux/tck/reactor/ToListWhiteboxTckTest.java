package pollux.tck.reactor;

import org.reactivestreams.Subscriber;
import pollux.reactor.ReactorAdapter;
import pollux.tck.WhiteboxTck;

/** The subscriber of {@code toList(flux)}, from the inside. */
public class ToListWhiteboxTckTest extends WhiteboxTck {

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return SubscriberOf.probed(ReactorAdapter::toList, probe);
    }
}
