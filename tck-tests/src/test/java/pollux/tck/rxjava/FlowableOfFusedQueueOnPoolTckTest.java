package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** The queue of {@code observeOn}, polled by a pool, and back. */
public class FlowableOfFusedQueueOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.on(TckEnvironment.POOL)
                .flowableDefer(() -> RxJavaAdapter.stream(
                                Flowable.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                                        .hide()
                                        .observeOn(Schedulers.computation()),
                                1)
                        .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.on(TckEnvironment.POOL).flowable(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
