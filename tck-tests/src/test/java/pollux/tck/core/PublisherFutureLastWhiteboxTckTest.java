package pollux.tck.core;

import org.reactivestreams.Subscriber;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.tck.AwaitedFuture;
import pollux.tck.WhiteboxTck;

/** {@link pollux.reactive.spi.PublisherFuture} in mode LAST, from the inside. */
public class PublisherFutureLastWhiteboxTckTest extends WhiteboxTck {

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return AwaitedFuture.probed(Mode.LAST, probe);
    }
}
