package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandFuture;
import pollux.doubles.HandSpawner;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;

@Timeout(120)
class DeferredSourceTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>();

    @Test
    void aReadyFutureIsServedWithoutATask() {
        SubscriptionFactory.<Integer>futures(() -> Futures.ready(1)).subscribe(subscriber, peer, Spawner.inline());
        assertThat(subscriber.subscription).isInstanceOf(ReadySubscription.class);
        assertThat(subscriber.signals).containsExactly("subscribed");
        subscriber.subscription.request(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 1, "complete");
    }

    @Test
    void anEmptyEndNeedsNoDemand() {
        SubscriptionFactory.<Integer>futures(() -> Futures.ready(null)).subscribe(subscriber, peer, Spawner.inline());
        assertThat(subscriber.signals).containsExactly("subscribed", "complete");
    }

    @Test
    void aSpawnerServesItself() {
        HandSpawner spawner = new HandSpawner();
        SubscriptionFactory.<Integer>futures(() -> Futures.ready(1)).subscribe(subscriber, peer, spawner);
        subscriber.subscription.request(1);
        assertThat(subscriber.signals).containsExactly("subscribed");
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", 1, "complete");
    }

    @Test
    void aFutureThatIsNotReadyIsPolled() {
        HandFuture<Integer> future = new HandFuture<>();
        SubscriptionFactory.<Integer>futures(() -> future).subscribe(subscriber, peer, Spawner.inline());
        assertThat(subscriber.subscription).isInstanceOf(FutureSubscription.class);
    }

    @Test
    void eachSubscriberHasItsOwn() {
        AtomicInteger calls = new AtomicInteger();
        SubscriptionFactory<Integer> source = SubscriptionFactory.futures(() -> Futures.ready(calls.incrementAndGet()));
        source.subscribe(new RecordingSubscriber<>(1), peer, Spawner.inline());
        source.subscribe(subscriber, peer, Spawner.inline());
        subscriber.subscription.request(1);
        assertThat(subscriber.signals).containsExactly("subscribed", 2, "complete");
    }

    @Test
    void whatTheSupplierThrowsIsTheError() {
        IllegalArgumentException thrown = new IllegalArgumentException();
        SubscriptionFactory.<Integer>futures(() -> {
                    throw thrown;
                })
                .subscribe(subscriber, peer, Spawner.inline());
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error).isSameAs(thrown);
    }

    @Test
    void noFutureIsAnErrorThatSaysSo() {
        SubscriptionFactory.<Integer>futures(() -> (Future<Integer>) null)
                .subscribe(subscriber, peer, Spawner.inline());
        assertThat(subscriber.error).hasMessageContaining("returned null instead of a future");
    }
}
