package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** The queue of {@code observeOn}, polled, and back. */
public class FlowableOfFusedQueueTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(() -> RxJavaAdapter.stream(
                        Flowable.range(0, (int) Math.min(elements, Integer.MAX_VALUE))
                                .observeOn(Schedulers.computation()))
                .map(i -> i));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(AsyncStreams.<Integer>error(Elements.failure()));
    }
}
