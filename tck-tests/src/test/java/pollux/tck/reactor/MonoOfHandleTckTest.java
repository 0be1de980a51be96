package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.executor.Spawner;
import pollux.future.Futures;
import pollux.reactive.CancelPolicy;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** {@code mono(handle)}. */
public class MonoOfHandleTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return ReactorAdapter.mono(TckEnvironment.POOL.spawn(Elements.distant(1)));
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.mono(Spawner.inline().spawn(Futures.failed(Elements.failure())), CancelPolicy.PROPAGATE);
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
