package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableSubscriber;
import io.reactivex.rxjava3.operators.ConditionalSubscriber;
import io.reactivex.rxjava3.operators.QueueFuseable;
import io.reactivex.rxjava3.operators.QueueSubscription;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import pollux.executor.TaskPool;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;

/** Operators of RxJava that poll our streams, and those that may refuse an item. */
@Timeout(120)
class FusionOutTest {

    private static final List<Integer> NUMBERS =
            IntStream.range(0, 1_000).boxed().toList();

    private static Iterator<Integer> numbers() {
        return NUMBERS.iterator();
    }

    private static AsyncStream<Integer> range() {
        return AsyncStreams.range(0, 1_000);
    }

    private static AsyncStream<Integer> iterable() {
        return AsyncStreams.from((Iterable<Integer>) FusionOutTest::numbers);
    }

    /** Asks for fusion, and polls or requests everything. */
    private static final class Asking implements FlowableSubscriber<Integer> {

        private final int mode;
        private @Nullable QueueSubscription<Integer> queue;
        int granted;
        final List<Integer> items = new ArrayList<>();
        boolean ended;
        final CountDownLatch completed = new CountDownLatch(1);

        Asking(int mode) {
            this.mode = mode;
        }

        @Override
        @SuppressWarnings("unchecked") // a queue of Integers
        public void onSubscribe(Subscription subscription) {
            queue = (QueueSubscription<Integer>) subscription;
            granted = queue.requestFusion(mode);
            if (granted == QueueFuseable.NONE) {
                subscription.request(Long.MAX_VALUE);
            }
        }

        Asking pollAll() throws Throwable {
            if (granted == QueueFuseable.SYNC) {
                while (!queue.isEmpty()) {
                    Integer item = queue.poll();
                    if (item == null) {
                        break;
                    }
                    items.add(item);
                }
                assertThat(queue.poll()).isNull();
                ended = true;
            }
            return this;
        }

        @Override
        public void onNext(Integer item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            ended = true;
            completed.countDown();
        }
    }

    static Stream<Arguments> sources() {
        return Stream.of(
                source(() -> RxJavaAdapter.flowable(range()), QueueFuseable.SYNC, QueueFuseable.SYNC),
                source(() -> RxJavaAdapter.flowableDefer(() -> range()), QueueFuseable.SYNC, QueueFuseable.SYNC),
                source(
                        () -> RxJavaAdapter.flowable(AsyncStreams.from(NUMBERS)),
                        QueueFuseable.SYNC,
                        QueueFuseable.SYNC),
                source(() -> RxJavaAdapter.flowable(iterable()), QueueFuseable.SYNC, QueueFuseable.NONE),
                source(() -> RxJavaAdapter.flowable(range().map(i -> i)), QueueFuseable.NONE, QueueFuseable.NONE));
    }

