package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.stream.RawStream.PENDING;
import static pollux.stream.Script.END;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code chunks} with a time, {@code debounce}, {@code sample} and {@code timeout}, on a clock that the test moves. */
@Timeout(120)
class TimedStreamsTest {

    private static final Duration TEN = Duration.ofMillis(10);

    private final Script source = new Script();

    /** Wakes the task by the clock alone; a missing timer shows as a missing wake. */
    private static void advance(Driven driven, Duration by) {
        driven.task.wakes();
        driven.task.time.advance(by);
    }

    private static void advanceAndWake(Driven driven, Duration by) {
        advance(driven, by);
        assertThat(driven.task.wakes()).as("woken by the clock").isPositive();
    }

    // ------------------------------------------------------------------ chunks

    @Test
    void anUnfinishedChunkLeavesWhenItsFirstItemHasWaited() {
        Driven driven = new Driven(source.chunks(3, TEN));
        assertThat(driven.ready()).isEmpty();
        advance(driven, Duration.ofDays(1));
        assertThat(driven.task.wakes()).as("there is nothing to wait for").isZero();
        source.add(1);
        assertThat(driven.ready()).isEmpty();
        advance(driven, Duration.ofMillis(6));
        source.add(2);
        assertThat(driven.ready()).isEmpty();
        advanceAndWake(driven, Duration.ofMillis(4));
        assertThat(driven.ready()).containsExactly(List.of(1, 2));
        assertThat(driven.task.time.pendingTimers()).isZero();
    }

    @Test
    void aFullChunkLeavesAtOnceAndTheNextOneHasItsOwnTime() {
        Driven driven = new Driven(source.chunks(2, TEN));
        source.add(1);
        driven.ready();
        advance(driven, Duration.ofMillis(9));
        source.add(2, 3);
        assertThat(driven.ready()).containsExactly(List.of(1, 2));
        advance(driven, Duration.ofMillis(9));
        assertThat(driven.ready()).isEmpty();
        advanceAndWake(driven, Duration.ofMillis(1));
        assertThat(driven.ready()).containsExactly(List.of(3));
    }

    @Test
    void aChunkOfNoTimeHoldsWhatIsAtHand() {
        source.add(1, 2, 3);
        Driven driven = new Driven(source.chunks(10, Duration.ZERO));
        assertThat(driven.ready()).containsExactly(List.of(1, 2, 3));
    }

    @Test
    void aSourceThatSpendsEachPollLeavesTheClockItsTurn() {
        // never pending by itself: the filter spends the whole budget of each poll
        AsyncStream<Integer> busy = AsyncStreams.concat(
                AsyncStreams.of(-1), AsyncStreams.range(0, Integer.MAX_VALUE).filter(i -> false));
        Driven driven = new Driven(busy.chunks(10, TEN));
        assertThat(driven.poll().isPending()).isTrue();
        driven.task.time.advance(TEN);
        assertThat(driven.poll().value()).isEqualTo(List.of(-1));
    }

    // ------------------------------------------------------------------ debounce, sample

    @Test
    void debounceWaitsForQuiet() {
        Driven driven = new Driven(source.debounce(TEN));
        for (int i = 0; i < 5; i++) {
            source.add(i);
            assertThat(driven.ready()).isEmpty();
            advance(driven, Duration.ofMillis(9));
            assertThat(driven.ready()).isEmpty();
        }
        advanceAndWake(driven, Duration.ofMillis(1));
        assertThat(driven.ready()).containsExactly(4);
        advance(driven, Duration.ofDays(1));
        assertThat(driven.ready()).isEmpty();
        source.add(5, END);
        assertThat(driven.ready()).containsExactly(5, END);
    }

    @Test
    void sampleDoesNotWaitForQuiet() {
        Driven driven = new Driven(source.sample(TEN));
        for (int i = 0; i < 4; i++) {
            source.add(i);
            assertThat(driven.ready()).isEmpty();
            if (i < 3) {
                advance(driven, Duration.ofMillis(3));
            }
        }
        advanceAndWake(driven, Duration.ofMillis(1));
        assertThat(driven.ready()).containsExactly(3);
        source.add(4);
        assertThat(driven.ready()).isEmpty();
        advanceAndWake(driven, TEN);
        assertThat(driven.ready()).containsExactly(4);
    }

