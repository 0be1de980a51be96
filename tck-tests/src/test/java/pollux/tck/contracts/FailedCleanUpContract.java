package pollux.tck.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;

/**
 * A clean-up that fails after the subscriber has cancelled reaches the library's hook for dropped errors once, whatever
 * owns it. A cancellation of other code is an error of the source.
 */
@Timeout(120)
abstract class FailedCleanUpContract {

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

    /** What has reached the hook of the library. */
    final List<Throwable> dropped = new CopyOnWriteArrayList<>();

    /** Subscribes with unbounded demand, with {@link #dropped} as the hook. Returns what cancels. */
    abstract Runnable subscribe(Publisher<Integer> publisher, Consumer<Throwable> onError);

    private static Named<Function<Future<Integer>, Future<Integer>>> owner(
            String name, Function<Future<Integer>, Future<Integer>> made) {
        return Named.of(name, made);
    }

    static Named<Function<Future<Integer>, Publisher<Integer>>> bridge(
            String name, Function<Future<Integer>, Publisher<Integer>> made) {
        return Named.of(name, made);
    }

    /** The rows of an adapter, which a subclass returns from its method {@code rows()}. */
    static Stream<Arguments> rows(List<Named<Function<Future<Integer>, Publisher<Integer>>>> bridges) {
        return bridges.stream().flatMap(bridge -> OWNERS.stream().map(owner -> Arguments.of(bridge, owner)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void itReachesTheHookOnce(
            Function<Future<Integer>, Publisher<Integer>> bridge, Function<Future<Integer>, Future<Integer>> owner) {
        Rollback rollback = new Rollback();
        List<Throwable> errors = new ArrayList<>();
        subscribe(bridge.apply(owner.apply(rollback)), errors::add).run();
        assertThat(dropped).isEmpty();
        IllegalStateException failure = new IllegalStateException("rollback failed");
        rollback.fail(failure);
        assertThat(dropped).containsExactly(failure);
        assertThat(errors).isEmpty();
    }

    /** It is an error signal, not an end without a signal. */
    @ParameterizedTest
    @MethodSource("rows")
    void aForeignCancellationIsAnError(
            Function<Future<Integer>, Publisher<Integer>> bridge, Function<Future<Integer>, Future<Integer>> owner) {
        CompletableFuture<Integer> foreign = new CompletableFuture<>();
        List<Throwable> errors = new ArrayList<>();
        subscribe(bridge.apply(owner.apply(Futures.from(foreign))), errors::add);
        foreign.cancel(true);
        assertThat(errors).singleElement().isInstanceOf(CancellationException.class);
        assertThat(dropped).isEmpty();
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
