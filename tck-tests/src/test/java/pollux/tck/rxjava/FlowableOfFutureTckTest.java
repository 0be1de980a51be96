package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A future as a Flowable. */
public class FlowableOfFutureTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return Flowable.defer(() -> RxJavaAdapter.flowable(Futures.ready(0)));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(Futures.failed(Elements.failure()));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
