package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code mono(future)}. */
public class MonoTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactorAdapter.<Integer>mono(Futures.ready(1)).subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.mono(Futures.failed(Elements.failure()));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
