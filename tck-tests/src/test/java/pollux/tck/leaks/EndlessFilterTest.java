package pollux.tck.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * A source that emits without end behind a filter that lets nothing pass. It never returns from {@code request}, so it
 * needs a thread of its own ({@code subscribeOn}, as docs/awaiting-publishers.md says); then a cancel reaches it while
 * it runs, and the worker of the task is free all the time.
 */
@Timeout(300)
class EndlessFilterTest {

    private record Way(String name, Function<Publisher<Integer>, Future<?>> convert) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Makes a source that counts down when it runs, and when it is cancelled. */
    private interface Source {
        Publisher<Integer> of(CountDownLatch runs, CountDownLatch cancelled);
    }

    private static Publisher<Integer> flux(CountDownLatch runs, CountDownLatch cancelled) {
        return Flux.<Integer>generate(sink -> {
                    runs.countDown();
                    sink.next(1);
                })
                .doOnCancel(cancelled::countDown)
                .filter(item -> false)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private static Publisher<Integer> flowable(CountDownLatch runs, CountDownLatch cancelled) {
        return Flowable.<Integer>generate(emitter -> {
                    runs.countDown();
                    emitter.onNext(1);
                })
                .doOnCancel(cancelled::countDown)
                .filter(item -> false)
                .subscribeOn(io.reactivex.rxjava3.schedulers.Schedulers.io());
    }

    static Stream<Arguments> table() {
        Source flux = EndlessFilterTest::flux;
        Source flowable = EndlessFilterTest::flowable;
        return Stream.of(
                        new Way("future", ReactiveStreams::future),
                        new Way("first", ReactiveStreams::first),
                        new Way("firstOrNull", ReactiveStreams::firstOrNull),
                        new Way("exactlyOne", ReactiveStreams::exactlyOne),
                        new Way("last", ReactiveStreams::last),
                        new Way("completion", ReactiveStreams::completion),
                        new Way("toList", ReactiveStreams::toList),
                        new Way("stream", p -> ReactiveStreams.fromPublisher(p).count()),
                        new Way(
                                "stream, one",
                                p -> ReactiveStreams.fromPublisher(p, 1).count()),
                        new Way(
                                "stream, unbounded",
                                p -> ReactiveStreams.fromPublisher(p, Integer.MAX_VALUE)
                                        .count()))
                .flatMap(way -> Stream.of(Arguments.of("Flux", flux, way), Arguments.of("Flowable", flowable, way)));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("table")
    void onAThreadOfItsOwnItHearsOfACancel(String library, Source source, Way way) throws InterruptedException {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            JoinHandle<?> handle = pool.spawn(way.convert.apply(source.of(runs, cancelled)));
            runs.await();
            assertThat(pool.spawn(Futures.ready(1)).toCompletableFuture().join())
                    .as("a sibling on the only worker")
                    .isEqualTo(1);
            handle.cancel();
            assertThat(cancelled.await(60, TimeUnit.SECONDS))
                    .as("cancelled upstream")
                    .isTrue();
        }
    }
}
