package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;
import pollux.sync.Mpsc;
import pollux.time.Timers;

/**
 * What the first poll does if the signal that ends the work is there before it: each kind of signal, over a ready, a
 * failed and a pending future, on each executor.
 */
@Timeout(180)
class FirstPollTest {

    /** An owner whose signal is there before the first poll, and what it fails with if the work is pending. */
    record Owner(String name, Class<? extends Throwable> failure, UnaryOperator<Future<String>> made) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Future<String> cancelledLater(Future<String> work) {
        CancelToken token = new CancelToken();
        Future<String> guarded = token.child().guard(work);
        token.cancel();
        return guarded;
    }

    private static Future<String> cancelledBefore(Future<String> work) {
        CancelToken token = new CancelToken();
        token.cancel();
        return token.child().guard(work);
    }

    private static Future<String> limited(Future<String> work) {
        return Timers.timeout(Duration.ZERO, work);
    }

    /** Signals that the work races with. */
    private static final List<Owner> POLLED_FIRST = List.of(
            new Owner("token", CancellationException.class, FirstPollTest::cancelledLater),
            new Owner("token in a token", CancellationException.class, work -> cancelledLater(cancelledLater(work))),
            new Owner("mapped under a token", CancellationException.class, work -> cancelledLater(work.map(x -> x))),
            new Owner(
                    "shared under a token",
                    CancellationException.class,
                    work -> cancelledLater(work.shared().future())),
            new Owner(
                    "token in a select",
                    CancellationException.class,
                    work -> Futures.<String>select().on(cancelledLater(work), x -> x)),
            new Owner(
                    "token in a race",
                    CancellationException.class,
                    work -> Futures.race(cancelledLater(work), Futures.pending())),
            new Owner(
                    "token in joinAll",
                    CancellationException.class,
                    work -> Futures.joinAll(List.of(cancelledLater(work))).map(all -> all.get(0))),
            new Owner(
                    "token in a scope",
                    CancellationException.class,
                    work -> TaskScope.scoped(scope -> cancelledLater(work))),
            new Owner(
                    "token in a stream",
                    CancellationException.class,
                    work -> AsyncStreams.once(cancelledLater(work)).first()),
            new Owner("limit of zero", TimeoutException.class, FirstPollTest::limited),
            new Owner("limit below zero", TimeoutException.class, work -> Timers.timeout(Duration.ofSeconds(-1), work)),
            new Owner(
                    "stream's limit of zero",
                    TimeoutException.class,
                    work -> AsyncStreams.once(work).timeout(Duration.ZERO).first()),
            new Owner(
                    "limit in a token",
                    CancellationException.class,
                    work -> cancelledLater(Timers.timeout(Duration.ofDays(1), work))),
            new Owner("token in a limit", CancellationException.class, work -> limited(cancelledLater(work))),
            new Owner("limit of zero in a token", TimeoutException.class, work -> cancelledLater(limited(work))));

    /** Signals before which nothing begins. */
    private static final List<Owner> NOT_POLLED = List.of(
            new Owner("token cancelled in advance", CancellationException.class, FirstPollTest::cancelledBefore),
            new Owner("in a limit", CancellationException.class, work -> limited(cancelledBefore(work))),
            new Owner(
                    "in a token cancelled later",
                    CancellationException.class,
                    work -> cancelledLater(cancelledBefore(work))),
            new Owner(
                    "around one cancelled later",
                    CancellationException.class,
                    work -> cancelledBefore(cancelledLater(work))),
            new Owner(
                    "in a select",
                    CancellationException.class,
                    work -> Futures.<String>select().on(cancelledBefore(work), x -> x)));

    private static Stream<Arguments> onEachPlace(List<Owner> owners) {
        return owners.stream().flatMap(owner -> Stream.of(Place.values()).map(place -> Arguments.of(owner, place)));
    }

    static Stream<Arguments> polledFirst() {
        return onEachPlace(POLLED_FIRST);
    }

