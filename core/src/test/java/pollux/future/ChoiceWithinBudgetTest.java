package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.ByHand;
import pollux.executor.BlockOn;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.CancelToken;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.time.Timers;

/**
 * What decides does not depend on how much budget is left: a part that had no turn, or was pending only because the
 * budget ended inside of it, is not counted as pending.
 */
@Timeout(180)
class ChoiceWithinBudgetTest {

    /** What is left for the first poll. */
    private static final List<Integer> BUDGETS = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 127);

    private record Side(String name, Supplier<Future<String>> future) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Owner(String name, BiFunction<Future<String>, Future<String>, Future<?>> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Side> sides(String name) {
        return List.of(
                new Side(name + ": constant", () -> Futures.ready(name)),
                new Side(name + ": own class", () -> cx -> Poll.ready(name)),
                new Side(name + ": item of a channel", () -> item(name)),
                new Side(name + ": two items of channels", () -> item(name).then(x -> item(name))),
                new Side(name + ": five constants", () -> constants(name, 5)),
                new Side(name + ": promise", () -> {
                    Promise<String> promise = new Promise<>();
                    promise.complete(name);
                    return promise.future();
                }),
                new Side(name + ": stage", () -> Futures.from(CompletableFuture.completedFuture(name))),
                new Side(
                        name + ": join handle",
                        () -> Spawner.inline().spawn(Futures.ready(name)).join()),
                new Side(
                        name + ": joinAll",
                        () -> Futures.joinAll(List.of(item(name), item(name))).map(List::toString)),
                new Side(name + ": timeout", () -> Timers.timeout(Duration.ofHours(1), item(name))),
                new Side(
                        name + ": select",
                        () -> Futures.<String>select()
                                .biased()
                                .on(item(name), x -> x)
                                .on(Futures.ready("inner"), x -> x)),
                new Side(name + ": fold", () -> AsyncStreams.of(1, 2, 3).fold(name, (all, x) -> all + x)),
                new Side(name + ": failure", () -> Futures.failed(new IOException(name))),
                new Side(
                        name + ": late failure",
                        () -> constants(name, 3).then(x -> Futures.failed(new IOException(name)))),
                new Side(name + ": pending", Futures::pending));
    }

    private static Future<String> item(String item) {
        Mpsc<String> channel = Mpsc.unbounded();
        channel.sender().trySend(item);
        return channel.receiver().receive();
    }

    private static Future<String> constants(String name, int steps) {
        return steps == 1 ? Futures.ready(name) : Futures.ready(name).then(x -> constants(name, steps - 1));
    }

    private static Future<String> endless() {
        return Futures.ready("").then(x -> endless());
    }

    private static List<Owner> owners() {
        return List.of(
                new Owner(
                        "select, biased",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(a, x -> "left " + x)
                                .on(b, x -> "right " + x)),
                new Owner(
                        "select",
                        (a, b) ->
                                Futures.<String>select().on(a, x -> "left " + x).on(b, x -> "right " + x)),
                new Owner(
                        "select whose left side is turned down",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .onlyIf(a, x -> false, x -> "left " + x)
                                .on(b, x -> "right " + x)
                                .otherwise(() -> "otherwise")),
                new Owner(
                        "select of three",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(Futures.pending(), x -> "none")
                                .on(a, x -> "left " + x)
                                .on(b, x -> "right " + x)),
                new Owner(
                        "select in a select",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(Futures.<String>select().biased().on(a, x -> "left " + x), x -> x)
                                .on(b, x -> "right " + x)),
                new Owner(
                        "select behind a map",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(a.map(x -> x), x -> "left " + x)
                                .on(b.map(x -> x), x -> "right " + x)
                                .map(x -> x)),
                new Owner("race", (a, b) -> Futures.race(a, b)),
                new Owner("race of many", (a, b) -> Futures.race(List.of(a, Futures.pending(), b, Futures.pending()))),
                new Owner("join", (a, b) -> Futures.join(a, quiet(b), (x, y) -> x + y)),
                new Owner("joinAll", (a, b) -> Futures.joinAll(List.of(a, quiet(b)))),
                new Owner("limit that is over", (a, b) -> Timers.timeout(Duration.ZERO, a)),
                new Owner(
                        "limit that is over, beside another side",
                        (a, b) -> Futures.join(quiet(b), Timers.timeout(Duration.ZERO, a), (x, y) -> x + y)),
                new Owner(
                        "select over a limit",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(Timers.timeout(Duration.ZERO, a), x -> "left " + x)
                                .on(b, x -> "right " + x)),
                new Owner("guard", (a, b) -> new CancelToken().guard(a)),
                new Owner("guard whose token is cancelled", (a, b) -> guardCancelledLater(a)),
                new Owner(
                        "select over a guard whose token is cancelled",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(guardCancelledLater(a), x -> "left " + x)
                                .on(b, x -> "right " + x)),
                new Owner("lock", (a, b) -> new AsyncMutex().withLock(() -> a)),
                new Owner(
                        "buffered",
                        (a, b) -> AsyncStreams.of(a, b).buffered(2, x -> x).toList()),
                new Owner(
                        "first of buffered",
                        (a, b) -> AsyncStreams.of(a, b).buffered(2, x -> x).next()),
                new Owner(
                        "zip",
                        (a, b) -> AsyncStreams.zip(
                                        AsyncStreams.of(1).then(x -> a),
                                        AsyncStreams.of(1).then(x -> b),
                                        (x, y) -> x + y)
                                .next()),
                new Owner(
                        "first of concatMap",
                        (a, b) -> AsyncStreams.of(a, b)
                                .concatMap(x -> AsyncStreams.of(1).then(y -> x))
                                .next()),
                new Owner(
                        "shared",
                        (a, b) -> Futures.<String>select()
                                .biased()
                                .on(a.shared().future(), x -> "left " + x)
                                .on(b, x -> "right " + x)));
    }

    private static Future<String> guardCancelledLater(Future<String> side) {
        CancelToken token = new CancelToken();
        Future<String> guarded = token.guard(side);
        token.cancel();
        return guarded;
    }

    /** A side that does not fail, for owners in which one of two failures is told, whichever comes first. */
    private static Future<String> quiet(Future<String> side) {
        return side.recover(e -> Futures.ready("failed"));
    }

    static Stream<Arguments> ownersAndSides() {
        return owners().stream().flatMap(owner -> sides("left").stream().map(left -> Arguments.of(owner, left)));
    }

    /** Adversarial case 102. */
    @ParameterizedTest(name = "{0} of {1}")
    @MethodSource("ownersAndSides")
    void theOutcomeDoesNotDependOnTheBudget(Owner owner, Side left) {
        for (Side right : sides("right")) {
            for (long seed = 1; seed <= 3; seed++) {
                Object whole = outcome(owner, left, right, Context.BUDGET, seed);
                for (int budget : BUDGETS) {
                    assertThat(outcome(owner, left, right, budget, seed))
                            .as("%s, first poll with a budget of %d, seed %d", right, budget, seed)
                            .isEqualTo(whole);
                }
            }
        }
    }

    /** What the test above would say of a choice that takes a refused branch for one that is not ready. */
    @Test
    void canaryAChoiceThatTakesNoNoticeIsFound() {
        Owner broken = new Owner("broken", (a, b) -> new RawFuture<String>() {
            @Override
            public Object pollRaw(Context cx) {
                Object left = pollAny(a, cx);
                return left != PENDING ? left : pollAny(b, cx);
            }
        });
        Side left = new Side("left", () -> item("left"));
        assertThatThrownBy(() -> theOutcomeDoesNotDependOnTheBudget(broken, left))
                .isInstanceOf(AssertionError.class);
    }

    /** Polls with what is left of a budget, and then with a whole one each time; a failure is an outcome as well. */
    private static Object outcome(Owner owner, Side left, Side right, int budget, long seed) {
        ByHand<?> driven = ByHand.of(owner.of.apply(left.future.get(), right.future.get()));
        driven.context.seed(seed);
        for (int spent = budget; spent < Context.BUDGET; spent++) {
            driven.context.spend();
        }
        try {
            int wakes = driven.wakes;
            Poll<?> answer = driven.future.poll(driven.context);
            for (int polls = 0; answer.isPending() && driven.wakes > wakes && polls < 100; polls++) {
                wakes = driven.wakes;
                answer = driven.answer();
            }
            if (answer.isPending()) {
                assertThat(driven.wakes).as("it is woken for ever").isEqualTo(wakes);
                driven.future.cancel();
                return "pending";
            }
            return String.valueOf(answer.value());
        } catch (Throwable failure) {
            return failure.getClass().getSimpleName()
                    + (failure instanceof TimeoutException ? "" : failure.getMessage());
        }
    }

    // ------------------------------------------------------------------ every branch has its turn

    static Stream<Owner> pollTheirPartsInTurn() {
        return owners().stream()
                .filter(owner -> owner.name.startsWith("select") && !owner.name.contains("map")
                        || owner.name.startsWith("race")
                        || owner.name.startsWith("join"));
    }

    /** Behaviour 42. A constant would answer without budget, where a channel could not. */
    @ParameterizedTest
    @MethodSource("pollTheirPartsInTurn")
    void withoutBudgetNoPartIsPolled(Owner owner) {
        int[] polls = {0};
        Future<String> counted = cx -> {
            polls[0]++;
            return Poll.ready("value");
        };
        ByHand<?> driven = ByHand.of(owner.of.apply(counted, counted));
        while (driven.context.hasBudget()) {
            driven.context.spend();
        }
        assertThat(driven.future.poll(driven.context).isPending()).isTrue();
        assertThat(polls[0]).isZero();
        assertThat(driven.wakes).isPositive();
        assertThat(driven.answer().isReady()).isTrue();
    }

    /** A branch that never ends spends every budget; the one beside it has its turn all the same. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("besideAnEndlessOne")
    void anEndlessBranchKeepsNoOtherFromItsTurn(Owner owner, Side right) {
        ByHand<?> driven = ByHand.of(owner.of.apply(endless(), right.future.get()));
        Poll<?> answer = driven.answer();
        for (int polls = 1; answer.isPending() && polls < 12; polls++) {
            answer = driven.answer();
        }
        assertThat(answer.isReady()).isTrue();
    }

    static Stream<Arguments> besideAnEndlessOne() {
        return owners().stream()
                .filter(owner -> owner.name.startsWith("select")
                                && !owner.name.contains("limit")
                                && !owner.name.contains("token")
                        || owner.name.startsWith("race"))
                .flatMap(owner -> sides("right").stream()
                        .filter(side -> !side.name.endsWith("failure") && !side.name.endsWith("pending"))
                        .map(side -> Arguments.of(owner, side)));
    }

    /** The limit of an endless future passes, wherever the limit stands. */
    @Test
    void theLimitOfAnEndlessFuturePasses() {
        for (Future<?> limited : List.<Future<?>>of(
                Timers.timeout(Duration.ZERO, endless()),
                Futures.race(Timers.timeout(Duration.ZERO, endless()), endless()),
                Futures.<String>select()
                        .biased()
                        .on(endless(), x -> x)
                        .on(endless(), x -> x)
                        .on(Timers.timeout(Duration.ZERO, endless()), x -> x),
                Futures.join(endless(), Timers.timeout(Duration.ZERO, endless()), (x, y) -> x),
                Futures.joinAll(List.of(endless(), Timers.timeout(Duration.ZERO, endless()))))) {
            ByHand<?> driven = ByHand.of(limited);
            assertThatThrownBy(() -> {
                        for (int polls = 0; polls < 20; polls++) {
                            driven.answer();
                        }
                    })
                    .isInstanceOf(TimeoutException.class);
        }
    }

    /** A token that is cancelled before the first poll ends an endless future as a limit does. */
    @Test
    void theTokenOfAnEndlessFutureEndsIt() {
        ByHand<?> driven = ByHand.of(guardCancelledLater(endless()));
        assertThatThrownBy(() -> {
                    for (int polls = 0; polls < 20; polls++) {
                        driven.answer();
                    }
                })
                .isInstanceOf(CancellationException.class);
    }

    /** A wake for a branch in front of the one where the budget ended is not lost. */
    @Test
    void aBranchThatWasPolledBeforeIsPolledAgain() {
        Promise<String> promise = new Promise<>();
        ByHand<String> driven = ByHand.of(Futures.<String>select()
                .biased()
                .on(promise.future(), x -> x)
                .on(endless(), x -> x)
                .on(Futures.pending(), x -> "none"));
        for (int polls = 0; polls < 5; polls++) {
            assertThat(driven.answer().isPending()).isTrue();
        }
        promise.complete("value");
        Poll<String> answer = driven.answer();
        for (int polls = 0; answer.isPending() && polls < 4; polls++) {
            answer = driven.answer();
        }
        assertThat(answer).isEqualTo(Poll.ready("value"));
    }

    /** As a caller sees it: a loop of selects over an item that is there, and a constant for the case that none is. */
    @ParameterizedTest
    @MethodSource("spawners")
    void aBiasedLoopNeverTakesTheSecondBest(String name, Spawner spawner, AutoCloseable end) throws Exception {
        Future<Integer> run = loopOfSelects(0);
        int taken = spawner instanceof LocalPool pool
                ? pool.<Integer>runUntil(run)
                : BlockOn.<Integer>blockOn(spawner.spawn(run).join());
        end.close();
        assertThat(taken).as("turns in which the item was taken").isEqualTo(1000);
    }

    private static Future<Integer> loopOfSelects(int turn) {
        return turn == 1000
                ? Futures.ready(turn)
                : Futures.<Boolean>select()
                        .biased()
                        .on(item("item").then(x -> item(x)), x -> true)
                        .on(Futures.ready("nothing there"), x -> false)
                        .then(item -> item ? loopOfSelects(turn + 1) : Futures.ready(turn));
    }

    static Stream<Arguments> spawners() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        LocalPool local = new LocalPool();
        return Stream.of(
                Arguments.of("TaskPool", pool, (AutoCloseable) pool::close),
                Arguments.of("LocalPool", local, (AutoCloseable) local::close),
                Arguments.of("inline", Spawner.inline(), (AutoCloseable) () -> {}),
                Arguments.of("hosted", Spawner.on(Runnable::run), (AutoCloseable) () -> {}));
    }
}
