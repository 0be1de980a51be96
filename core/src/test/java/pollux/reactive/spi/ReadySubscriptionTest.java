package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.doubles.RecordingPeer;

/** Numbers in comments are rules of Reactive Streams. */
@Timeout(120)
class ReadySubscriptionTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final List<Object> signals = new ArrayList<>();

    /** Subscribes, and does something inside onSubscribe; a signal named by {@code throwing} throws. */
    private Subscription serve(Object value, String throwing, Consumer<Subscription> first) {
        Subscription[] given = new Subscription[1];
        new ReadySubscription<Object>(
                        value,
                        new Subscriber<>() {
                            private void signal(String name, Object shown) {
                                signals.add(shown);
                                if (name.equals(throwing)) {
                                    throw new IllegalStateException(name);
                                }
                            }

                            @Override
                            public void onSubscribe(Subscription s) {
                                given[0] = s;
                                first.accept(s);
                                if (throwing.equals("onSubscribe")) {
                                    throw new IllegalStateException();
                                }
                            }

                            @Override
                            public void onNext(Object item) {
                                signal("onNext", item);
                            }

                            @Override
                            public void onError(Throwable error) {
                                signal("onError", error.getClass().getSimpleName());
                            }

                            @Override
                            public void onComplete() {
                                signal("onComplete", "end");
                            }
                        },
                        peer)
                .start();
        return given[0];
    }

    @Test
    void theValueWaitsForDemandAndTheEndFollowsIt() {
        Subscription subscription = serve("a", "", s -> {});
        assertThat(signals).isEmpty();
        subscription.request(1);
        subscription.request(1);
        subscription.cancel();
        assertThat(signals).containsExactly("a", "end");
        assertThat(peer.discarded).isEmpty();
    }

    @Test
    void anEmptyEndWaitsForNothing() { // 2.10
        serve(null, "", s -> {}).request(1);
        assertThat(signals).containsExactly("end");
    }

    @Test
    void requestInsideOnSubscribeIsServedAfterIt() { // 3b-37
        serve("a", "", s -> {
            s.request(Long.MAX_VALUE);
            assertThat(signals).isEmpty();
        });
        assertThat(signals).containsExactly("a", "end");
    }

    @Test
    void cancelDiscardsTheValueOnce() {
        Subscription subscription = serve("a", "", Subscription::cancel);
        subscription.cancel();
        subscription.request(1);
        assertThat(signals).isEmpty();
        assertThat(peer.discarded).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aBadRequestIsAnError(long n) { // 3.9
        Subscription subscription = serve("a", "", s -> {});
        subscription.request(n);
        subscription.request(1);
        assertThat(signals).containsExactly("IllegalArgumentException");
        assertThat(peer.discarded).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"onSubscribe", "onNext", "onComplete"})
    void whatTheSubscriberThrowsIsDroppedAndNothingFollows(String where) { // 2.13
        serve("a", where, s -> {}).request(1);
        assertThat(signals)
                .isEqualTo(
                        where.equals("onSubscribe")
                                ? List.of()
                                : where.equals("onNext") ? List.of("a") : List.of("a", "end"));
        assertThat(peer.dropped).hasSize(1);
    }
}