    static Stream<Arguments> notPolled() {
        return onEachPlace(NOT_POLLED);
    }

    @ParameterizedTest
    @MethodSource("polledFirst")
    void aReadyValueIsDelivered(Owner owner, Place place) {
        Mpsc<String> channel = Mpsc.unbounded();
        channel.sender().trySend("item");
        for (Future<String> ready :
                List.of(Futures.ready("constant"), channel.receiver().receive())) {
            try (Place.Running running = place.open()) {
                JoinHandle<String> task = running.spawner().spawn(owner.made.apply(ready));
                running.settle();
                assertThat(BlockOn.blockOn(task.join())).isIn("constant", "item");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("polledFirst")
    void aFailureThatIsThereIsDelivered(Owner owner, Place place) {
        IOException failure = new IOException("down");
        try (Place.Running running = place.open()) {
            JoinHandle<String> task = running.spawner().spawn(owner.made.apply(Futures.failed(failure)));
            running.settle();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isSameAs(failure);
        }
    }

    /** Case k06b: pending work has begun, so its clean-up runs, and a failure of it is heard of. */
    @ParameterizedTest
    @MethodSource("polledFirst")
    void pendingWorkIsCancelledAndItsFailedCleanUpReportedOnce(Owner owner, Place place) throws Exception {
        Wanted failure = new Wanted();
        Loser<String> work = new Loser<>();
        try (Place.Running running = place.open()) {
            JoinHandle<String> task = running.spawner().spawn(owner.made.apply(work));
            running.settle();
            work.awaitPolled().awaitCancelled();
            work.fail(failure);
            running.settle();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(owner.failure);
        }
        assertThat(work.cancels()).isOne();
        assertThat(Reports.of(failure)).isOne();
    }

    /** A loop that guards each of its steps ends, though every step is ready. */
    @ParameterizedTest
    @MethodSource("notPolled")
    void nothingBegins(Owner owner, Place place) {
        for (Object answer : new Object[] {RawFuture.PENDING, "ready"}) {
            NotBegun work = new NotBegun(answer);
            try (Place.Running running = place.open()) {
                JoinHandle<String> task = running.spawner().spawn(owner.made.apply(work));
                running.settle();
                assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(owner.failure);
            }
            assertThat(work.polls).isZero();
            assertThat(work.cancels).isOne();
        }
    }

    @Test
    void aTaskThatIsCancelledBeforeItsFirstPollRunsNothing() {
        NotBegun work = new NotBegun("ready");
        try (LocalPool pool = new LocalPool()) {
            JoinHandle<String> task = pool.spawn(work);
            task.cancel();
            pool.runUntilStalled();
            assertThat(task.isCancelled()).isTrue();
        }
        assertThat(work.polls).isZero();
        assertThat(work.cancels).isOne();
    }

    @Test
    void canaryAnOwnerThatAsksItsSignalFirstIsFound() {
        Owner broken = new Owner("broken", CancellationException.class, FirstPollTest::cancelledBefore);
        assertThatThrownBy(() -> aReadyValueIsDelivered(broken, Place.LOCAL)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> aFailureThatIsThereIsDelivered(broken, Place.LOCAL))
                .isInstanceOf(AssertionError.class);
        Owner eager = new Owner("eager", CancellationException.class, FirstPollTest::cancelledLater);
        assertThatThrownBy(() -> nothingBegins(eager, Place.LOCAL)).isInstanceOf(AssertionError.class);
    }

    /** Counts its polls; read when the task has ended. */
    private static final class NotBegun extends RawFuture<String> {

        private final Object answer;
        volatile int polls;
        volatile int cancels;

        NotBegun(Object answer) {
            this.answer = answer;
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // polled by one thread at a time
        public Object pollRaw(Context cx) {
            polls = polls + 1;
            return answer;
        }

        @Override
        @SuppressWarnings("NonAtomicOperationOnVolatileField") // as above
        public boolean cancel() {
            cancels = cancels + 1;
            return true;
        }
    }

    private static final class Wanted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
