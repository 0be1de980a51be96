package pollux.tck.rxjava;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A Maybe of a pool, awaited and subscribed to anew for each item, so that all rules for many items run. */
public class MaybeRepeatedPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(() -> Elements.stream(elements)
                .then(i -> RxJavaAdapter.future(
                        RxJavaAdapter.on(TckEnvironment.POOL).maybeDefer(() -> Futures.ready(i)))));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.on(TckEnvironment.POOL)
                .<Integer>maybe(Futures.failed(Elements.failure()))
                .toFlowable();
    }
}
