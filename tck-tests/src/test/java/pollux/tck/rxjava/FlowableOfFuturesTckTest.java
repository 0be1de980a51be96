package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** Many futures as a Flowable, as they come. */
public class FlowableOfFuturesTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return Flowable.defer(() -> RxJavaAdapter.flowable(Elements.futures(elements), 4));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(Elements.failedFutures(), 4);
    }
}
