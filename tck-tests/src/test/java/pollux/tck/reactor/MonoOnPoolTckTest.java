package pollux.tck.reactor;

import org.reactivestreams.Publisher;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.tck.Elements;
import pollux.tck.PublisherTck;
import pollux.tck.TckEnvironment;

/** {@code mono(future, pool)} of a value that another thread brings. */
public class MonoOnPoolTckTest extends PublisherTck {

    @Override
    public Publisher<Integer> createPublisher(long elements) {
        return subscriber -> ReactorAdapter.on(TckEnvironment.POOL)
                .<Integer>mono(Elements.distant(1))
                .subscribe(subscriber);
    }

    @Override
    public Publisher<Integer> createFailedPublisher() {
        return ReactorAdapter.on(TckEnvironment.POOL).mono(Futures.failed(Elements.failure()));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
