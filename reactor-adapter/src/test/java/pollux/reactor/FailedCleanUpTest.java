package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A clean-up that fails after the subscriber has cancelled reaches {@code onErrorDropped} once, whatever owns it. */
@Timeout(30)
class FailedCleanUpTest {

    private static final List<Named<Function<Future<Integer>, Future<Integer>>>> OWNERS = List.of(
            owner("alone", loser -> loser),
            owner("race", loser -> Futures.race(loser, Futures.pending())),
            owner("select", loser -> Futures.<Integer>select().on(loser, x -> x).on(Futures.pending(), x -> 0)),
            owner("join", loser -> Futures.join(loser, Futures.<Integer>pending(), Integer::sum)),
            owner("joinAll", loser -> Futures.joinAll(List.of(loser)).map(all -> 0)),
            owner("guard", loser -> new CancelToken().guard(loser)),
            owner("chain", loser -> loser.map(x -> x).recover(Futures::failed)),
            owner("shared", loser -> loser.shared().future()),
            owner("fold", loser -> AsyncStreams.once(loser).fold(0, Integer::sum)),
            owner(
                    "buffered",
                    loser -> AsyncStreams.of(1).buffered(2, i -> loser).fold(0, Integer::sum)),
            owner(
                    "bufferedUnordered",
                    loser -> AsyncStreams.of(1).bufferedUnordered(2, i -> loser).fold(0, Integer::sum)));

    private static final List<Named<Function<Future<Integer>, Flux<Integer>>>> BRIDGES = List.of(
            bridge("mono", future -> ReactorAdapter.mono(future).flux()),
            bridge("flux of a stream", future -> ReactorAdapter.flux(AsyncStreams.once(future))),
            bridge("flux of futures", future -> ReactorAdapter.flux(List.of(future), 1)),
            bridge(
                    "mono behind an operator",
                    future -> Mono.just(1)
                            .flatMap(i -> ReactorAdapter.mono(future))
                            .flux()));

    private static Named<Function<Future<Integer>, Future<Integer>>> owner(
            String name, Function<Future<Integer>, Future<Integer>> made) {
        return Named.of(name, made);
    }

    private static Named<Function<Future<Integer>, Flux<Integer>>> bridge(
            String name, Function<Future<Integer>, Flux<Integer>> made) {
        return Named.of(name, made);
    }

    static Stream<Arguments> rows() {
        return BRIDGES.stream().flatMap(bridge -> OWNERS.stream().map(owner -> Arguments.of(bridge, owner)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itReachesTheHookOnce(
            Function<Future<Integer>, Flux<Integer>> bridge, Function<Future<Integer>, Future<Integer>> owner) {
        Dropped dropped = new Dropped();
        Rollback rollback = new Rollback();
        Disposable subscription = bridge.apply(owner.apply(rollback))
                .contextWrite(dropped.context)
                .subscribe();
        subscription.dispose();
        assertThat(dropped.errors).isEmpty();
        IllegalStateException failure = new IllegalStateException("rollback failed");
        rollback.fail(failure);
        assertThat(dropped.errors).containsExactly(failure);
    }

    /** A cancellation of other code is an error signal, not an end without a signal. */
    @ParameterizedTest
    @MethodSource("rows")
    void aForeignCancellationIsAnError(
            Function<Future<Integer>, Flux<Integer>> bridge, Function<Future<Integer>, Future<Integer>> owner) {
        Dropped dropped = new Dropped();
        CompletableFuture<Integer> foreign = new CompletableFuture<>();
        List<Throwable> errors = new ArrayList<>();
        bridge.apply(owner.apply(Futures.from(foreign)))
                .contextWrite(dropped.context)
                .subscribe(x -> {}, errors::add);
        foreign.cancel(true);
        assertThat(errors).singleElement().isInstanceOf(CancellationException.class);
        assertThat(dropped.errors).isEmpty();
    }

    /** Its clean-up is suspended until the test lets it fail. */
    private static final class Rollback extends RawFuture<Integer> {

        private Waker waker = Waker.noop();
        private Throwable failure;

        void fail(Throwable with) {
            failure = with;
            waker.wake();
        }

        @Override
        public Object pollRaw(Context cx) {
            waker = cx.waker();
            if (failure != null) {
                throw Failures.rethrow(failure);
            }
            return PENDING;
        }

        @Override
        public boolean cancel() {
            return false;
        }
    }
}
