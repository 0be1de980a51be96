package pollux.rxjava;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
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

/**
 * A clean-up that fails after the subscriber has cancelled reaches {@code RxJavaPlugins.onError} once, whatever owns
 * it; and a cancellation of other code is an error of the source.
 */
@Timeout(30)
class FailedCleanUpTest {

    @RegisterExtension
    final Dropped dropped = new Dropped();

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

    private static final List<Named<Function<Future<Integer>, Flowable<Integer>>>> BRIDGES = List.of(
            bridge("single", future -> RxJavaAdapter.single(future).toFlowable()),
            bridge("maybe", future -> RxJavaAdapter.maybe(future).toFlowable()),
            bridge("completable", future -> RxJavaAdapter.completable(future).toFlowable()),
            bridge("flowable of a stream", future -> RxJavaAdapter.flowable(AsyncStreams.once(future))),
            bridge("flowable of futures", future -> RxJavaAdapter.flowable(List.of(future), 1)),
            bridge(
                    "observable",
                    future -> RxJavaAdapter.observable(AsyncStreams.once(future))
                            .toFlowable(io.reactivex.rxjava3.core.BackpressureStrategy.BUFFER)));

    private static Named<Function<Future<Integer>, Future<Integer>>> owner(
            String name, Function<Future<Integer>, Future<Integer>> made) {
        return Named.of(name, made);
    }

    private static Named<Function<Future<Integer>, Flowable<Integer>>> bridge(
            String name, Function<Future<Integer>, Flowable<Integer>> made) {
        return Named.of(name, made);
    }

    static Stream<Arguments> rows() {
        return BRIDGES.stream().flatMap(bridge -> OWNERS.stream().map(owner -> Arguments.of(bridge, owner)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itReachesTheHookOnce(
            Function<Future<Integer>, Flowable<Integer>> bridge, Function<Future<Integer>, Future<Integer>> owner) {
        Rollback rollback = new Rollback();
        bridge.apply(owner.apply(rollback)).subscribe().dispose();
        assertThat(dropped.errors).isEmpty();
        IllegalStateException failure = new IllegalStateException("rollback failed");
        rollback.fail(failure);
        assertThat(dropped.errors).containsExactly(failure);
    }

    /** An error signal, not an end without a signal. */
    @ParameterizedTest
    @MethodSource("rows")
    void aForeignCancellationIsAnError(
            Function<Future<Integer>, Flowable<Integer>> bridge, Function<Future<Integer>, Future<Integer>> owner) {
        CompletableFuture<Integer> foreign = new CompletableFuture<>();
        var subscriber = bridge.apply(owner.apply(Futures.from(foreign))).test();
        foreign.cancel(true);
        subscriber.assertError(CancellationException.class);
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
