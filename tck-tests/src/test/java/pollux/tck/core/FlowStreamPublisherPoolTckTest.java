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
        return ReactiveStreams.toFlow(
                ReactiveStreams.on(TckEnvironment.POOL).<Integer>deferStream(() -> Elements.stream(elements)));
    }

    @Override
    public Flow.Publisher<Integer> createFailedFlowPublisher() {
        return ReactiveStreams.toFlow(ReactiveStreams.publisher(AsyncStreams.error(Elements.failure())));
    }
}
