package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.ByHand;
import pollux.doubles.HandFuture;

/** What join, joinAll, race and select have in common: they own their parts and see them through. */
@Timeout(120)
class OwnerTest {

    static Stream<Arguments> owners() {
        return Stream.<Arguments>of(
                owner("join", (a, b) -> Futures.join(a, b, Integer::sum)),
                owner("joinAll", (a, b) -> Futures.joinAll(List.of(a, b)).map(list -> 0)),
                owner("race", (a, b) -> Futures.race(a, b)),
                owner(
                        "select",
                        (a, b) -> Futures.<Integer>select()
                                .on(a, x -> x)
                                .on(b, x -> x)
                                .biased()));
    }

    private static Arguments owner(
            String name, BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> constructor) {
        return Arguments.of(org.junit.jupiter.api.Named.of(name, constructor));
    }

    @ParameterizedTest
    @MethodSource("owners")
    void cancelReachesEveryPart(BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> constructor) {
        HandFuture<Integer> a = new HandFuture<>();
        HandFuture<Integer> b = new HandFuture<>();
        Future<Integer> owner = constructor.apply(a, b);
        ByHand.of(owner).answer();
        assertThat(owner.cancel()).isTrue();
        assertThat(List.of(a.cancels, b.cancels)).containsExactly(1, 1);
    }

