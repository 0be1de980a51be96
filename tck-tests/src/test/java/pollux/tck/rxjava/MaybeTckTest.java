package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A cold Maybe, seen as a Flowable. */
public class MaybeTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.maybeDefer(() -> Futures.ready(0)).toFlowable();
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.<Integer>maybe(Futures.failed(Elements.failure())).toFlowable();
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
