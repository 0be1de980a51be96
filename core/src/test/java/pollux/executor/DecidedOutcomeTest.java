package pollux.executor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.async.Async;
import pollux.doubles.Gate;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.io.AsyncBufferedReader;
import pollux.io.AsyncBufferedWriter;
import pollux.io.AsyncWriter;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.CancelToken;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import pollux.time.Timers;

/**
 * What is decided is delivered, although the task is cancelled while those that lost still clean up: each owner, on
 * each executor, with a value and with a failure.
 */
@Timeout(180)
class DecidedOutcomeTest {

    /** Makes an owner of a future that ends, and of one whose clean-up is suspended then. */
    record Owner(
            String name, boolean decidesForValues, BiFunction<Future<String>, Future<String>, Future<String>> made) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Owner> OWNERS = new ArrayList<>();

    private static void both(String name, BiFunction<Future<String>, Future<String>, Future<String>> made) {
        OWNERS.add(new Owner(name, true, made));
    }

    private static void failures(String name, BiFunction<Future<String>, Future<String>, Future<String>> made) {
        OWNERS.add(new Owner(name, false, made));
    }

    private static AsyncStream<String> two(Future<String> w, Future<String> l) {
        return AsyncStreams.merge(AsyncStreams.once(w), AsyncStreams.once(l));
    }

    private static Future<String> one(AsyncStream<String> stream) {
        return stream.toList().map(items -> String.join(",", items));
    }

