package pollux.tck.rxjava;

import io.reactivex.rxjava3.schedulers.Schedulers;
import org.reactivestreams.Publisher;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStreams;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** A stream that {@code observeOn} polls: our poll is its poll. */
public class FlowablePolledByObserveOnTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return RxJavaAdapter.<Integer>flowableDefer(() -> Elements.stream(elements))
                .observeOn(Schedulers.computation());
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return RxJavaAdapter.flowable(AsyncStreams.<Integer>error(Elements.failure()))
                .observeOn(Schedulers.computation());
    }
}
