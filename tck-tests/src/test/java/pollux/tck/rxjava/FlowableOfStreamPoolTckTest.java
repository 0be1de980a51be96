package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A stream as a Flowable, polled by a pool. */
public class FlowableOfStreamPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.on(TckEnvironment.POOL).flowableDefer(() -> Elements.stream(elements));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.on(TckEnvironment.POOL).flowable(AsyncStreams.error(Elements.failure()));
    }
}
