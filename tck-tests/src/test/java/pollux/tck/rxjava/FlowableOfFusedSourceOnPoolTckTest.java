package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** A range of RxJava, polled without a queue by a pool, and back. */
public class FlowableOfFusedSourceOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.on(TckEnvironment.POOL)
                .flowableDefer(() -> RxJavaAdapter.stream(
                                Flowable.range(0, (int) Math.min(elements, Integer.MAX_VALUE)))
                        .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.on(TckEnvironment.POOL).flowable(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
