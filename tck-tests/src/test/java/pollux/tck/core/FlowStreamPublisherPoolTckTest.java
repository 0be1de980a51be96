package pollux.tck.core;

import java.util.concurrent.Flow;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.FlowPublisherTck;
import pollux.tck.TckEnvironment;

/** A stream in the JDK's shape, polled by a pool. */
public class FlowStreamPublisherPoolTckTest extends FlowPublisherTck {

    @Override
    public Flow.Publisher<Integer> createFlowPublisher(long elements) {
        return ReactiveStreams.flowPublisher(
                ReactiveStreams.<Integer>deferStream(() -> Elements.stream(elements), TckEnvironment.POOL));
    }

    @Override
    public Flow.Publisher<Integer> createFailedFlowPublisher() {
        return ReactiveStreams.flowPublisher(AsyncStreams.failed(Elements.failure()));
    }
}
