package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** RxJava into a stream and back. */
public class FlowableRoundTripTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(
                () -> RxJavaAdapter.stream(RxJavaAdapter.flowable(Elements.stream(elements))));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowableDefer(() -> RxJavaAdapter.stream(Flowable.<Integer>error(Elements.failure())));
    }
}
