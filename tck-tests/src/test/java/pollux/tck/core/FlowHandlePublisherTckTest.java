package pollux.tck.core;

import java.util.concurrent.Flow;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.FlowPublisherTck;
import pollux.tck.TckEnvironment;

/** A running task in the JDK's shape. */
public class FlowHandlePublisherTckTest extends FlowPublisherTck {

    @Override
    public Flow.Publisher<Integer> createFlowPublisher(long elements) {
        return ReactiveStreams.toFlow(ReactiveStreams.publisher(TckEnvironment.POOL.spawn(Elements.distant(0))));
    }

    @Override
    public Flow.Publisher<Integer> createFailedFlowPublisher() {
        return ReactiveStreams.toFlow(
                ReactiveStreams.publisher(TckEnvironment.POOL.<Integer>spawn(Futures.failed(Elements.failure()))));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
