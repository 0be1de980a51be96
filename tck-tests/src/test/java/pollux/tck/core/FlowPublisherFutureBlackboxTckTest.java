package pollux.tck.core;

import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.tck.AwaitedFuture;
import pollux.tck.FlowBlackboxTck;

/** {@link pollux.reactive.spi.PublisherFuture} in the JDK's shape, from the outside. */
public class FlowPublisherFutureBlackboxTckTest extends FlowBlackboxTck {

    @Override
    public Flow.Subscriber<Integer> createFlowSubscriber() {
        return FlowAdapters.toFlowSubscriber(AwaitedFuture.free(Mode.AT_MOST_ONE));
    }
}
