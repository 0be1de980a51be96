package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream whose items come from other threads, as a Flowable. */
public class FlowableOfDistantStreamTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(() -> Elements.distantStream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(AsyncStreams.error(Elements.failure()));
    }
}
