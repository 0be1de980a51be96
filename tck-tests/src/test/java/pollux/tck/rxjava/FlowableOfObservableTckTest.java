package pollux.tck.rxjava;

import io.reactivex.rxjava3.core.Observable;
import org.reactivestreams.Publisher;
import pollux.rxjava.Overflow;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/**
 * An Observable, through a stream that keeps all items, as a Flowable. It is subscribed to at the first request, not
 * before.
 */
public class FlowableOfObservableTckTest extends PublisherTck {

    /** As many as are at hand at once, since nothing slows an Observable down. */
    private static final int MOST = 1 << 16;

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.flowableDefer(() ->
                RxJavaAdapter.stream(Observable.range(0, (int) Math.min(elements, MOST)), Overflow.unbounded()));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(AsyncStreams.error(Elements.failure()));
    }
}
