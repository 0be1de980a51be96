package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
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
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;

/**
 * A generator whose consumer lends it a sink: items are pushed within one poll, never ahead of demand, and all of them
 * come.
 */
@Timeout(180)
class GeneratorSinkTest {

    /** What a compiled loop over {@code out.emit(i)} is. */
    private static final class Counter extends RawFuture<Void> {
        private final Emitter<Integer> out;
        private final List<String> log;
        private final int end;
        private int next;
        private @Nullable Future<Void> emission;

        Counter(Emitter<Integer> out, int end, List<String> log) {
            this.out = out;
            this.end = end;
            this.log = log;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            while (next < end || emission != null) {
                if (emission == null) {
                    log.add("make " + next);
                    emission = out.emitting(next++);
                }
                if (pollStep(emission, cx) == PENDING) {
                    log.add("waits with " + (next - 1));
                    return PENDING;
                }
                emission = null;
            }
            return null;
        }

        @Override
        public boolean cancel() {
            log.add("cancelled at " + (next - 1));
            return emission == null || emission.cancel();
        }
    }

    /** After a budget of items the run continues on a worker, so several threads write here, one after the other. */
    private final List<String> log = new CopyOnWriteArrayList<>();

    private AsyncStream<Integer> count(int end) {
        return Async.stream((CompiledStreamBlock<Integer>) out -> new Counter(out, end, log));
    }

    /** Subscribes, and does in onNext what the test says. */
    private Subscription subscribe(AsyncStream<Integer> stream, long first, BiConsumer<Integer, Subscription> onNext) {
        Subscription[] made = new Subscription[1];
        ReactiveStreams.publisher(stream).subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                made[0] = subscription;
                if (first > 0) {
                    subscription.request(first);
                }
            }

            @Override
            public void onNext(Integer item) {
                log.add("got " + item);
                onNext.accept(item, made[0]);
            }

            @Override
            public void onError(Throwable failure) {
                log.add("failed " + failure.getMessage());
            }

