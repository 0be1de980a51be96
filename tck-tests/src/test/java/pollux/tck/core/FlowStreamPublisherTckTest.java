package pollux.tck.core;

import java.util.concurrent.Flow;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.FlowPublisherTck;

/** A stream in the JDK's shape, polled inline. */
public class FlowStreamPublisherTckTest extends FlowPublisherTck {

    @Override
    public Flow.Publisher<Integer> createFlowPublisher(long elements) {
        return ReactiveStreams.toFlow(ReactiveStreams.<Integer>deferStream(() -> Elements.stream(elements)));
    }

    @Override
    public Flow.Publisher<Integer> createFailedFlowPublisher() {
        return ReactiveStreams.toFlow(ReactiveStreams.publisher(AsyncStreams.error(Elements.failure())));
    }
}
