package pollux.testing.scenarios;

import static pollux.testing.scenarios.Trial.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import pollux.executor.JoinHandle;
import pollux.future.Context;
import pollux.future.DropHook;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.CancelToken;
import pollux.testing.Scenario;
import pollux.time.Timers;

/**
 * Owners that are cancelled at any moment. What the winner has decided is delivered, also if the cancellation comes
 * while the loser cleans up; and a clean-up that fails is reported once.
 */
final class Endings {

    private Endings() {}

    /** Makes an owner of a future that ends, and of one that never does and whose clean-up is suspended. */
    private interface Owner extends BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> {}

    /** Owners that a value decides, and a failure. */
    private static final List<Named<Owner>> OWNERS = List.of(
            owner("race", (w, l) -> Futures.race(l, w)),
            owner("select", (w, l) -> Futures.<Integer>select().on(l, x -> x).on(w, x -> x)),
            owner("race of a race", (w, l) -> Futures.race(Futures.pending(), Futures.race(l, w))),
            owner(
                    "race and then",
                    (w, l) ->
                            Futures.race(l, w).map(x -> x).then(Futures::ready).recover(Futures::failed)),
            owner("race within a timeout", (w, l) -> Timers.timeout(Duration.ofHours(1), Futures.race(l, w))),
            owner("guarded race", (w, l) -> new CancelToken().guard(Futures.race(l, w))),
            owner("shared race", (w, l) -> Futures.race(l, w).shared().future()),
            owner(
                    "race in joinAll",
                    (w, l) -> Futures.joinAll(List.of(Futures.race(l, w))).map(all -> all.get(0))),
            owner("take", (w, l) -> one(two(w, l).take(1))),
            owner(
                    "bufferedUnordered",
                    (w, l) -> one(AsyncStreams.of(0, 1)
                            .bufferedUnordered(2, i -> i == 0 ? l : w)
                            .take(1))),
            owner(
                    "zip of races",
                    (w, l) -> one(
                            AsyncStreams.zip(AsyncStreams.once(Futures.race(l, w)), AsyncStreams.of(1), (x, i) -> x))),
            owner(
                    "scope",
                    (w, l) -> TaskScope.scoped(scope -> {
                        scope.fork(l);
                        return w.map(x -> {
                            scope.cancelChildren();
                            return x;
                        });
                    })),
            owner(
                    "JoinSet in a scope",
                    (w, l) -> TaskScope.supervised(scope -> {
                        JoinSet<Integer> set = new JoinSet<>(scope.spawner());
                        set.spawn(l);
                        return Futures.race(w, set.firstSuccess());
                    })));

    /** Owners that only a failure decides. */
    private static final List<Named<Owner>> FAILING = List.of(
            owner("join", (w, l) -> Futures.join(w, l, Integer::sum)),
            owner("joinAll", (w, l) -> Futures.<Integer>joinAll(List.of(l, w)).map(all -> all.get(0))),
            owner("merge", (w, l) -> one(two(w, l))));

    static final List<Named<Scenario>> ALL = Stream.of(
                    OWNERS.stream().map(o -> cancelled("cancel during the losers' clean-up", o, false)),
                    FAILING.stream().map(o -> cancelled("cancel during the losers' clean-up", o, false)),
                    OWNERS.stream().map(o -> cancelled("failing clean-up", o, true)),
                    FAILING.stream().map(o -> cancelled("failing clean-up", o, true)))
            .flatMap(row -> row)
            .toList();

    static final List<Named<Scenario>> CANARIES = List.of(
            cancelled(
                    "cancel during the losers' clean-up",
                    owner("an owner that forgets its decision", (w, l) -> new Careless(w, l, true, 1)),
                    false),
            cancelled(
                    "failing clean-up",
                    owner("an owner that reports nothing", (w, l) -> new Careless(w, l, false, 0)),
                    true),
            cancelled(
                    "failing clean-up",
                    owner("an owner that reports twice", (w, l) -> new Careless(w, l, false, 2)),
                    true));

    /** What {@link Careless} does if it is careful; it must pass, so that each canary is found for what it says. */
    static final Named<Scenario> CAREFUL =
            cancelled("both", owner("the canaries' owner, unbroken", (w, l) -> new Careless(w, l, false, 1)), true);

    private static Named<Owner> owner(String name, Owner made) {
        return Named.of(name, made);
    }

    private static AsyncStream<Integer> two(Future<Integer> w, Future<Integer> l) {
        return AsyncStreams.merge(AsyncStreams.once(w), AsyncStreams.once(l));
    }

    private static Future<Integer> one(AsyncStream<Integer> stream) {
        return stream.toList().map(items -> items.get(0));
    }