    private static Arguments source(Supplier<Flowable<Integer>> source, int asIs, int acrossThreads) {
        return arguments(source, asIs, acrossThreads);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void asksAreAnsweredByWhereTheItemsComeFrom(Supplier<Flowable<Integer>> source, int asIs, int acrossThreads)
            throws Throwable {
        int[][] asked = {
            {QueueFuseable.ANY, asIs},
            {QueueFuseable.ANY | QueueFuseable.BOUNDARY, acrossThreads},
            {QueueFuseable.ASYNC, QueueFuseable.NONE}
        };
        for (int[] ask : asked) {
            Asking asking = new Asking(ask[0]);
            source.get().subscribe(asking);
            assertThat(asking.granted).isEqualTo(ask[1]);
            if (asking.granted == QueueFuseable.NONE) {
                asking.completed.await(); // after a budget the items come from a worker
            }
            assertThat(asking.pollAll().items).isEqualTo(NUMBERS);
            assertThat(asking.ended).isTrue();
        }
    }

    @Test
    void aPoolPollsItself() throws InterruptedException {
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            Asking asking = new Asking(QueueFuseable.ANY);
            RxJavaAdapter.on(pool).flowable(range()).subscribe(asking);
            assertThat(asking.granted).isEqualTo(QueueFuseable.NONE);
            assertThat(asking.completed.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(asking.items).isEqualTo(NUMBERS);
        }
    }

    /** What RxJava puts behind a source, with and without polling it. */
    private enum Behind {
        MAP(flowable -> flowable.map(i -> i)),
        FILTER(flowable -> flowable.filter(i -> i >= 0)),
        OBSERVE_ON(flowable -> flowable.observeOn(Schedulers.computation())),
        OBSERVE_ON_BY_ONE(flowable -> flowable.observeOn(Schedulers.computation(), true, 1)),
        MAP_FILTER_OBSERVE_ON(flowable -> flowable.map(i -> i).filter(i -> true).observeOn(Schedulers.computation())),
        OBSERVE_ON_FILTER(flowable ->
                flowable.observeOn(Schedulers.computation(), true, 3).filter(i -> true)),
        FLAT_MAP(flowable -> Flowable.just(1).hide().flatMap(i -> flowable)),
        CONCAT_MAP(flowable -> Flowable.just(1).hide().concatMap(i -> flowable)),
        CONCAT_MAP_OF(flowable -> flowable.concatMap(Flowable::just)),
        CONCAT_MAP_EAGER(flowable -> flowable.concatMapEager(Flowable::just)),
        SWITCH_MAP(flowable -> Flowable.just(1).switchMap(i -> flowable)),
        ZIP(flowable -> flowable.zipWith(Flowable.range(0, 1_000), (a, b) -> b)),
        FLATTEN(flowable -> flowable.flatMapIterable(List::of)),
        PUBLISH(flowable -> flowable.publish(f -> f)),
        SHARE(Flowable::share),
        PARALLEL(flowable -> flowable.parallel(1).sequential()),
        TAKE(flowable -> flowable.take(1_000)),
        PEEK(flowable -> flowable.doOnNext(i -> {}).doFinally(() -> {})),
        DISTINCT(Flowable::distinctUntilChanged);

        private final Function<Flowable<Integer>, Flowable<Integer>> operator;

        Behind(Function<Flowable<Integer>, Flowable<Integer>> operator) {
            this.operator = operator;
        }
    }

    static Stream<Arguments> chains() {
        return sources()
                .flatMap(source -> Stream.of(Behind.values()).map(behind -> arguments(behind, source.get()[0])));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void everyChainIsWhole(Behind behind, Supplier<Flowable<Integer>> source) throws InterruptedException {
        TestSubscriber<Integer> whole =
                behind.operator.apply(source.get()).test().awaitDone(60, TimeUnit.SECONDS);
        whole.assertValueSequence(NUMBERS).assertComplete();
        TestSubscriber<Integer> part = behind.operator.apply(source.get()).test(1);
        part.awaitCount(1).assertValues(0).request(2);
        part.awaitCount(3).assertValues(0, 1, 2).cancel();
    }

    @ParameterizedTest
    @EnumSource(names = "ZIP", mode = EnumSource.Mode.EXCLUDE) // which fails at once
    void whatAPollThrowsReachesTheSubscriberAfterTheItems(Behind behind) {
        IllegalArgumentException failure = new IllegalArgumentException();
        AsyncStream<Integer> failing = AsyncStreams.from((Iterable<Integer>)
                () -> IntStream.range(0, 4).map(i -> failAt(3, i, failure)).iterator());
        TestSubscriber<Integer> subscriber =
                behind.operator.apply(RxJavaAdapter.flowable(failing)).test().awaitDone(60, TimeUnit.SECONDS);
        subscriber.assertError(failure);
        if (!behind.name().contains("OBSERVE_ON") && behind != Behind.PARALLEL && behind != Behind.SWITCH_MAP) {
            subscriber.assertValues(0, 1, 2); // those overtake the items
        }
    }

    private static int failAt(int last, int item, RuntimeException failure) {
        if (item == last) {
            throw failure;
        }
        return item;
    }

    @Test
    void anEndlessSourceStopsWhenItIsCancelled() {
        AtomicInteger made = new AtomicInteger();
        RxJavaAdapter.flowable(AsyncStreams.from((Iterable<Integer>)
                        () -> Stream.generate(made::incrementAndGet).iterator()))
                .flatMapIterable(List::of)
                .take(5)
                .test()
                .assertResult(1, 2, 3, 4, 5);
        assertThat(made).hasValueLessThan(1_000);
    }

    // ------------------------------------------------------------------ conditional subscribers

    /** Takes even numbers and asks for two of them, once. */
    private static final class Evens implements ConditionalSubscriber<Integer> {

        final List<Object> signals = new ArrayList<>();

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(2);
        }

        @Override
        public boolean tryOnNext(Integer item) {
            boolean wanted = item % 2 == 0;
            if (wanted) {
                signals.add(item);
            }
            return wanted;
        }

        @Override
        public void onNext(Integer item) {
            throw new AssertionError("costs a request: " + item);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    @Test
    void aConditionalSubscriberAsksForNothingInPlaceOfWhatItRefused() {
        Evens evens = new Evens();
        RxJavaAdapter.flowable(AsyncStreams.range(1, 10).map(i -> i)).subscribe(evens);
        assertThat(evens.signals).containsExactly(2, 4);
    }

    @Test
    void theEndComesAlthoughTheRestIsRefused() {
        Evens evens = new Evens();
        RxJavaAdapter.flowable(AsyncStreams.range(1, 4).map(i -> i)).subscribe(evens);
        assertThat(evens.signals).containsExactly(2, "complete");
    }
}
