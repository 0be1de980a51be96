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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Waker;
import pollux.reactive.ReactiveStreams;
import pollux.stream.RawStream;

/** What a subscriber asks for while it is served is counted without an atomic, and counts like any other request. */
@Timeout(120)
class DemandInsideTest {

    /** How a stream hands an item on. */
    enum Way {
        ANSWER,
        PUSH,
        PUSH_AS_A_STEP
    }

    /** Has items at hand, which it hands on, and waits for more when they are used up. */
    private class Store extends RawStream<Integer> {
        private final Way way;
        private int next;
        private int end;
        private @Nullable Waker waiting;
        private Runnable onStop = () -> {};
        private Runnable onPollEnd = () -> {};
        /** Whether it looks again, in the same poll, for what onStop has asked for. */
        private boolean goesOn;

        Store(Way way, int items) {
            this.way = way;
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
            if (way == Way.ANSWER) {
                return pollNextRaw(cx);
            }
            pushAll(cx, sink);
            if (!sink.wants()) {
                onStop.run();
                if (goesOn) {
                    pushAll(cx, sink);
                }
                waiting = cx.waker();
                return PENDING;
            }
            return pollNextRaw(cx);
        }

        private void pushAll(Context cx, Sink<? super Integer> sink) {
            if (way == Way.PUSH) {
                while (next < end && sink.wants()) {
                    sink.push(next++);
                }
            } else {
                while (next < end && sink.pushStep(next, cx)) {
                    next++;
                }
            }
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
        return Stream.of(Way.values())
                .flatMap(way -> Stream.of(1L, 2L, 5L, 60L)
                        .flatMap(first -> IntStream.of(0, 1, 4, 20)
                                .boxed()
                                .flatMap(at -> Stream.of(1L, 3L, 100L, Long.MAX_VALUE / 2, Long.MAX_VALUE)
                                        .flatMap(n -> Stream.of(1, 5, 20, 50)
                                                .map(items -> arguments(way, first, at, n, items))))));
    }

    /** So many first, and n more from inside onNext of one item: what is left when the items are used up is right. */
    @ParameterizedTest
    @MethodSource("requests")
    void whatIsAskedForInsideOnNextCounts(Way way, long first, int at, long n, int items) {
        Store store = new Store(way, items);
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
        subscribe(new Store(Way.PUSH, 50), 5, (item, s) -> {});
        assertThat(got).isEqualTo(range(5)).isNotEqualTo(range(5 + 3));
    }

    /** A stream that has stopped for want of demand runs code that asks for more, in the same poll. */
    @ParameterizedTest
    @MethodSource("pushed")
    void aRequestBehindTheLastItemInsideOfThePollIsSeen(Way way, boolean goesOn, long n) {
        Store store = new Store(way, 50);
        store.goesOn = goesOn;
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
        assertThat(made[0].toString()).contains("[demand 0,");
        assertThat(polls).isEqualTo(goesOn ? 1 : 2);
    }

    static Stream<Arguments> pushed() {
        return Stream.of(Way.PUSH, Way.PUSH_AS_A_STEP)
                .flatMap(way -> Stream.of(true, false)
                        .flatMap(goesOn -> Stream.of(1L, 3L, 40L).map(n -> arguments(way, goesOn, n))));
    }

    @Test
    void aRequestInsideOfTheLookForTheEndIsSeen() {
        Store store = new Store(Way.ANSWER, 50);
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
    @CsvSource({"PUSH,1", "PUSH,2", "PUSH,16", "PUSH_AS_A_STEP,1", "PUSH_AS_A_STEP,2", "PUSH_AS_A_STEP,16"})
    void aDemandThatIsRenewedInTimeNeedsNoPollOfItsOwn(Way way, int batch) {
        subscribe(new Store(way, 96), batch, (item, s) -> {
            if (item % batch == batch - 1) {
                s.request(batch);
            }
        });
        assertThat(got).isEqualTo(range(96));
        assertThat(polls).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatAnotherThreadAsksForInsideOnNextCounts(Way way) {
        Store store = new Store(way, 50);
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

    /**
     * Items, demand, budget, the item whose onNext cancels, and how many are taken: one that is taken spends one of the
     * budget, and one that is not taken spends none.
     */
    @ParameterizedTest
    @CsvSource({
        "10,5,128,-1,5",
        "10,100,128,-1,10",
        "10,10,128,-1,10",
        "10,100,7,-1,7",
        "10,7,7,-1,7",
        "10,100,0,-1,0",
        "200,1000,128,-1,128",
        "10,100,128,0,1",
        "10,100,128,4,5",
        "10,5,128,4,5"
    })
    void whatIsPushedAsAStepSpendsOne(int items, long demand, int budget, int cancelAt, int taken) {
        int[] spent = {-1};
        Store store = new Store(Way.PUSH_AS_A_STEP, items) {
            @Override
            public @Nullable Object pollInto(Context cx, Sink<? super Integer> sink) {
                while (cx.budget() > budget) {
                    cx.spend();
                }
                for (int i = 0; i < items && sink.pushStep(i, cx); i++) {}
                spent[0] = budget - cx.budget();
                return PENDING;
            }
        };
        subscribe(store, demand, (item, s) -> {
            if (item == cancelAt) {
                s.cancel();
            }
        });
        assertThat(got).isEqualTo(range(taken));
        assertThat(spent).containsExactly(taken);
    }

    private static void join(Thread other) {
        try {
            other.join();
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
