package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.doubles.HandPublisher;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.time.ManualTime;
import pollux.time.Timers;

/**
 * A synchronous publisher that never ends, quick or slow: every poll returns, so that a cancel, a limit around it and
 * the other tasks get their turn. Every way in that asks for more than a few items.
 */
@Timeout(180)
class EndlessPublisherTest {

    private static final int SLOW_MILLIS = 5;

    private final ManualTime time = new ManualTime();
    private final LocalPool pool = new LocalPool(time);
    private final HandPublisher<Integer> publisher = new HandPublisher<>();
    private int items;

    /** What happens at an item, as if from another thread. */
    private Runnable event = () -> {};

    private int eventAt;

    private void emits(boolean slow) {
        publisher.onRequest(n -> {
            for (long i = 0; i < n && publisher.cancels.get() == 0; i++) {
                if (slow) {
                    time.advance(Duration.ofMillis(SLOW_MILLIS));
                }
                publisher.next(items++);
                if (items == eventAt) {
                    event.run();
                }
                assertThat(items).as("items").isLessThan(1_000_000);
            }
        });
    }

    private record Way(String name, Function<Publisher<Integer>, Future<?>> convert, int ahead) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Way> ways() {
        List<Way> ways = new ArrayList<>();
        Arrays.stream(Mode.values())
                .filter(mode -> mode.demand == Long.MAX_VALUE)
                .forEach(mode -> ways.add(new Way(mode.name(), p -> new PublisherFuture<Integer, Object>(p, mode), 1)));
        for (int prefetch : new int[] {1, 16, PublisherStream.PREFETCH}) {
            ways.add(new Way("stream " + prefetch, p -> new PublisherStream<>(p, prefetch).count(), prefetch));
        }
        ways.add(new Way("unbounded", p -> new PublisherStream<>(p, Prefetch.unbounded()).count(), 1));
        ways.add(new Way("adaptive", p -> new PublisherStream<>(p, Prefetch.adaptive(1, 64)).count(), 1));
        return ways.stream();
    }

    private static Stream<Arguments> all() {
        return ways().flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aCancelReachesThePublisher(Way way, boolean slow) {
        emits(slow);
        JoinHandle<?> handle = pool.spawn(way.convert.apply(publisher));
        eventAt = slow ? Math.max(2, way.ahead + 1) : 10_000;
        event = handle::cancel;
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(publisher.cancels).hasValue(1);
        assertThat(items - eventAt).isLessThanOrEqualTo(slow ? 1 : 600);
    }

    @ParameterizedTest
    @MethodSource("all")
    void siblingsGetTheirTurn(Way way, boolean slow) {
        emits(slow);
        JoinHandle<?> handle = pool.spawn(way.convert.apply(publisher));
        pool.spawn(Futures.yieldNow().map(nothing -> {
            handle.cancel();
            return null;
        }));
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aLimitEndsTheWait(Way way) {
        emits(true);
        JoinHandle<?> handle = pool.spawn(Timers.timeout(Duration.ofMillis(100), way.convert.apply(publisher)));
        pool.runUntilStalled();
        assertThatThrownBy(() -> handle.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(publisher.cancels).hasValue(1);
        assertThat(items).isLessThanOrEqualTo(Math.max(100 / SLOW_MILLIS, way.ahead) + 2);
    }

    /** An operator that calls onSubscribe before it subscribes to its source, as Reactor's repeat and concatMap do. */
    private void emitsOnceSubscribed() {
        long[] demand = {0};
        boolean[] open = {false, false};
        Runnable drain = () -> {
            if (!open[0] || open[1]) {
                return; // not subscribed to its source, or emitting further out
            }
            open[1] = true;
            for (; demand[0] > 0 && publisher.cancels.get() == 0; demand[0]--) {
                publisher.next(items++);
                assertThat(items).as("items").isLessThan(1_000_000);
            }
            open[1] = false;
        };
        publisher.onRequest(n -> {
            demand[0] = Demand.sum(demand[0], n);
            drain.run();
        });
        publisher.onSubscribed(() -> {
            open[0] = true;
            drain.run();
        });
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anOperatorThatStartsAfterOnSubscribeIsEndlessToo(Way way) {
        emitsOnceSubscribed();
        JoinHandle<?> handle = pool.spawn(way.convert.apply(publisher));
        pool.spawn(Futures.yieldNow().map(nothing -> {
            handle.cancel();
            return null;
        }));
        pool.runUntilStalled();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(publisher.cancels).hasValue(1);
        assertThat(items).isLessThan(10_000);
    }

    /** A source that drops what is not requested, and emits inside of subscribe(). */
    @Test
    void whatIsEmittedInsideOfSubscribeIsRequestedInTime() {
        long[] demand = {0};
        int[] lost = {0};
        publisher.onRequest(n -> demand[0] = Demand.sum(demand[0], n));
        publisher.onSubscribed(() -> {
            for (int i = 0; i < 1_000; i++) {
                if (demand[0] > 0) {
                    demand[0]--;
                    publisher.next(i);
                } else {
                    lost[0]++;
                }
            }
            publisher.complete();
        });
        JoinHandle<List<Integer>> handle =
                pool.spawn(new PublisherFuture<Integer, List<Integer>>(publisher, Mode.TO_LIST));
        pool.runUntilStalled();
        assertThat(lost[0]).isZero();
        assertThat(handle.toCompletableFuture().join()).hasSize(1_000);
    }

    /** A source that only says no more than this is finite. */
    @Test
    void aFiniteOneArrivesWhole() {
        publisher.onRequest(n -> {
            for (long i = 0; i < n && items < 5_000; i++) {
                publisher.next(items++);
            }
            if (items == 5_000) {
                items++;
                publisher.complete();
            }
        });
        JoinHandle<List<Integer>> handle =
                pool.spawn(new PublisherFuture<Integer, List<Integer>>(publisher, Mode.TO_LIST));
        pool.runUntilStalled();
        assertThat(handle.toCompletableFuture().join()).hasSize(5_000);
        assertThat(publisher.requests).startsWith(1L, 2L, 4L).contains(256L).doesNotContain(Long.MAX_VALUE);
    }

    /** Some items come inside of a request and others from elsewhere. */
    @Test
    void aPublisherThatTurnsAsynchronousGetsTheWholeDemand() {
        publisher.onRequest(n -> {
            if (items < 3) {
                publisher.next(items++);
            }
        });
        JoinHandle<List<Integer>> handle =
                pool.spawn(new PublisherFuture<Integer, List<Integer>>(publisher, Mode.TO_LIST));
        pool.runUntilStalled();
        assertThat(publisher.requests).contains(Long.MAX_VALUE);
        publisher.next(3, 4);
        publisher.complete();
        pool.runUntilStalled();
        assertThat(handle.toCompletableFuture().join()).containsExactly(0, 1, 2, 3, 4);
    }
}
