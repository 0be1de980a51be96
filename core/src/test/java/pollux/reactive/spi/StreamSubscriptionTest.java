package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Garbage;
import pollux.doubles.HandPublisher;
import pollux.doubles.HandSpawner;
import pollux.doubles.HandStream;
import pollux.doubles.RecordingPeer;
import pollux.doubles.RecordingSubscriber;
import pollux.future.Services;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;

@Timeout(120)
class StreamSubscriptionTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final HandSpawner spawner = new HandSpawner();
    private final HandStream<Integer> source = new HandStream<>();

    private <T> RecordingSubscriber<T> subscribe(AsyncStream<T> stream, RecordingSubscriber<T> subscriber) {
        new StreamSubscription<T>(stream, subscriber, peer).start(spawner);
        spawner.run();
        return subscriber;
    }

    private void assertEnded() {
        assertThat(spawner.last.done).isTrue();
    }

    // ------------------------------------------------------------------ demand

    @Test
    void aStreamIsNotPolledWithoutDemand() {
        subscribe(source.yield(1), new RecordingSubscriber<>());
        assertThat(source.polls).isZero();
    }

    @Test
    void deliversExactlyWhatIsRequested() { // 1.1
        RecordingSubscriber<Integer> subscriber = subscribe(AsyncStreams.range(0, 10), new RecordingSubscriber<>());
        subscriber.subscription.request(2);
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1);
        subscriber.subscription.request(1);
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1, 2);
    }

    @Test
    void requestsInsideOnSubscribeAreServedAfterIt() { // 3a-37
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(s -> {
            s.request(1);
            s.request(2);
            spawner.run();
        });
        subscribe(AsyncStreams.range(0, 10), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1, 2);
    }

    @Test
    void demandSaturates() { // 3a-32, 3.17
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(s -> {
            s.request(Long.MAX_VALUE / 2);
            s.request(Long.MAX_VALUE / 2);
            s.request(Long.MAX_VALUE);
            s.request(1);
        });
        subscribe(AsyncStreams.range(0, 3), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1, 2, "complete");
    }

    @Test
    void aMillionRequestsFromInsideOnNextUseNoStackAndNoWakeUps() { // 3a-20, 3.3
        int[] last = {0};
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(1) {
            @Override
            public void onNext(Integer item) {
                last[0] = item;
                subscription.request(1);
            }
        };
        subscribe(AsyncStreams.range(0, 1_000_000), subscriber);
        assertThat(last[0]).isEqualTo(999_999);
        assertThat(subscriber.signals).containsExactly("subscribed", "complete");
        assertThat(spawner.last.polls).as("only the budget ends a poll").isLessThan(1_000_000 / 128 + 2);
    }

    // ------------------------------------------------------------------ terminal signals without demand

    @Test
    void anEmptyStreamCompletesWithoutDemand() { // 3a-47, 2.9
        assertThat(subscribe(AsyncStreams.empty(), new RecordingSubscriber<>()).signals)
                .containsExactly("subscribed", "complete");
        assertEnded();
    }

    @Test
    void aFailedStreamFailsWithoutDemand() { // 2.10
        IllegalArgumentException failure = new IllegalArgumentException();
        RecordingSubscriber<Object> subscriber = subscribe(AsyncStreams.error(failure), new RecordingSubscriber<>());
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error).isSameAs(failure);
    }

    @Test
    void theLastItemIsFollowedByTheEndWithoutAFurtherRequest() { // 3a-46
        assertThat(subscribe(AsyncStreams.of(1, 2), new RecordingSubscriber<>(2)).signals)
                .containsExactly("subscribed", 1, 2, "complete");
    }

    @Test
    void anEndThatComesByItselfIsDeliveredWithoutDemand() {
        HandPublisher<Integer> upstream = new HandPublisher<>();
        RecordingSubscriber<Integer> subscriber =
                subscribe(new PublisherStream<>(upstream, 8).map(i -> i), new RecordingSubscriber<>(1));
        upstream.next(1);
        spawner.run();
        upstream.complete();
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", 1, "complete");
    }

    @Test
    void anEndThatNobodyCanTellIsFoundByTheNextRequest() {
        RecordingSubscriber<Integer> subscriber = subscribe(source.yield(1).end(), new RecordingSubscriber<>(1));
        assertThat(subscriber.signals).containsExactly("subscribed", 1);
        assertThat(source.polls)
                .as("no look-ahead: a stream works on nothing that was not asked for")
                .isOne();
        subscriber.subscription.request(1);
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", 1, "complete");
    }

    // ------------------------------------------------------------------ cancellation

    @Test
    void cancelIsSeenThroughByTheTaskNotByTheCaller() {
        RecordingSubscriber<Integer> subscriber =
                subscribe(source.withSuspendedCleanUp(), new RecordingSubscriber<>(1));
        subscriber.subscription.cancel();
        assertThat(source.cancels).isZero();
        spawner.run();
        assertThat(source.cancels).isOne();
        assertThat(spawner.last.done).isFalse();
        source.yield(7).end();
        spawner.run();
        assertEnded();
        assertThat(peer.discarded).containsExactly(7);
        assertThat(source.cancels).isOne();
        assertThat(subscriber.signals).containsExactly("subscribed");
    }

    @Test
    void cancelInsideOnNextStopsAtOnce() { // 3a-35, 1.8
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(Long.MAX_VALUE);
        subscriber.onItem(item -> subscriber.subscription.cancel());
        subscribe(source.yield(1, 2, 3), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", 1);
        assertThat(source.polls).isOne();
        assertThat(source.cancels).isOne();
        assertEnded();
    }

    @Test
    void cancelInsideOnSubscribeNeverPollsTheSource() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(s -> {
            s.request(1);
            s.cancel();
        });
        subscribe(source.yield(1), subscriber);
        assertThat(source.polls).isZero();
        assertThat(source.cancels).isOne();
        assertThat(subscriber.signals).containsExactly("subscribed");
        assertEnded();
    }

    @Test
    void requestAndCancelAfterTheEndOrAfterCancelDoNothing() { // 3a-38, 3.6, 3.7
        RecordingSubscriber<Integer> ended = subscribe(AsyncStreams.of(1), new RecordingSubscriber<>(1));
        RecordingSubscriber<Integer> cancelled = subscribe(source.yield(1), new RecordingSubscriber<>());
        for (int i = 0; i < 1_000; i++) {
            ended.subscription.cancel();
            cancelled.subscription.cancel();
        }
        spawner.run();
        for (long n : new long[] {1, 0, -1, Long.MAX_VALUE}) {
            ended.subscription.request(n);
            cancelled.subscription.request(n);
        }
        spawner.run();
        assertThat(ended.signals).containsExactly("subscribed", 1, "complete");
        assertThat(cancelled.signals).containsExactly("subscribed");
        assertThat(source.cancels).isOne();
    }

    @Test
    void aFailureOfTheSourceDuringCancelIsIgnoredAsTheContractSays() {
        RecordingSubscriber<Integer> subscriber =
                subscribe(source.withSuspendedCleanUp(), new RecordingSubscriber<>(1));
        subscriber.subscription.cancel();
        spawner.run();
        source.fail(new IllegalArgumentException());
        spawner.run();
        assertEnded();
        assertThat(subscriber.signals).containsExactly("subscribed");
    }

    @Test
    void whatFailsInThePollThatWasCancelledMeanwhileIsDropped() {
        IllegalArgumentException failure = new IllegalArgumentException();
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(Long.MAX_VALUE);
        AsyncStream<Integer> stream = AsyncStreams.of(1).map(item -> {
            subscriber.subscription.cancel();
            throw failure;
        });
        subscribe(stream, subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed");
        assertThat(peer.dropped).containsExactly(failure);
    }

    @Test
    void nothingIsRetainedAfterCancel() { // 3.13
        RecordingSubscriber<Integer> subscriber = subscribe(source, new RecordingSubscriber<>(1));
        WeakReference<Object> gone = new WeakReference<>(subscriber);
        var subscription = subscriber.subscription;
        subscription.cancel();
        spawner.run();
        subscriber = null;
        Garbage.awaitCollected(gone);
        assertThat(subscription.toString()).contains("StreamSubscription");
    }

    // ------------------------------------------------------------------ subscribers that break the rules

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void requestOfNothingIsOneErrorThatNamesTheRule(long n) { // 3a-31, 3.9
        RecordingSubscriber<Integer> subscriber = subscribe(source, new RecordingSubscriber<>(1));
        subscriber.subscription.request(n);
        subscriber.subscription.request(n);
        spawner.run();
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9")
                .hasMessageContaining(Long.toString(n));
        assertThat(source.cancels).isOne();
        assertEnded();
    }

    @Test
    void aBadRequestInsideTheLastOnNextWinsOverTheEnd() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(1);
        subscriber.onItem(item -> subscriber.subscription.request(0));
        subscribe(AsyncStreams.of(1), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", 1, "error");
    }

    @Test
    void aThrowingOnNextCountsAsCancelled() { // 3a-40, 2.13
        IllegalArgumentException thrown = new IllegalArgumentException();
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(Long.MAX_VALUE);
        subscriber.onItem(item -> {
            throw thrown;
        });
        subscribe(source.yield(1, 2), subscriber);
        assertThat(subscriber.signals).containsExactly("subscribed", 1);
        assertThat(peer.dropped).containsExactly(thrown);
        assertThat(source.cancels).isOne();
        assertEnded();
    }

    @Test
    void aThrowingOnSubscribeCountsAsCancelledAndTheSourceIsNeverPolled() { // 3a-41, 2.13
        IllegalArgumentException thrown = new IllegalArgumentException();
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(s -> {
            s.request(1);
            throw thrown;
        });
        subscribe(source.yield(1), subscriber);
        assertThat(peer.dropped).containsExactly(thrown);
        assertThat(source.polls).isZero();
        assertThat(source.cancels).isOne();
        assertEnded();
    }

    @Test
    void throwingTerminalSignalsAreReported() { // 2.13
        IllegalStateException thrown = new IllegalStateException();
        for (AsyncStream<Integer> stream :
                List.<AsyncStream<Integer>>of(AsyncStreams.empty(), AsyncStreams.error(new Exception()))) {
            subscribe(stream, new RecordingSubscriber<>() {
                @Override
                public void onError(Throwable t) {
                    throw thrown;
                }

                @Override
                public void onComplete() {
                    throw thrown;
                }
            });
            assertEnded();
        }
        assertThat(peer.dropped).containsExactly(thrown, thrown);
    }

    @Test
    void aNullSubscriberIsRefused() { // 1.9
        assertThatThrownBy(() -> new StreamSubscription<Integer>(source, null, peer))
                .isInstanceOf(NullPointerException.class);
    }

    // ------------------------------------------------------------------ spawners

    @Test
    void theTaskFindsTheServicesOfThePeer() {
        Services.Key<String> key = new Services.Key<>("name");
        Services services = Services.NONE.with(key, "subscriber's own");
        new StreamSubscription<>(source, new RecordingSubscriber<>(), new BridgeHooks() {
                    @Override
                    public Services services() {
                        return services;
                    }
                })
                .start(spawner);
        assertThat(spawner.services).isSameAs(services);
    }

    @Test
    void aTaskThatItsSpawnerCancelsTellsTheSubscriber() {
        RecordingSubscriber<Integer> subscriber = subscribe(source, new RecordingSubscriber<>(1));
        spawner.last.cancelNow();
        assertThat(subscriber.signals).containsExactly("subscribed", "error");
        assertThat(subscriber.error).isInstanceOf(CancellationException.class);
        assertThat(source.cancels).isOne();
    }

    @Test
    void aClosedSpawnerTellsTheSubscriber() {
        spawner.closed = true;
        RecordingSubscriber<Integer> subscriber = subscribe(source, new RecordingSubscriber<>(1));
        assertThat(subscriber.error).isInstanceOf(CancellationException.class).hasMessageContaining("closed");
        assertThat(source.polls).isZero();
        assertThat(source.cancels).isOne();
    }

    @Test
    void aSpawnerThatThrowsTellsTheSubscriber() { // 1.9: subscribe returns normally
        spawner.rejects = new IllegalStateException("full");
        RecordingSubscriber<Integer> subscriber = subscribe(source, new RecordingSubscriber<>(1));
        assertThat(subscriber.error).isSameAs(spawner.rejects);
        assertThat(source.cancels).isOne();
    }

    // ------------------------------------------------------------------ many requesters

    @Test
    void neverMoreThanRequestedWithEightRequesters() throws Exception { // 3a-34, 1.1
        long[] delivered = {0};
        AtomicLong requested = new AtomicLong();
        boolean[] exceeded = {false};
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>() {
            @Override
            public void onNext(Integer item) {
                exceeded[0] |= ++delivered[0] > requested.get();
            }
        };
        subscribe(AsyncStreams.range(0, Integer.MAX_VALUE), subscriber);
        Thread[] requesters = new Thread[8];
        for (int i = 0; i < requesters.length; i++) {
            requesters[i] = new Thread(() -> {
                for (int n = 0; n < 10_000; n++) {
                    requested.addAndGet(3);
                    subscriber.subscription.request(3);
                }
            });
            requesters[i].start();
        }
        while (delivered[0] < 8 * 10_000 * 3 && !Thread.interrupted()) {
            spawner.run();
        }
        spawner.run();
        assertThat(delivered[0]).isEqualTo(8 * 10_000 * 3);
        assertThat(exceeded[0]).isFalse();
    }
}
