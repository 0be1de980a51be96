package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.SubscriptionFactory;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Mpsc;
import pollux.sync.Promise;

/** ADR 46: the end of a stream is told without one more request, and no item is handed out ahead of demand. */
@Timeout(120)
class GeneratorEndTest {

    private static final class Recorder implements Subscriber<Integer> {

        final List<String> signals = new ArrayList<>();
        Subscription subscription;

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
        }

        @Override
        public void onNext(Integer item) {
            signals.add("" + item);
        }

        @Override
        public void onError(Throwable error) {
            signals.add(error.getMessage());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }

    private static AsyncStream<Integer> stream(CompiledStreamBlock<Integer> block) {
        return Async.stream(block);
    }

    private static Future<Void> afterTwo(Emitter<Integer> out, Supplier<Future<Void>> then) {
        return out.emitting(1).then(x -> out.emitting(2)).then(x -> then.get());
    }

    private static AsyncStream<Integer> closedChannel() {
        Mpsc<Integer> channel = Mpsc.bounded(4);
        channel.sender().trySend(1);
        channel.sender().trySend(2);
        channel.sender().close();
        return AsyncStreams.from(channel.receiver());
    }

    private static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(
                        "ends",
                        (Supplier<AsyncStream<Integer>>) () -> stream(out -> afterTwo(out, () -> Futures.ready(null))),
                        "complete"),
                Arguments.of(
                        "ends later",
                        (Supplier<AsyncStream<Integer>>) () -> stream(out -> afterTwo(out, Futures::yieldNow)),
                        "complete"),
                Arguments.of(
                        "fails",
                        (Supplier<AsyncStream<Integer>>) () ->
                                stream(out -> afterTwo(out, () -> Futures.failed(new IllegalStateException("failed")))),
                        "failed"),
                Arguments.of(
                        "through operators",
                        (Supplier<AsyncStream<Integer>>) () -> stream(out -> afterTwo(out, () -> Futures.ready(null)))
                                .map(n -> n)
                                .filter(n -> true),
                        "complete"),
                Arguments.of(
                        "a closed channel",
                        (Supplier<AsyncStream<Integer>>) GeneratorEndTest::closedChannel,
                        "complete"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void theEndNeedsNoFurtherRequest(String name, Supplier<AsyncStream<Integer>> source, String end) {
        for (long[] requests : new long[][] {{2}, {1, 1}, {3}, {Long.MAX_VALUE}}) {
            for (boolean inline : new boolean[] {true, false}) {
                if (inline && name.equals("ends later")) {
                    continue; // a yield leaves this thread
                }
                LocalPool pool = new LocalPool();
                Recorder recorder = new Recorder();
                SubscriptionFactory.stream(source.get(), "another")
                        .subscribe(recorder, BridgeHooks.plain(), inline ? Spawner.inline() : pool);
                for (long n : requests) {
                    recorder.subscription.request(n);
                    pool.runUntilStalled();
                }
                assertThat(recorder.signals).containsExactly("1", "2", end);
            }
        }
    }

    /** Also while nothing is asked for the end comes when it does. */
    @Test
    void anEndThatComesLaterIsToldThen() {
        Promise<Void> promise = new Promise<>();
        Recorder recorder = new Recorder();
        SubscriptionFactory.stream(stream(out -> afterTwo(out, promise::future)), "another")
                .subscribe(recorder, BridgeHooks.plain(), Spawner.inline());
        recorder.subscription.request(2);
        assertThat(recorder.signals).containsExactly("1", "2");
        promise.complete(null);
        assertThat(recorder.signals).containsExactly("1", "2", "complete");

        Mpsc<Integer> channel = Mpsc.bounded(4);
        Recorder second = new Recorder();
        SubscriptionFactory.stream(AsyncStreams.from(channel.receiver()), "another")
                .subscribe(second, BridgeHooks.plain(), Spawner.inline());
        second.subscription.request(1);
        channel.sender().trySend(1);
        channel.sender().trySend(2);
        assertThat(second.signals).containsExactly("1");
        second.subscription.request(1);
        channel.sender().close();
        assertThat(second.signals).containsExactly("1", "2", "complete");
    }

    private static Stream<Function<Emitter<Integer>, Future<Void>>> shapes() {
        return Stream.of(
                out -> afterTwo(out, () -> out.emitting(3)),
                out -> afterTwo(out, () -> Futures.yieldNow().then(x -> out.emitting(3))),
                out -> afterTwo(
                        out,
                        () -> Futures.joinAll(List.of(out.emitting(3), out.emitting(4)))
                                .map(all -> null)));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void anEmissionWithoutDemandIsSuspended(Function<Emitter<Integer>, Future<Void>> shape) {
        Recorder recorder = new Recorder();
        LocalPool pool = new LocalPool();
        SubscriptionFactory.stream(stream(out -> shape.apply(out)), "another")
                .subscribe(recorder, BridgeHooks.plain(), pool);
        pool.runUntilStalled();
        assertThat(recorder.signals).isEmpty();
        for (int asked = 1; asked <= 3; asked++) {
            recorder.subscription.request(1);
            pool.runUntilStalled();
            assertThat(recorder.signals).hasSizeGreaterThanOrEqualTo(asked).contains("" + asked);
            assertThat(recorder.signals).doesNotContain("" + (asked + 1));
        }
        recorder.subscription.cancel();
        pool.runUntilStalled();
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void aBlockDoesNotBeginWithoutDemand() {
        List<String> log = new ArrayList<>();
        Recorder recorder = new Recorder();
        SubscriptionFactory.stream(
                        stream(out -> {
                            log.add("begun");
                            return out.emitting(1);
                        }),
                        "another")
                .subscribe(recorder, BridgeHooks.plain(), Spawner.inline());
        assertThat(log).isEmpty();
        recorder.subscription.cancel();
        assertThat(log).isEmpty();
    }
}
