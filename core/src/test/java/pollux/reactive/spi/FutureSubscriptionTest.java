package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.HandFuture;
import pollux.doubles.HandSpawner;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.future.Future;
import pollux.future.Futures;

@Timeout(120)
class FutureSubscriptionTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final HandSpawner spawner = new HandSpawner();

    private <T> RecordingSubscriber<T> subscribe(Future<T> future, RecordingSubscriber<T> subscriber) {
        new FutureSubscription<T>(future, subscriber, peer).start(spawner);
        spawner.run();
        return subscriber;
    }

    @Test
    void theValueIsFollowedByTheEndWithoutAFurtherRequest() { // 3a-46
        assertThat(subscribe(Futures.ready("a"), new RecordingSubscriber<>(1)).signals)
                .containsExactly("subscribed", "a", "complete");
        assertThat(spawner.last.done).isTrue();
    }

    @Test
    void theValueWaitsForDemand() { // 1.1
        RecordingSubscriber<String> subscriber = subscribe(Futures.ready("a"), new RecordingSubscriber<>());
        assertThat(subscriber.signals).containsExactly("subscribed");
        subscriber.subscription.request(1);
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", "a", "complete");
    }

    @Test
    void nullIsAnEmptyEndAndNeedsNoDemand() { // 2.9
        assertThat(subscribe(Futures.ready(null), new RecordingSubscriber<>()).signals)
                .containsExactly("subscribed", "complete");
    }

    @Test
    void aFailureNeedsNoDemand() { // 2.10, 1.4
        Error failure = new StackOverflowError("not really");
        RecordingSubscriber<Object> subscriber = subscribe(Futures.failed(failure), new RecordingSubscriber<>());
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error).isSameAs(failure);
    }

    @Test
    void cancelCancelsTheFutureAndSeesItsCleanUpThrough() {
        HandFuture<String> future = new HandFuture<String>().withSuspendedCleanUp();
        RecordingSubscriber<String> subscriber = subscribe(future, new RecordingSubscriber<>(1));
        subscriber.subscription.cancel();
        spawner.run();
        assertThat(future.cancels).isOne();
        assertThat(spawner.last.done).isFalse();
        future.ready("late");
        spawner.run();
        assertThat(spawner.last.done).isTrue();
        assertThat(subscriber.signals).containsExactly("subscribed");
    }

    @Test
    void aValueThatWaitsForDemandIsDiscardedByCancel() { // 3a-26
        RecordingSubscriber<String> subscriber = subscribe(Futures.ready("a"), new RecordingSubscriber<>());
        subscriber.subscription.cancel();
        spawner.run();
        assertThat(peer.discarded).containsExactly("a");
        assertThat(spawner.last.done).isTrue();
    }

    @Test
    void cancelInsideOnNextMeansNoOnComplete() { // 1.8
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<>(1);
        subscriber.onItem(item -> subscriber.subscription.cancel());
        subscribe(Futures.ready("a"), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", "a");
        assertThat(peer.discarded).isEmpty();
        assertThat(spawner.last.done).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void requestOfNothingCancelsTheFuture(long n) { // 3a-31, 3.9
        HandFuture<String> future = new HandFuture<>();
        RecordingSubscriber<String> subscriber = subscribe(future, new RecordingSubscriber<>(n));
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9");
        assertThat(future.polls).isZero();
        assertThat(future.cancels).isOne();
    }

    @Test
    void aThrowingOnNextCountsAsCancelled() { // 3a-40, 2.13
        IllegalArgumentException thrown = new IllegalArgumentException();
        RecordingSubscriber<String> subscriber = new RecordingSubscriber<String>(1).onItem(item -> {
            throw thrown;
        });
        subscribe(Futures.ready("a"), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", "a");
        assertThat(peer.dropped).containsExactly(thrown);
    }
}