    @ParameterizedTest
    @MethodSource("owners")
    void cancelBeforeTheFirstPollReachesEveryPart(
            BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> constructor) {
        HandFuture<Integer> a = new HandFuture<>();
        HandFuture<Integer> b = new HandFuture<>();
        assertThat(constructor.apply(a, b).cancel()).isTrue();
        assertThat(List.of(a.polls, b.polls, a.cancels, b.cancels)).containsExactly(0, 0, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("owners")
    void cancelSeesSuspendedCleanUpThrough(BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> constructor) {
        HandFuture<Integer> a = new HandFuture<Integer>().withSuspendedCleanUp();
        HandFuture<Integer> b = new HandFuture<>();
        Future<Integer> owner = constructor.apply(a, b);
        ByHand<Integer> driven = ByHand.of(owner);
        driven.answer();
        assertThat(owner.cancel()).isFalse();
        assertThat(driven.answer().isPending()).isTrue();
        int before = driven.wakes;
        a.ready(1);
        assertThat(driven.wakes).isGreaterThan(before);
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
    }

    @ParameterizedTest
    @MethodSource("owners")
    void aFailureCancelsTheOthersAndWaitsForThem(
            BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> constructor) {
        HandFuture<Integer> a = new HandFuture<>();
        HandFuture<Integer> b = new HandFuture<Integer>().withSuspendedCleanUp();
        ByHand<Integer> driven = ByHand.of(constructor.apply(a, b));
        driven.answer();
        IOException failure = new IOException("down");
        a.fail(failure);
        assertThat(driven.answer().isPending()).isTrue();
        assertThat(b.cancels).isOne();
        b.ready(1);
        assertThat(driven.failure()).isSameAs(failure);
    }

    @ParameterizedTest
    @MethodSource("owners")
    void pollAfterTheEndIsAnError(BiFunction<Future<Integer>, Future<Integer>, Future<Integer>> constructor) {
        ByHand<Integer> driven = ByHand.of(constructor.apply(Futures.ready(1), Futures.ready(2)));
        driven.answer();
        assertThatThrownBy(driven::poll).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void joinRotatesItsFirstPoll() { // behaviour 45
        List<Integer> order = new ArrayList<>();
        Future<Integer> join = Futures.join(
                selfYielding(1, order), selfYielding(2, order), selfYielding(3, order), (a, b, c) -> a + b + c);
        ByHand<Integer> driven = ByHand.of(join);
        for (int round = 0; round < 4; round++) {
            assertThat(driven.answer().isPending()).isTrue();
        }
        assertThat(order).containsExactly(1, 2, 3, 2, 3, 1, 3, 1, 2, 1, 2, 3);
    }

    private static Future<Integer> selfYielding(int number, List<Integer> order) {
        return cx -> {
            order.add(number);
            cx.yield();
            return Poll.pending();
        };
    }

    static Stream<Arguments> joins() {
        return Stream.of(
                Arguments.of("12", Futures.join(ready(1), ready(2), (a, b) -> "" + a + b)),
                Arguments.of("123", Futures.join(ready(1), ready(2), ready(3), (a, b, c) -> "" + a + b + c)),
                Arguments.of(
                        "1234",
                        Futures.join(ready(1), ready(2), ready(3), ready(4), (a, b, c, d) -> "" + a + b + c + d)),
                Arguments.of(
                        "12345",
                        Futures.join(
                                ready(1),
                                ready(2),
                                ready(3),
                                ready(4),
                                ready(5),
                                (a, b, c, d, e) -> "" + a + b + c + d + e)));
    }

    private static Future<Integer> ready(int value) {
        return Futures.ready(value);
    }

    @ParameterizedTest
    @MethodSource("joins")
    void joinCombinesInOrder(String expected, Future<String> join) {
        assertThat(ByHand.of(join).value()).isEqualTo(expected);
    }

    @Test
    void joinNamesThePartThatIsNull() {
        assertThatThrownBy(() -> Futures.join(ready(1), null, (a, b) -> a))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("part 2 of the join");
    }

    @Test
    void joinAllOfNothingIsReady() {
        assertThat(ByHand.of(Futures.joinAll(List.of())).value()).isEmpty();
    }

    @Test
    void raceOfNothingIsRefused() {
        assertThatThrownBy(() -> Futures.race(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void selectCancelsLosersBeforeTheHandlerRuns() {
        HandFuture<Integer> loser = new HandFuture<Integer>().withSuspendedCleanUp();
        HandFuture<Integer> winner = new HandFuture<>();
        int[] cancelsSeen = {-1};
        ByHand<Integer> driven =
                ByHand.of(Futures.<Integer>select().on(loser, x -> x).on(winner, x -> cancelsSeen[0] = loser.cancels));
        winner.ready(1);
        assertThat(driven.answer().isPending()).isTrue();
        assertThat(cancelsSeen[0]).isEqualTo(-1);
        loser.ready(0);
        assertThat(driven.value()).isOne();
    }

    @Test
    void selectGoesOnWithoutABranchThatIsTurnedDown() { // behaviour 47
        HandFuture<Integer> other = new HandFuture<>();
        ByHand<String> driven = ByHand.of(Futures.<String>select()
                .onlyIf(Futures.ready(1), x -> x > 1, x -> "first")
                .on(other, x -> "second"));
        assertThat(driven.answer().isPending()).isTrue();
        other.ready(2);
        assertThat(driven.value()).isEqualTo("second");
    }

    /** Behaviour 47. */
    @Test
    void selectWithoutAnyBranchLeftFails() {
        ByHand<String> driven = ByHand.of(Futures.<String>select().onlyIf(Futures.ready(1), x -> false, x -> "first"));
        assertThatThrownBy(driven::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("otherwise");
    }

    @Test
    void selectWithoutAnyBranchLeftUsesOtherwise() {
        ByHand<String> driven = ByHand.of(Futures.<String>select()
                .onlyIf(Futures.ready(1), x -> false, x -> "first")
                .otherwise(() -> "none"));
        assertThat(driven.value()).isEqualTo("none");
    }

    @Test
    void selectIsFairAndItsSeedReplays() {
        assertThat(winners(7)).isEqualTo(winners(7)).contains("a", "b", "c");
    }

    private static List<String> winners(long seed) {
        List<String> winners = new ArrayList<>();
        Context context = new Context(Waker.noop(), Services.NONE);
        context.seed(seed);
        for (int i = 0; i < 60; i++) {
            Future<String> race = Futures.race(Futures.ready("a"), Futures.ready("b"), Futures.ready("c"));
            winners.add(race.poll(context).value());
        }
        return winners;
    }

    @Test
    void biasedSelectPrefersTheFirst() {
        for (int i = 0; i < 20; i++) {
            Future<String> select = Futures.<String>select()
                    .on(Futures.ready("a"), x -> x)
                    .on(Futures.ready("b"), x -> x)
                    .biased();
            assertThat(ByHand.of(select).value()).isEqualTo("a");
        }
    }
}
