package pollux.tck.core;

import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;
import pollux.tck.FlowBlackboxTck;
import pollux.tck.PulledStream;

/** {@link pollux.reactive.spi.PublisherStream} in the JDK's shape, from the outside. */
public class FlowPublisherStreamBlackboxTckTest extends FlowBlackboxTck {

    @Override
    public Flow.Subscriber<Integer> createFlowSubscriber() {
        return FlowAdapters.toFlowSubscriber(PulledStream.free(8));
    }
}
