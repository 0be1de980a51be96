package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Pollux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;

@Timeout(120)
class IntoStreamTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 64, 256, Integer.MAX_VALUE})
    void manyItemsFromBothKindsOfSource(int prefetch) {
        List<Integer> expected = Flux.range(0, 10_000).collectList().block();
        assertThat(Pollux.blockOn(ReactorAdapter.<Integer>stream(Flux.range(0, 10_000), prefetch)
                        .toList()))
                .isEqualTo(expected);
        Flux<Integer> async = Flux.range(0, 10_000).publishOn(Schedulers.parallel());
        assertThat(Pollux.blockOn(
                        ReactorAdapter.<Integer>stream(async, prefetch).toList()))
                .isEqualTo(expected);
    }

    @Test
    void emptyEnds() {
        assertThat(Polled.of(ReactorAdapter.stream(Flux.empty())).poll()).isNull();
    }

    @Test
    void theFailureComesAfterTheItems() {
        IOException failure = new IOException();
        Polled<String> polled = Polled.of(ReactorAdapter.stream(Flux.just("a").concatWith(Flux.error(failure))));
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.failure()).isSameAs(failure);
    }

    @Test
    void requestsThePrefetchThenThreeQuarters() {
        List<Long> requests = new ArrayList<>();
        Polled<Integer> polled =
                Polled.of(ReactorAdapter.stream(Flux.range(0, 100).hide().doOnRequest(requests::add), 8));
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
        Flux<Integer> source = Flux.range(0, 100).hide().doOnNext(item -> ahead.incrementAndGet());
        Polled<Integer> polled = Polled.of(ReactorAdapter.stream(source, 1));
        for (int i = 0; i < 100; i++) {
            assertThat(polled.poll()).isEqualTo(i);
            assertThat(ahead).hasValue(i + 1);
        }
    }

    @Test
    void cancellationCancelsAndDiscardsWhatWasAhead() {
        Dropped dropped = new Dropped();
        TestPublisher<String> source = TestPublisher.create();
        Polled<String> polled = Polled.of(ReactorAdapter.fromPublisher(source)).in(dropped.context);
        polled.poll();
        source.next("a", "b", "c");
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(polled.cancel()).isTrue();
        source.assertCancelled();
        assertThat(dropped.items).containsExactly("b", "c");
        assertThat(dropped.errors).isEmpty();
    }

    @Test
    void anErrorThatWasNotPolledIsDropped() {
        Dropped dropped = new Dropped();
        TestPublisher<String> source = TestPublisher.create();
        Polled<String> polled = Polled.of(ReactorAdapter.fromPublisher(source)).in(dropped.context);
        polled.poll();
        IOException failure = new IOException();
        source.error(failure);
        polled.cancel();
        assertThat(dropped.errors).containsExactly(failure);
    }

    @Test
    void theFirstItemWaitsForNoBatch() {
        TestPublisher<String> source = TestPublisher.create();
        Polled<String> polled = Polled.of(ReactorAdapter.fromPublisher(source));
        polled.poll();
        source.next("a");
        assertThat(polled.wakes).isOne();
        assertThat(polled.poll()).isEqualTo("a");
    }

    @Test
    void badPrefetchIsRefused() {
        assertThatThrownBy(() -> ReactorAdapter.stream(Flux.empty(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    @Test
    void codeThatWasNotCompiledIsToldSoOnAPlatformThread() {
        assertThatThrownBy(() -> {
                    for (String item : ReactorAdapter.each(Flux.just("a"))) {
                        throw new AssertionError(item);
                    }
                })
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ReactorAdapter.await(Mono.just("a"))).isInstanceOf(IllegalStateException.class);
    }
}
