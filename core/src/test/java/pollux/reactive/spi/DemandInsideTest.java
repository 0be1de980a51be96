package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Waker;
import pollux.reactive.ReactiveStreams;
import pollux.stream.RawStream;

/** What a subscriber asks for while it is served is counted without an atomic, and counts like any other request. */
@Timeout(120)
class DemandInsideTest {

    /** Has items at hand, which it pushes or answers, and waits for more when they are used up. */
    private final class Store extends RawStream<Integer> {
        private final boolean pushes;
        private int next;
        private int end;
        private @Nullable Waker waiting;
        private Runnable onStop = () -> {};
        private Runnable onPollEnd = () -> {};

        Store(boolean pushes, int items) {
            this.pushes = pushes;
            this.end = items;
        }

        @Override
        public @Nullable Object pollNextRaw(Context cx) {
            waiting = cx.waker();
            return next < end ? (Integer) next++ : PENDING;
        }

        @Override
        public @Nullable Object pollInto(Context cx, Sink<? super Integer> sink) {
            polls++;
            if (!pushes) {
                return pollNextRaw(cx);
            }
            while (next < end && sink.wants()) {
                sink.push(next++);
            }
            if (!sink.wants()) {
                onStop.run();
                return PENDING;
            }
            return pollNextRaw(cx);
        }

        @Override
        public boolean pollEnd(Context cx) {
            onPollEnd.run();
            return false;
        }

        @Override
        public boolean cancel() {
            return true;
        }

        void add(int items) {
            end += items;
            Waker woken = waiting;
            waiting = null;
            if (woken != null) {
                woken.wake();
            }
        }
    }

    private final List<Integer> got = new ArrayList<>();
    private int polls;

    private Subscription subscribe(Store store, long first, BiConsumer<Integer, Subscription> onNext) {
        Subscription[] made = new Subscription[1];
        ReactiveStreams.publisher(store).subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                made[0] = subscription;
                subscription.request(first);
            }

            @Override
            public void onNext(Integer item) {
                got.add(item);
                onNext.accept(item, made[0]);
            }

            @Override
            public void onError(Throwable failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void onComplete() {
                throw new AssertionError("there is no end");
            }
        });
        return made[0];
    }

    private static List<Integer> range(long end) {
        return IntStream.range(0, (int) end).boxed().toList();
    }

    static Stream<Arguments> requests() {
        return Stream.of(true, false)
                .flatMap(pushes -> Stream.of(1L, 2L, 5L, 60L)
                        .flatMap(first -> IntStream.of(0, 1, 4, 20)
                                .boxed()
                                .flatMap(at -> Stream.of(1L, 3L, 100L, Long.MAX_VALUE / 2, Long.MAX_VALUE)
                                        .flatMap(n -> Stream.of(1, 5, 20, 50)
                                                .map(items -> arguments(pushes, first, at, n, items))))));
    }

    /** So many first, and n more from inside onNext of one item: what is left when the items are used up is right. */
    @ParameterizedTest
    @MethodSource("requests")
    void whatIsAskedForInsideOnNextCounts(boolean pushes, long first, int at, long n, int items) {
        Store store = new Store(pushes, items);
        Subscription subscription = subscribe(store, first, (item, s) -> {
            if (item == at) {
                s.request(n);
            }
        });
        long asked = first > at && items > at ? Demand.sum(first, n) : first;
        long delivered = Math.min(asked, items);
        assertThat(got).isEqualTo(range(delivered));
        String left = asked == Long.MAX_VALUE ? "unbounded" : String.valueOf(asked - delivered);
        assertThat(subscription.toString()).contains("[demand " + left + ",");

        store.add(30);
        if (at < items) {
            assertThat(got).isEqualTo(range(Math.min(asked, items + 30)));
        }
        subscription.request(7);
        assertThat(got).hasSizeGreaterThanOrEqualTo((int) Math.min(first + 7, items + 30));
    }

    /** The table finds a subscriber whose requests inside onNext are lost. */
    @Test
    void canaryALostRequestIsFound() {
        subscribe(new Store(true, 50), 5, (item, s) -> {});
        assertThat(got).isEqualTo(range(5)).isNotEqualTo(range(5 + 3));
    }

    /** A stream that has stopped for want of demand runs code that asks for more, in the same poll. */
    @ParameterizedTest
    @ValueSource(longs = {1, 3, 40})
    void aRequestBehindTheLastItemInsideOfThePollIsSeen(long n) {
        Store store = new Store(true, 50);
        Subscription[] made = new Subscription[1];
        boolean[] asked = new boolean[1];
        store.onStop = () -> {
            if (!asked[0]) {
                asked[0] = true;
                made[0].request(n);
            }
        };
        made[0] = subscribe(store, 2, (item, s) -> made[0] = s);
        assertThat(got).isEqualTo(range(2 + n));
    }

    @Test
    void aRequestInsideOfTheLookForTheEndIsSeen() {
        Store store = new Store(false, 50);
        Subscription[] made = new Subscription[1];
        boolean[] asked = new boolean[1];
        store.onPollEnd = () -> {
            if (!asked[0]) {
                asked[0] = true;
                made[0].request(4);
            }
        };
        subscribe(store, 2, (item, s) -> made[0] = s);
        assertThat(got).isEqualTo(range(6));
    }

    /** A demand that is renewed in time leads to one poll, however often. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void aDemandThatIsRenewedInTimeNeedsNoPollOfItsOwn(int batch) {
        subscribe(new Store(true, 96), batch, (item, s) -> {
            if (item % batch == batch - 1) {
                s.request(batch);
            }
        });
        assertThat(got).isEqualTo(range(96));
        assertThat(polls).isEqualTo(1);
    }

    @Test
    void whatAnotherThreadAsksForInsideOnNextCounts() throws Exception {
        Store store = new Store(true, 50);
        subscribe(store, 3, (item, s) -> {
            if (item == 1) {
                Thread other = new Thread(() -> s.request(4));
                other.start();
                join(other);
                s.request(5);
            }
        });
        assertThat(got).isEqualTo(range(3 + 4 + 5));
    }

    private static void join(Thread other) {
        try {
            other.join();
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
