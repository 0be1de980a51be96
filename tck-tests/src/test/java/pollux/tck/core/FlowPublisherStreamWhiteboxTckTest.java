package pollux.tck.core;

import java.util.concurrent.Flow;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import pollux.tck.FlowWhiteboxTck;
import pollux.tck.PulledStream;

/** {@link pollux.reactive.spi.PublisherStream} in the JDK's shape, from the inside. */
public class FlowPublisherStreamWhiteboxTckTest extends FlowWhiteboxTck {

    @Override
    protected Flow.Subscriber<Integer> createFlowSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return FlowAdapters.toFlowSubscriber(PulledStream.probed(8, probe));
    }
}
