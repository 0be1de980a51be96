package pollux.tck.core;

import java.util.concurrent.Flow;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.tck.Elements;
import pollux.tck.FlowPublisherTck;

/** A future in the JDK's shape. */
public class FlowFuturePublisherTckTest extends FlowPublisherTck {

    @Override
    public Flow.Publisher<Integer> createFlowPublisher(long elements) {
        return ReactiveStreams.toFlow(ReactiveStreams.<Integer>deferFuture(() -> Elements.distant(0)));
    }

    @Override
    public Flow.Publisher<Integer> createFailedFlowPublisher() {
        return ReactiveStreams.toFlow(ReactiveStreams.publisher(Futures.failed(Elements.failure())));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