    @Test
    void sampleOfAnEndlessReadySourceYieldsOncePerPeriod() {
        Driven driven = new Driven(AsyncStreams.range(0, Integer.MAX_VALUE).sample(TEN));
        for (int i = 0; i < 3; i++) {
            assertThat(driven.poll().isPending()).isTrue();
            driven.task.time.advance(TEN);
            assertThat(driven.poll().value()).isInstanceOf(Integer.class);
        }
    }

    static Stream<Function<AsyncStream<Integer>, AsyncStream<?>>> latest() {
        return Stream.of(s -> s.debounce(TEN), s -> s.sample(TEN));
    }

    @ParameterizedTest
    @MethodSource("latest")
    void theLastItemComesBeforeTheFailure(Function<AsyncStream<Integer>, AsyncStream<?>> operator) {
        IOException failure = new IOException("down");
        Driven driven = new Driven(operator.apply(source));
        source.add(1, 2, failure);
        assertThat(driven.ready()).containsExactly(2, failure);
        assertThat(driven.task.time.pendingTimers()).isZero();
    }

    // ------------------------------------------------------------------ timeout

    @Test
    void eachAnswerHasItsOwnTime() {
        Driven driven = new Driven(source.timeout(TEN));
        for (int i = 0; i < 3; i++) {
            assertThat(driven.ready()).isEmpty();
            advance(driven, Duration.ofMillis(9));
            source.add(i);
            assertThat(driven.poll().value()).isEqualTo(i);
            advance(driven, Duration.ofDays(1)); // no item is asked for
        }
        source.cleaningUp(PENDING, END);
        assertThat(driven.ready()).isEmpty();
        advanceAndWake(driven, TEN);
        assertThat(driven.poll().isPending()).as("the clean-up comes first").isTrue();
        assertThat(source.cancels).isOne();
        source.wake();
        assertThat(driven.failure())
                .isExactlyInstanceOf(TimeoutException.class)
                .hasMessageContaining("not ready within PT0.01S");
        assertThat(source.violations).isEmpty();
    }

    @Test
    void anItemInTheLastMomentWins() {
        Driven driven = new Driven(source.timeout(TEN));
        driven.ready();
        driven.task.time.advance(TEN);
        source.add(1, END);
        assertThat(driven.ready()).containsExactly(1, END);
    }

    @Test
    void aSourceThatIsBusyForEverRunsOutOfTime() {
        Driven driven = new Driven(
                AsyncStreams.range(0, Integer.MAX_VALUE).filter(i -> false).timeout(TEN));
        assertThat(driven.poll().isPending()).isTrue();
        driven.task.time.advance(TEN);
        assertThat(driven.ready()).hasExactlyElementsOfTypes(TimeoutException.class);
    }

    // ------------------------------------------------------------------ all of them

    static Stream<Function<AsyncStream<Integer>, AsyncStream<?>>> timed() {
        return Stream.of(
                s -> s.debounce(TEN),
                s -> s.sample(TEN),
                s -> s.chunks(5, TEN),
                s -> s.timeout(TEN),
                s -> s.throttle(TEN));
    }

    @ParameterizedTest
    @MethodSource("timed")
    void cancelWithdrawsTheTimer(Function<AsyncStream<Integer>, AsyncStream<?>> operator) {
        Driven driven = new Driven(operator.apply(source));
        source.add(1);
        driven.ready();
        assertThat(driven.task.time.pendingTimers()).isOne();
        boolean released = driven.stream.cancel();
        assertThat(driven.task.time.pendingTimers()).isZero();
        assertThat(source.cancels).isOne();
        if (!released) { // it holds an item, which the next poll drops
            assertThatThrownBy(driven::ready).isInstanceOf(CancellationException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("timed")
    void theTimerWakesTheTaskWhereItIsNow(Function<AsyncStream<Integer>, AsyncStream<?>> operator) {
        Driven driven = new Driven(operator.apply(source));
        source.add(1);
        driven.ready();
        driven.task.moveToAnotherWaker();
        driven.ready();
        advanceAndWake(driven, TEN);
    }

    @Test
    void aHugeTimeIsAsGoodAsForEver() {
        Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
        for (AsyncStream<?> stream : List.of(
                Script.of(1).debounce(huge),
                Script.of(1).sample(huge),
                Script.of(1).chunks(2, huge))) {
            Driven driven = new Driven(stream);
            assertThat(driven.ready()).isEmpty();
            driven.task.time.advance(Duration.ofDays(36_500));
            assertThat(driven.ready()).isEmpty();
        }
        assertThatThrownBy(() -> source.debounce(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> source.chunks(0, TEN)).isInstanceOf(IllegalArgumentException.class);
    }
}
