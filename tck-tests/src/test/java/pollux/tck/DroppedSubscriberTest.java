package pollux.tck;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStreams;

/** The verification of rule 3.13 tells a publisher that drops its cancelled subscriber from one that does not. */
class DroppedSubscriberTest {

    private final List<Subscriber<?>> kept = new ArrayList<>();

    @Test
    void aPublisherThatDropsItsSubscriberPasses() {
        assertThatCode(() -> verify(numbers(), TckEnvironment.SIGNALS)).doesNotThrowAnyException();
    }

    @Test
    void canary_aPublisherThatKeepsItsSubscriberFails() {
        Publisher<Integer> keeping = subscriber -> {
            kept.add(subscriber);
            numbers().subscribe(subscriber);
        };
        assertThatThrownBy(() -> verify(keeping, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("did not drop");
    }

    private static Publisher<Integer> numbers() {
        return ReactiveStreams.publisher(AsyncStreams.range(0, 3));
    }

    private static void verify(Publisher<Integer> publisher, int limit) throws Throwable {
        var env = TckEnvironment.create();
        TckEnvironment.verifyDropsSubscriber(env, publisher, limit);
        env.verifyNoAsyncErrorsNoDelay();
    }
}
