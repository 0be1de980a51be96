package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.RecordingSubscriber;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;

/** A part of a task yields on a thread of others: that concerns no run that the thread polls after it. */
@Timeout(180)
class PartYieldTest {

    @RepeatedTest(50)
    void theNextRunOfTheThreadIsPolledHere() {
        Spawner.inline().spawn(Futures.joinAll(List.of(Futures.yieldNow(), Futures.pending())));
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(2);
        ReactiveStreams.publisher(AsyncStreams.range(0, 3)).subscribe(subscriber);
        subscriber.subscription.request(Long.MAX_VALUE);
        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1, 2, "complete");
    }
}
