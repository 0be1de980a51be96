package pollux.tck.core;

import org.reactivestreams.Subscriber;
import pollux.tck.PulledStream;
import pollux.tck.WhiteboxTck;

/** {@link pollux.reactive.spi.PublisherStream} from the inside. */
public class PublisherStreamPrefetchOneWhiteboxTckTest extends WhiteboxTck {

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return PulledStream.probed(1, probe);
    }
}
