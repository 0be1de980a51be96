package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream whose items are refused every other time, on their way to the subscriber. */
public class FlowableThroughConditionalsTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.<Integer>flowableDefer(() -> AsyncStreams.range(0, (int)
                                Math.min(2 * Math.min(elements, 1L << 30), Integer.MAX_VALUE))
                        .map(i -> i))
                .filter(i -> i % 2 == 0);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(AsyncStreams.<Integer>error(Elements.failure()))
                .filter(i -> true);
    }
}
