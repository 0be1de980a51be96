package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;

/** {@code mono(future)} of a future that is ready: a constant. */
public class ReadyMonoTckTest extends PublisherTck {

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.mono(Futures.ready(elements == 0 ? null : 0));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.mono(Futures.<Integer>failed(Elements.failure()));
    }
}
