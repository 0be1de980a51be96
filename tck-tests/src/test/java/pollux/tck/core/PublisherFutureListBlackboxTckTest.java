package pollux.tck.core;

import org.reactivestreams.Subscriber;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.tck.AwaitedFuture;
import pollux.tck.BlackboxTck;

/** {@link pollux.reactive.spi.PublisherFuture} in mode TO_LIST, from the outside. */
public class PublisherFutureListBlackboxTckTest extends BlackboxTck {

    @Override
    public Subscriber<Integer> createSubscriber() {
        return AwaitedFuture.free(Mode.TO_LIST);
    }
}
