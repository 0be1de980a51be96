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
        return RxJavaAdapter.on(TckEnvironment.POOL)
                .singleDefer(() -> Elements.distant(0))
                .toFlowable();
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.on(TckEnvironment.POOL)
                .<Integer>single(Futures.failed(Elements.failure()))
                .toFlowable();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
