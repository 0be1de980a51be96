package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Pollux;

@Timeout(120)
class IntoStreamTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 64, 256, Integer.MAX_VALUE})
    void manyItemsFromBothKindsOfSource(int prefetch) {
        List<Integer> expected = Flowable.range(0, 10_000).toList().blockingGet();
        assertThat(Pollux.blockOn(RxJavaAdapter.<Integer>stream(Flowable.range(0, 10_000), prefetch)
                        .toList()))
                .isEqualTo(expected);
        Flowable<Integer> async = Flowable.range(0, 10_000).observeOn(Schedulers.computation());
        assertThat(Pollux.blockOn(RxJavaAdapter.<Integer>stream(async, prefetch).toList()))
                .isEqualTo(expected);
    }

    @Test
    void emptyEnds() {
        assertThat(Polled.of(RxJavaAdapter.stream(Flowable.empty())).poll()).isNull();
    }

    @Test
    void theFailureComesAfterTheItems() {
        IOException failure = new IOException();
        Polled<String> polled =
                Polled.of(RxJavaAdapter.stream(Flowable.just("a").concatWith(Flowable.error(failure))));
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.failure()).isSameAs(failure);
    }

    @Test
    void requestsThePrefetchThenThreeQuarters() {
        List<Long> requests = new ArrayList<>();
        Polled<Integer> polled =
                Polled.of(RxJavaAdapter.stream(Flowable.range(0, 100).doOnRequest(requests::add), 8));
        for (int i = 0; i < 6; i++) {
            polled.poll();
        }
        assertThat(requests).containsExactly(8L);
        polled.poll();
        assertThat(requests).containsExactly(8L, 6L);
    }

    @Test
    void prefetchOneMeansOneInFlight() {
        AtomicLong ahead = new AtomicLong();
        Flowable<Integer> source = Flowable.range(0, 100).doOnNext(item -> ahead.incrementAndGet());
        Polled<Integer> polled = Polled.of(RxJavaAdapter.stream(source, 1));
        for (int i = 0; i < 100; i++) {
            assertThat(polled.poll()).isEqualTo(i);
            assertThat(ahead).hasValue(i + 1);
        }
    }

    @Test
    void cancellationCancelsAndDropsWhatWasAhead() {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<String> polled = Polled.of(RxJavaAdapter.stream(source));
        polled.poll();
        source.next("a", "b", "c");
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.cancel()).isTrue();
        assertThat(source.cancels).isOne();
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void anErrorThatWasNotPolledIsDropped() {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<String> polled = Polled.of(RxJavaAdapter.stream(source));
        polled.poll();
        IOException failure = new IOException();
        source.subscriber.onError(failure);
        polled.cancel();
        assertThat(dropped.errors).containsExactly(failure);
    }

    @Test
    void theFirstItemWaitsForNoBatch() {
        HandFlowable<String> source = new HandFlowable<>();
        Polled<String> polled = Polled.of(RxJavaAdapter.stream(source));
        polled.poll();
        source.next("a");
        assertThat(polled.wakes).isOne();
        assertThat(polled.poll()).isEqualTo("a");
    }

    @Test
    void badPrefetchIsRefused() {
        assertThatThrownBy(() -> RxJavaAdapter.stream(Flowable.empty(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }
}