    static {
        both("select", (w, l) -> Futures.<String>select().on(l, x -> x).on(w, x -> x));
        both(
                "select biased",
                (w, l) -> Futures.<String>select().biased().on(w, x -> x).on(l, x -> x));
        both("race", (w, l) -> Futures.race(l, w));
        both("race of a race", (w, l) -> Futures.race(Futures.pending(), Futures.race(l, w)));
        both("race within a timeout", (w, l) -> Timers.timeout(Duration.ofHours(1), Futures.race(l, w)));
        both("race mapped", (w, l) -> Futures.race(l, w).map(x -> x));
        both("race then", (w, l) -> Futures.race(l, w).then(Futures::ready));
        both("race recovered", (w, l) -> Futures.race(l, w).recover(Futures::failed));
        both("race fused", (w, l) -> Futures.race(l, w).fuse());
        both("race shared", (w, l) -> Futures.race(l, w).shared().future());
        both("race guarded", (w, l) -> new CancelToken().guard(Futures.race(l, w)));
        both("race with the lock", (w, l) -> new AsyncMutex().withLock(() -> Futures.race(l, w)));
        both("race unconstrained", (w, l) -> Futures.unconstrained(Futures.race(l, w)));
        both("race with a service", (w, l) -> Futures.withService(new Services.Key<>("test"), "x", Futures.race(l, w)));
        both("race joined", (w, l) -> Futures.join(Futures.race(l, w), Futures.ready(1), (x, one) -> x));
        both(
                "race in joinAll",
                (w, l) -> Futures.joinAll(List.of(Futures.race(l, w))).map(all -> all.get(0)));
        failures("join", (w, l) -> Futures.join(w, l, (x, y) -> x));
        failures("joinAll", (w, l) -> Futures.joinAll(List.of(l, w)).map(all -> all.get(0)));
        both("take", (w, l) -> one(two(w, l).take(1)));
        both("first", (w, l) -> two(w, l).first().map(String::valueOf));
        both("fold", (w, l) -> two(w, l).take(1).fold("", (sum, x) -> sum + x));
        both("forEachAsync", (w, l) -> {
            StringBuilder seen = new StringBuilder();
            return two(w, l)
                    .take(1)
                    .forEachAsync(x -> {
                        seen.append(x);
                        return Futures.ready(null);
                    })
                    .map(nothing -> seen.toString());
        });
        both("map", (w, l) -> one(two(w, l).take(1).map(x -> x)));
        both("filter", (w, l) -> one(two(w, l).take(1).filter(x -> true)));
        both("takeWhile", (w, l) -> one(two(w, l).take(1).takeWhile(x -> true)));
        both("chunks", (w, l) -> one(two(w, l).take(1).chunks(2).map(chunk -> chunk.get(0))));
        both("stream then", (w, l) -> one(AsyncStreams.of(1).then(i -> Futures.race(l, w))));
        both("stream recover", (w, l) -> one(two(w, l).take(1).recover(AsyncStreams::error)));
        both(
                "concatMap",
                (w, l) -> one(AsyncStreams.of(1).concatMap(i -> two(w, l).take(1))));
        both("once", (w, l) -> one(AsyncStreams.once(Futures.race(l, w))));
        both("defer", (w, l) -> one(AsyncStreams.streamDefer(() -> two(w, l).take(1))));
        both(
                "unfold",
                (w, l) -> one(AsyncStreams.<String, Integer>unfold(
                        0,
                        i -> i > 0
                                ? Futures.ready(null)
                                : Futures.race(l, w).map(x -> new AsyncStreams.Step<>(x, i + 1)))));
        both("buffered", (w, l) -> one(AsyncStreams.of(1).buffered(2, i -> Futures.race(l, w))));
        both("bufferedUnordered", (w, l) -> one(AsyncStreams.of(1).bufferedUnordered(2, i -> Futures.race(l, w))));
        both(
                "bufferedUnordered, cut",
                (w, l) -> one(AsyncStreams.of(0, 1)
                        .bufferedUnordered(2, i -> i == 0 ? l : w)
                        .take(1)));
        both(
                "buffered, cut",
                (w, l) -> one(
                        AsyncStreams.of(0, 1).buffered(2, i -> i == 0 ? w : l).take(1)));
        both("merge of races", (w, l) -> one(AsyncStreams.<String>merge(AsyncStreams.once(Futures.race(l, w)))));
        both(
                "zip",
                (w, l) ->
                        one(AsyncStreams.zip(AsyncStreams.once(Futures.race(l, w)), AsyncStreams.of(1), (x, i) -> x)));
        failures(
                "zip, one fails",
                (w, l) -> one(AsyncStreams.zip(AsyncStreams.once(l), AsyncStreams.once(w), (x, y) -> x)));
        failures("merge", (w, l) -> one(two(w, l)));
        failures(
                "fold that throws",
                (w, l) -> two(w.recover(f -> Futures.ready("x")), l).fold("", (sum, x) -> {
                    throw new Wanted();
                }));
        both(
                "scope",
                (w, l) -> TaskScope.scoped(scope -> {
                    scope.fork(l);
                    return w.map(x -> {
                        scope.cancelChildren();
                        return x;
                    });
                }));
        failures(
                "scope that fails",
                (w, l) -> TaskScope.scoped(scope -> {
                    scope.fork(l);
                    return w;
                }));
        failures(
                "scope whose child fails",
                (w, l) -> TaskScope.scoped(scope -> {
                    scope.fork(w);
                    return l;
                }));
        both("scope of a race", (w, l) -> TaskScope.scoped(scope -> Futures.race(l, w)));
        both("JoinSet.firstSuccess", (w, l) -> set(l, w, true));
        failures("JoinSet.joinAll", (w, l) -> set(l, w, false));
        both(
                "race read into a buffer",
                (w, l) -> new AsyncBufferedReader(into -> Futures.race(l, w).map(line -> {
                            into.put((line + "\n").getBytes(UTF_8));
                            return line.length() + 1;
                        }))
                        .readLine()
                        .map(String::valueOf));
        both("race written out of a buffer", (w, l) -> {
            StringBuilder seen = new StringBuilder();
            AsyncWriter target = from -> Futures.race(l, w).map(x -> {
                seen.append(x);
                from.position(from.limit());
                return 1;
            });
            return new AsyncBufferedWriter(target, 1)
                    .writeAll(ByteBuffer.allocate(1))
                    .map(none -> seen.toString());
        });
    }

    private static Future<String> set(Future<String> l, Future<String> w, boolean first) {
        return Futures.defer(() -> TaskScope.scoped(scope -> {
            JoinSet<String> set = new JoinSet<>(scope.spawner());
            set.spawn(l);
            set.spawn(w);
            return first
                    ? set.firstSuccess().recover(f -> Futures.failed(f))
                    : set.joinAll().map(all -> all.get(0));
        }));
    }

