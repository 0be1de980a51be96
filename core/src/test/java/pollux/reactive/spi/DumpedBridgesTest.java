package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.reactive.ReactiveStreams;
import pollux.time.ManualTime;

/** What a dump shows of the ways in. */
@Timeout(120)
class DumpedBridgesTest {

    /** Never signals anything after the subscription. */
    private static final class Silent implements Publisher<Integer> {

        @Override
        public void subscribe(org.reactivestreams.Subscriber<? super Integer> subscriber) {
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscriber.onNext(7);
        }
    }

    private static String dumpOf(Future<?> future) {
        LocalPool pool = new LocalPool(new ManualTime());
        pool.spawn(future);
        pool.runUntilStalled();
        return pool.dump().toString();
    }

    @Test
    void aStreamNamesItsPublisherAndItsDemand() {
        assertThat(dumpOf(new PublisherStream<>(new Silent(), 8).toList()))
                .contains("PublisherStream of " + Silent.class.getName() + ", requested 8, taken 1, prefetch 8");
    }

    @Test
    void aFutureNamesItsSource() {
        assertThat(dumpOf(ReactiveStreams.future(new Silent())))
                .contains("PublisherFuture of " + Silent.class.getName());
    }
}
