package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A Single, awaited and subscribed to anew for each item, so that all rules for many items run. */
public class SingleRepeatedTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(() -> Elements.stream(elements)
                .then(i -> RxJavaAdapter.future(RxJavaAdapter.singleDefer(() -> Futures.ready(i)))));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.<Integer>single(Futures.failed(Elements.failure())).toFlowable();
    }
}