    static Stream<Arguments> rows() {
        return OWNERS.stream().flatMap(owner -> Stream.of(Place.values()).map(place -> Arguments.of(owner, place)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aDecidedValueIsDelivered(Owner owner, Place place) throws Throwable {
        if (owner.decidesForValues) {
            check(owner.made, place, null);
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aDecidedFailureIsDelivered(Owner owner, Place place) throws Throwable {
        if (!owner.name.equals("JoinSet.firstSuccess")) { // it has no failure before all have ended
            check(owner.made, place, new Wanted());
        }
    }

    /** The canary: an owner that forgets what it has decided. */
    @Test
    void anOwnerThatForgetsIsFound() {
        for (Place place : Place.values()) {
            assertThatThrownBy(() -> check(Forgetful::new, place, null)).isInstanceOf(Throwable.class);
        }
    }

    private static void check(
            BiFunction<Future<String>, Future<String>, Future<String>> made, Place place, @Nullable Throwable failure)
            throws Throwable {
        try (Place.Running running = place.open()) {
            Promise<String> winner = new Promise<>();
            Loser<String> loser = new Loser<>();
            JoinHandle<String> task = running.spawner().spawn(made.apply(winner.future(), loser));
            running.settle();
            loser.awaitPolled();
            if (failure == null) {
                winner.complete("won");
            } else {
                winner.fail(failure);
            }
            running.settle();
            loser.awaitCancelled();
            task.cancel();
            running.settle();
            assertThat(task.isDone()).isFalse();
            loser.release();
            running.settle();
            if (place == Place.LOCAL) {
                assertThat(task.isDone()).isTrue();
            }
            Future<String> end = task.join();
            if (failure == null) {
                assertThat(BlockOn.blockOn(end)).isEqualTo("won");
            } else {
                assertThatThrownBy(() -> BlockOn.blockOn(end)).isInstanceOf(Wanted.class);
            }
            assertThat(loser.cancels()).isOne();
        }
    }

    /** Tells a latch when it is woken, and passes everything on. */
    private static final class Woken extends RawFuture<String> {

        private final Future<String> inside;
        private final CountDownLatch woken;

        Woken(Future<String> inside, CountDownLatch woken) {
            this.inside = inside;
            this.woken = woken;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Waker own = cx.waker();
            Waker both = () -> {
                own.wake();
                woken.countDown();
            };
            return pollAny(inside, new Context(both, cx.services()));
        }

        @Override
        public boolean hasDecided() {
            return hasDecided(inside);
        }

        @Override
        public boolean cancel() {
            return inside.cancel();
        }
    }

    /** A call that has returned to another thread has decided, although no poll has looked at it yet. */
    @ParameterizedTest(name = "virtual {0}, fails {1}, cancelled before {2}")
    @CsvSource({
        "false,false,false", "false,true,false", "false,false,true",
        "true,false,false", "true,true,false", "true,false,true"
    })
    void whatACallHasReturnedIsDelivered(boolean virtual, boolean fails, boolean cancelledBefore) throws Exception {
        assumeTrue(!virtual || Runtime.version().feature() >= 21);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch returns = new CountDownLatch(1);
        CountDownLatch woken = new CountDownLatch(1);
        Callable<String> call = () -> {
            begun.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    returns.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            assertThat(interrupted).isEqualTo(cancelledBefore);
            if (fails) {
                throw new Wanted();
            }
            return "won";
        };
        try (LocalPool pool = new LocalPool(new ManualTime(), UnhandledFailure.IGNORE)) {
            List<Thread> threads = new ArrayList<>();
            JoinHandle<String> task = virtual
                    ? pool.spawn(new Woken(Async.virtual(call::call), woken))
                    : BlockingCall.start(call, pool, job -> threads.add(new Thread(job)));
            pool.runUntilStalled();
            threads.forEach(Thread::start);
            if (cancelledBefore) {
                begun.await(); // a call that is cancelled before is skipped
                task.cancel();
                pool.runUntilStalled();
            }
            returns.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            if (virtual) {
                woken.await();
            }
            task.cancel();
            pool.runUntilStalled();
            if (cancelledBefore) {
                assertThat(task.isCancelled()).isTrue();
            } else if (fails) {
                assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(Wanted.class);
            } else {
                assertThat(BlockOn.blockOn(task.join())).isEqualTo("won");
            }
        }
    }

    /** A lock that a select has won is closed by its handler, and one that a race has won is delivered. */
    @ParameterizedTest
    @MethodSource("places")
    void aLockThatWasWonIsNotLost(Place place) throws Exception {
        try (Place.Running running = place.open()) {
            AsyncMutex mutex = new AsyncMutex();
            AsyncMutex.Guard held = mutex.tryLock();
            Loser<AsyncMutex.Guard> loser = new Loser<>();
            JoinHandle<AsyncMutex.Guard> task = running.spawner().spawn(Futures.race(loser, mutex.lock()));
            running.settle();
            loser.awaitPolled();
            held.close();
            running.settle();
            loser.awaitCancelled();
            task.cancel();
            running.settle();
            loser.release();
            running.settle();
            BlockOn.blockOn(task.join()).close();
            assertThat(mutex.isLocked()).isFalse();
        }
    }

    static Stream<Place> places() {
        return Stream.of(Place.values());
    }

    /** What is given up while an outcome is decided in it is cancelled only when the outcome has been delivered. */
    @ParameterizedTest
    @MethodSource("places")
    void aLoserThatHasDecidedItselfGoesOnUntilItsOutcomeIsTaken(Place place) throws Exception {
        try (Place.Running running = place.open()) {
            AsyncMutex mutex = new AsyncMutex();
            Loser<AsyncMutex.Guard> slow = new Loser<>();
            List<String> seen = new CopyOnWriteArrayList<>();
            Future<String> takesAndCloses = Futures.<AsyncMutex.Guard>race(mutex.lock(), slow)
                    .map(guard -> {
                        guard.close();
                        return "closed";
                    })
                    .then(text -> {
                        seen.add(text);
                        return Futures.pending();
                    });
            Promise<String> other = new Promise<>();
            JoinHandle<String> task = running.spawner().spawn(Futures.race(takesAndCloses, other.future()));
            running.settle();
            slow.awaitCancelled();
            other.complete("other");
            running.settle();
            assertThat(mutex.isLocked()).isTrue();
            slow.release();
            running.settle();
            assertThat(BlockOn.blockOn(task.join())).isEqualTo("other");
            assertThat(mutex.isLocked()).isFalse();
            assertThat(seen).containsExactly("closed");
        }
    }

    /** A cancellation that had to wait is not forgotten: it comes at the next wait. */
    @ParameterizedTest
    @MethodSource("places")
    void theCancellationComesAfterTheOutcome(Place place) throws Exception {
        try (Place.Running running = place.open()) {
            Promise<String> winner = new Promise<>();
            Loser<String> loser = new Loser<>();
            Gate next = new Gate();
            JoinHandle<Void> task =
                    running.spawner().spawn(Futures.race(loser, winner.future()).then(x -> next));
            running.settle();
            winner.complete("won");
            running.settle();
            loser.awaitCancelled();
            task.cancel();
            running.settle();
            loser.release();
            running.settle();
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
            assertThat(task.isCancelled()).isTrue();
            assertThat(next.cancels).isOne();
        }
    }

    @Test
    void anInterruptOfBlockOnWaitsForTheOutcome() throws Exception {
        Promise<String> winner = new Promise<>();
        Loser<String> loser = new Loser<>();
        String[] got = new String[1];
        Thread thread = new Thread(() -> {
            got[0] = BlockOn.blockOn(Futures.race(loser, winner.future()))
                    + Thread.currentThread().isInterrupted();
        });
        thread.start();
        loser.awaitPolled();
        winner.complete("won ");
        loser.awaitCancelled();
        thread.interrupt();
        loser.release();
        thread.join();
        assertThat(got[0]).isIn("won true", "won false"); // the interrupt may come after the outcome
    }

    /** A limit that passes while the loser cleans up takes nothing back. */
    @Test
    void aTimeoutWaitsForTheOutcome() {
        ManualTime time = new ManualTime();
        LocalPool pool = new LocalPool(time);
        Promise<String> winner = new Promise<>();
        Loser<String> loser = new Loser<>();
        Duration limit = Duration.ofSeconds(1);
        JoinHandle<String> task = pool.spawn(Timers.timeout(limit, Futures.race(loser, winner.future())));
        pool.runUntilStalled();
        winner.complete("won");
        pool.runUntilStalled();
        time.advance(limit);
        pool.runUntilStalled();
        loser.release();
        pool.runUntilStalled();
        assertThat(BlockOn.blockOn(task.join())).isEqualTo("won");
        pool.close();
    }

    /** A token that is cancelled while the loser cleans up takes nothing back. */
    @Test
    void aGuardWaitsForTheOutcome() {
        LocalPool pool = new LocalPool();
        Promise<String> winner = new Promise<>();
        Loser<String> loser = new Loser<>();
        CancelToken token = new CancelToken();
        JoinHandle<String> task = pool.spawn(token.guard(Futures.race(loser, winner.future())));
        pool.runUntilStalled();
        winner.complete("won");
        pool.runUntilStalled();
        token.cancel();
        pool.runUntilStalled();
        loser.release();
        pool.runUntilStalled();
        assertThat(BlockOn.blockOn(task.join())).isEqualTo("won");
        pool.close();
    }

    private static final class Wanted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** A race that gives its loser up and, when cancelled, its winner as well. */
    private static final class Forgetful extends RawFuture<String> {

        private final Future<String> winner;
        private final Future<String> loser;
        private @Nullable Object value = PENDING;
        private boolean cancelled;

        Forgetful(Future<String> winner, Future<String> loser) {
            this.winner = winner;
            this.loser = loser;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (value == PENDING && !cancelled) {
                pollAny(loser, cx);
                value = pollAny(winner, cx);
                if (value == PENDING) {
                    return PENDING;
                }
                loser.cancel();
            }
            if (pollAny(loser, cx) == PENDING) {
                return PENDING;
            }
            if (cancelled) {
                throw new CancellationException();
            }
            return value;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            return false;
        }
    }
}
