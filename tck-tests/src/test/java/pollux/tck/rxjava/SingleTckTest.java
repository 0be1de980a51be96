package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A cold Single, seen as a Flowable. */
public class SingleTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.singleDefer(() -> Futures.ready(0)).toFlowable();
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.<Integer>single(Futures.failed(Elements.failure())).toFlowable();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
