package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream as a Flowable, polled inline. */
public class FlowableOfStreamTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(() -> Elements.stream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(AsyncStreams.error(Elements.failure()));
    }
}