            @Override
            public void onComplete() {
                log.add("complete");
            }
        });
        return made[0];
    }

    private List<Integer> items() {
        return log.stream()
                .filter(entry -> entry.startsWith("got "))
                .map(entry -> Integer.valueOf(entry.substring(4)))
                .toList();
    }

    private static List<Integer> range(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    static Stream<Arguments> demands() {
        return Stream.of(1L, 2L, 3L, 7L, 32L, 100L, 127L, 128L, 129L, Long.MAX_VALUE)
                .flatMap(first -> Stream.of(0, 1, 2, 100).map(again -> arguments(first, again)));
    }

    /** Each pattern of demand: so many first, and so many again from inside every onNext. */
    @ParameterizedTest
    @MethodSource("demands")
    void every_item_comes_once_and_none_ahead_of_demand(long first, int again) throws Exception {
        int end = 100;
        long[] demand = {first};
        Subscription subscription = subscribe(count(end), first, (item, s) -> {
            demand[0]--;
            // the block has made at most this item, and one that waits behind the demand
            assertThat(log.stream().filter(entry -> entry.startsWith("make ")).count())
                    .isLessThanOrEqualTo(item + 2L);
            if (again > 0) {
                demand[0] += again;
                s.request(again);
            }
        });
        while (!log.contains("complete")) {
            List<Integer> seen = items();
            assertThat(seen).isEqualTo(range(seen.size()));
            subscription.request(5);
            Thread.onSpinWait();
        }
        assertThat(items()).isEqualTo(range(end));
        assertThat(log.get(log.size() - 1)).isEqualTo("complete");
    }

    static Stream<Arguments> renewals() {
        return Stream.of(1, 2, 3, 7, 32, 100)
                .flatMap(batch -> IntStream.range(0, Math.min(batch, 3)).mapToObj(early -> arguments(batch, early)));
    }

    /** A request inside onNext, at the latest for the last item of the demand, is met without a suspension. */
    @ParameterizedTest
    @MethodSource("renewals")
    void a_demand_that_is_renewed_in_time_suspends_nothing(int batch, int early) {
        subscribe(count(100), batch, (item, s) -> {
            if (item % batch == batch - 1 - early) {
                s.request(batch);
            }
        });
        assertThat(items()).isEqualTo(range(100));
        assertThat(log).endsWith("complete").noneMatch(entry -> entry.startsWith("waits"));
    }

    /** The check of the test before finds a demand that is not renewed in time. */
    @Test
    void canary_a_demand_that_ends_suspends() {
        Subscription subscription = subscribe(count(100), 7, (item, s) -> {});
        assertThat(log).endsWith("got 6", "make 7", "waits with 7");
        subscription.request(1);
        assertThat(log).endsWith("got 7", "make 8", "waits with 8");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100})
    void the_end_behind_the_demand_needs_no_request(int items) {
        subscribe(count(items), Math.max(items, 1), (item, s) -> {});
        assertThat(items()).isEqualTo(range(items));
        assertThat(log).endsWith("complete");
    }

    static Stream<Integer> places() {
        return Stream.of(0, 1, 2, 31, 63);
    }

    @ParameterizedTest
    @MethodSource("places")
    void a_cancel_inside_onNext_stops_the_block_at_its_next_emission(int at) {
        subscribe(count(1000), Long.MAX_VALUE, (item, s) -> {
            if (item == at) {
                s.cancel();
            }
        });
        assertThat(items()).isEqualTo(range(at + 1));
        assertThat(log).endsWith("make " + (at + 1), "waits with " + (at + 1), "cancelled at " + (at + 1));
    }

    @ParameterizedTest
    @MethodSource("places")
    void an_onNext_that_throws_counts_as_cancelled(int at) {
        subscribe(count(1000), Long.MAX_VALUE, (item, s) -> {
            if (item == at) {
                throw new IllegalStateException("thrown by onNext");
            }
        });
        assertThat(items()).isEqualTo(range(at + 1));
        assertThat(log).endsWith("cancelled at " + (at + 1));
    }

    @Test
    void emissions_side_by_side_keep_their_order_and_come_all() {
        AsyncStream<Integer> stream = Async.stream((CompiledStreamBlock<Integer>)
                out -> Futures.joinAll(List.of(out.emitting(0), out.emitting(1), out.emitting(2)))
                        .then(all -> out.emitting(3))
                        .then(x -> out.emitting(4)));
        subscribe(stream, Long.MAX_VALUE, (item, s) -> {});
        assertThat(items()).isEqualTo(range(5));
        assertThat(log).endsWith("complete");
    }

    @Test
    void a_poll_with_a_sink_ends_with_the_budget() {
        Collecting sink = new Collecting();
        RawStream<Integer> stream = (RawStream<Integer>) count(Integer.MAX_VALUE);
        Context cx = new Context(Waker.noop(), Services.NONE);
        assertThat(stream.pollInto(cx, sink)).isEqualTo(RawStream.PENDING);
        assertThat(sink.items).isEqualTo(range(Context.BUDGET));
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(stream.pollInto(cx, sink)).isEqualTo(RawStream.PENDING);
        assertThat(sink.items).isEqualTo(range(2 * Context.BUDGET));
    }

    private static final Services.Key<String> KEY = new Services.Key<>("test");

    /** Polls a future in a way of its own. */
    private static final class Around extends RawFuture<Void> {
        private final Future<Void> inner;
        private final BiFunction<Context, Future<Void>, @Nullable Object> way;

        Around(Future<Void> inner, BiFunction<Context, Future<Void>, @Nullable Object> way) {
            this.inner = inner;
            this.way = way;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return way.apply(cx, inner);
        }
    }

    /** How a block may poll an emission, and whether that is as its stream is polled. */
    static Stream<Arguments> surroundings() {
        return Stream.of(
                arguments("plainly", around((cx, future) -> RawFuture.pollAny(future, cx)), true),
                arguments("as a part", around((cx, future) -> cx.pollPart(future, Waker.noop())), false),
                arguments(
                        "with services",
                        around((cx, f) -> cx.pollWith(f, cx.services().with(KEY, "x"))),
                        false),
                arguments("without a budget", around((cx, future) -> cx.pollUnconstrained(future)), true),
                arguments(
                        "behind a failed part",
                        around((cx, future) -> {
                            assertThatThrownBy(() -> cx.pollPart(Futures.failed(new Exception("part")), Waker.noop()))
                                    .hasMessage("part");
                            assertThatThrownBy(() -> cx.pollWith(Futures.failed(new Exception("with")), Services.NONE))
                                    .hasMessage("with");
                            return RawFuture.pollAny(future, cx);
                        }),
                        true),
                arguments(
                        "behind a stream that is lent another sink",
                        around((cx, future) -> {
                            Collecting other = new Collecting();
                            AsyncStream<Integer> inner =
                                    Async.stream((CompiledStreamBlock<Integer>) o -> o.emitting(7));
                            assertThat(((RawStream<Integer>) inner).pollInto(cx, other))
                                    .isNull();
                            assertThat(other.items).containsExactly(7);
                            return RawFuture.pollAny(future, cx);
                        }),
                        true),
                arguments(
                        "inside of a stream that is lent another sink",
                        around((cx, future) -> {
                            AsyncStream<Integer> inner = Async.stream((CompiledStreamBlock<Integer>) o -> future);
                            return ((RawStream<Integer>) inner).pollInto(cx, new Collecting());
                        }),
                        false),
                arguments(
                        "by another context",
                        around((cx, future) -> RawFuture.pollAny(future, new Context(cx.waker(), cx.services()))),
                        false));
    }

    private static BiFunction<Context, Future<Void>, @Nullable Object> around(
            BiFunction<Context, Future<Void>, @Nullable Object> way) {
        return way;
    }

    /**
     * An emission is pushed where it is polled as its stream is: a part of the block that has services or a waker of
     * its own must not have the receiver run inside of it. One that is offered comes before those behind it.
     */
    @ParameterizedTest(name = "{0}")
    @MethodSource("surroundings")
    void an_emission_is_pushed_where_the_stream_is_polled(
            String name, BiFunction<Context, Future<Void>, @Nullable Object> way, boolean pushed) {
        AsyncStream<Integer> stream = Async.stream(
                (CompiledStreamBlock<Integer>) out -> new Around(out.emitting(0), way).then(x -> out.emitting(1)));
        Collecting sink = new Collecting();
        Context cx = new Context(Waker.noop(), Services.NONE);
        Object answer = ((RawStream<Integer>) stream).pollInto(cx, sink);
        assertThat(sink.items).isEqualTo(pushed ? range(2) : List.of());
        assertThat(answer).isEqualTo(pushed ? null : (Integer) 0);
        assertThat(cx.lentTo()).isNull();
        if (!pushed) {
            assertThat(((RawStream<Integer>) stream).pollInto(cx, sink)).isNull();
            assertThat(sink.items).isEqualTo(List.of(1));
        }
    }

    /** An emission that is offered is not overtaken by one that could be pushed, in the same poll. */
    @Test
    void what_is_pushed_overtakes_nothing() {
        AsyncStream<Integer> stream = Async.stream((CompiledStreamBlock<Integer>) out -> {
            Future<Void> first = out.emitting(0);
            Future<Void> second = out.emitting(1);
            return new Around(second, (cx, inner) -> {
                Object of = cx.pollPart(first, Waker.noop());
                assertThat(of).isEqualTo(RawFuture.PENDING);
                return RawFuture.pollAny(inner, cx);
            });
        });
        Collecting sink = new Collecting();
        Context cx = new Context(Waker.noop(), Services.NONE);
        assertThat(((RawStream<Integer>) stream).pollInto(cx, sink)).isEqualTo(0);
        assertThat(sink.items).isEmpty();
    }

    /** A block that throws leaves nothing lent. */
    @Test
    void a_sink_is_lent_for_one_poll() {
        AsyncStream<Integer> stream = Async.stream((CompiledStreamBlock<Integer>) out -> {
            throw new IllegalStateException("thrown by the block");
        });
        Context cx = new Context(Waker.noop(), Services.NONE);
        Object before = new Object();
        cx.lendTo(before);
        assertThatThrownBy(() -> ((RawStream<Integer>) stream).pollInto(cx, new Collecting()))
                .hasMessage("thrown by the block");
        assertThat(cx.lentTo()).isSameAs(before);
        cx.end();
        assertThat(cx.lentTo()).isNull();
    }

    @Test
    void what_waits_behind_the_demand_is_cancelled_in_its_place() {
        Subscription subscription = subscribe(count(10), 3, (item, s) -> {});
        assertThat(items()).isEqualTo(range(3));
        subscription.cancel();
        assertThat(log).endsWith("make 3", "waits with 3", "cancelled at 3");
    }

    /** The check of the first test finds a sink that takes everything. */
    @Test
    void canary_a_sink_without_demand_is_found() {
        Collecting greedy = new Collecting();
        ((RawStream<Integer>) count(100)).pollInto(new Context(Waker.noop(), Services.NONE), greedy);
        long made = log.stream().filter(entry -> entry.startsWith("make ")).count();
        assertThat(made)
                .as("a subscriber with a demand of one would have seen 2")
                .isGreaterThan(2);
    }

    private static final class Collecting implements RawStream.Sink<Integer> {
        final List<Integer> items = new ArrayList<>();

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean wants() {
            return true;
        }

        @Override
        public void push(Integer item) {
            items.add(item);
        }
    }

    @Test
    void a_failure_behind_pushed_items_comes_after_them() {
        AsyncStream<Integer> stream = Async.stream((CompiledStreamBlock<Integer>)
                out -> new Counter(out, 5, log).then(x -> Futures.failed(new CancellationException("of its own"))));
        subscribe(stream, Long.MAX_VALUE, (item, s) -> {});
        assertThat(items()).isEqualTo(range(5));
        assertThat(log).endsWith("failed of its own");
    }
}
