package pollux.tck.core;

import org.reactivestreams.Subscriber;
import pollux.tck.BlackboxTck;
import pollux.tck.PulledStream;

/** {@link pollux.reactive.spi.PublisherStream} from the outside. */
public class PublisherStreamBlackboxTckTest extends BlackboxTck {

    @Override
    public Subscriber<Integer> createSubscriber() {
        return PulledStream.free(8);
    }
}