    private static Named<Scenario> cancelled(String name, Named<Owner> owner, boolean cleanUpFails) {
        boolean onlyFailures = FAILING.contains(owner);
        return scenario(name + ": " + owner.getName(), t -> {
            List<Throwable> dropped = new ArrayList<>();
            Future<Integer> made = Futures.defer(
                    () -> { // a task that was never polled has nothing to decide
                        Probe winner = onlyFailures ? t.refused() : t.flaky(1);
                        Probe loser = t.loser(cleanUpFails);
                        Outcome outcome = new Outcome(owner.getPayload().apply(winner, loser));
                        t.atEnd(() -> check(t, winner, loser, outcome, dropped));
                        return t.owner(outcome);
                    });
            JoinHandle<Integer> task =
                    t.world.spawn(made.recover(Endings::ifRefused), Services.NONE.with(DropHook.KEY, hook(dropped)));
            t.task(Futures.yieldNow().map(x -> {
                task.cancel();
                return null;
            }));
        });
    }

    private static void check(Trial t, Probe winner, Probe loser, Outcome outcome, List<Throwable> dropped) {
        boolean limitPassed =
                outcome.answer instanceof TimeoutException; // another decision, which a rough world brings about
        if (winner.answer() != null && !outcome.isInjected() && !limitPassed) {
            t.mustBe(winner.answer(), outcome.answer);
        }
        for (Throwable failure : loser.cleanUpFailures()) {
            t.mustBe(1L, dropped.stream().filter(d -> d == failure).count());
        }
        t.must(
                dropped.stream().noneMatch(d -> d instanceof CancellationException),
                "a cancellation was reported as a failure");
    }

    private static DropHook hook(List<Throwable> dropped) {
        return new DropHook() {
            @Override
            public void droppedError(Throwable error) {
                dropped.add(error);
            }

            @Override
            public void droppedValue(Object value) {}
        };
    }

    private static Future<Integer> ifRefused(Throwable failure) {
        return failure instanceof Refused || failure instanceof TimeoutException
                ? Futures.ready(null)
                : Futures.failed(failure);
    }

    /** Keeps what a future has ended with: its value, or what it has thrown. */
    private static final class Outcome extends RawFuture<Integer> {

        private final Future<Integer> future;
        private @Nullable Object answer;

        Outcome(Future<Integer> future) {
            this.future = future;
        }

        boolean isInjected() {
            return answer instanceof Throwable failure
                    && String.valueOf(failure.getMessage()).startsWith("injected");
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            try {
                Object now = pollAny(future, cx);
                if (now != PENDING) {
                    answer = now;
                }
                return now;
            } catch (Throwable failure) {
                answer = failure;
                throw failure;
            }
        }

        @Override
        public boolean cancel() {
            return future.cancel();
        }

        @Override
        public boolean hasDecided() {
            return hasDecided(future);
        }
    }

    /**
     * A race of two, written by hand, which forgets its decision when it is cancelled, and reports as often as it is
     * told.
     */
    private static final class Careless extends RawFuture<Integer> {

        private final Future<Integer> winner;
        private final Future<Integer> loser;
        private final boolean forgets;
        private final int reports;
        private @Nullable Object decided = PENDING;
        private @Nullable Throwable failure;
        private boolean cancelled;
        private boolean lost;

        Careless(Future<Integer> winner, Future<Integer> loser, boolean forgets, int reports) {
            this.winner = winner;
            this.loser = loser;
            this.forgets = forgets;
            this.reports = reports;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (!lost) {
                pollAny(loser, cx);
                try {
                    decided = pollAny(winner, cx);
                } catch (Throwable thrown) {
                    decided = null;
                    failure = thrown;
                }
                if (decided == PENDING) {
                    return PENDING;
                }
                lost = true;
                loser.cancel();
            }
            try {
                if (pollAny(loser, cx) == PENDING) {
                    return PENDING;
                }
            } catch (CancellationException cleanedUp) {
                // the answer to the cancellation
            } catch (Throwable thrown) {
                for (int i = 0; i < reports; i++) {
                    Failures.drop(cx.services(), "the clean-up failed", thrown);
                }
            }
            if (decided == PENDING || cancelled && forgets) {
                throw new CancellationException();
            }
            if (failure != null) {
                throw Failures.rethrow(failure);
            }
            return decided;
        }

        @Override
        public boolean cancel() {
            cancelled = true;
            if (!lost) {
                lost = true;
                winner.cancel();
                loser.cancel();
            }
            return false;
        }

        @Override
        public boolean hasDecided() {
            return !forgets && decided != PENDING;
        }
    }
}
