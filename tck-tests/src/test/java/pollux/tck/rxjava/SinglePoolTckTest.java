package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A cold Single of a pool, seen as a Flowable. */
public class SinglePoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.singleDefer(() -> Elements.distant(0), TckEnvironment.POOL)
                .toFlowable();
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.<Integer>single(Futures.failed(Elements.failure()), TckEnvironment.POOL)
                .toFlowable();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
