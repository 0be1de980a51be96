package pollux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.sync.Promise;

/** The things that a test holds in its hand. */
class ProbesTest {

    @Test
    void aFutureIsPolledStepByStep() {
        Promise<String> promise = new Promise<>();
        Polled<String> polled = Polled.of(promise.future());
        polled.assertPending().assertNotWoken();
        promise.complete("here");
        polled.assertWoken().assertReady("here");
        assertThat(polled.polls()).isEqualTo(2);
        assertThat(polled.wakes()).isEqualTo(1);
    }

    @Test
    void whatIsNotAsExpectedIsSaid() {
        assertThatThrownBy(() -> Polled.of(Futures.ready(1)).assertPending()).hasMessageContaining("ready with 1");
        assertThatThrownBy(() -> Polled.of(Futures.pending()).assertReady(null)).hasMessageContaining("was pending");
        assertThatThrownBy(() -> Polled.of(Futures.ready(1)).assertFailed(IllegalStateException.class))
                .hasMessageContaining("to fail with java.lang.IllegalStateException");
        assertThatThrownBy(() -> Polled.of(Futures.ready(1)).assertWoken()).hasMessageContaining("expected a wake");
    }

    @Test
    void aSourceCountsWhatIsAskedOfIt() {
        TestSource<String> source = new TestSource<>();
        Polled<String> polled = Polled.of(ReactiveStreams.first(source));
        polled.assertPending();
        assertThat(source.isSubscribed()).isTrue();
        assertThat(source.requests()).isEqualTo(1);
        source.emit("one");
        polled.assertWoken().assertReady("one");
        assertThat(source.cancels()).isEqualTo(1);
    }

    @Test
    void aSourceRefusesWhatTheRulesForbid() {
        TestSource<String> source = new TestSource<>();
        assertThatThrownBy(source::complete).hasMessageContaining("no subscriber");
        TestSubscriber<String> subscriber = new TestSubscriber<>();
        source.subscribe(subscriber);
        assertThatThrownBy(() -> source.emit("x")).hasMessageContaining("§1.1");
        source.complete();
        assertThatThrownBy(source::complete).hasMessageContaining("§1.7");
        assertThat(subscriber.isCompleted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aSourceFailsBehindARequestThatTheRulesForbid(long n) {
        TestSource<String> source = new TestSource<>();
        TestSubscriber<String> subscriber = new TestSubscriber<>();
        source.subscribe(subscriber);
        subscriber.request(n);
        assertThat(subscriber.failure())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("§3.9");
        assertThat(source.requested()).isZero();
        subscriber.request(n); // after the end it changes nothing
        assertThat(subscriber.violations()).isEmpty();
    }

    @Test
    void aSubscriberKeepsWhatItIsSentAndWhichRulesWereBroken() {
        TestSource<String> source = new TestSource<>();
        TestSubscriber<String> subscriber = new TestSubscriber<>();
        source.subscribe(subscriber);
        subscriber.request(1);
        source.emit("one");
        source.violate().onNext("two");
        source.complete();
        source.violate().onNext("three");
        assertThat(subscriber.items()).containsExactly("one", "two", "three");
        assertThat(subscriber.violations())
                .containsExactly(
                        "§1.1: onNext beyond the demand",
                        "§1.7: onNext after the end",
                        "§1.1: onNext beyond the demand");
    }
}
