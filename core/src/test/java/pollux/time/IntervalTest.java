package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;

@Timeout(120)
class IntervalTest {

    private final HandTask task = new HandTask();

    private long millis() {
        return task.time.nanoTime() / 1_000_000;
    }

    /** Takes ticks until the time is over, advancing from timer to timer; each is written number@millis. */
    private List<String> ticksUntil(Interval interval, long millis) {
        List<String> ticks = new ArrayList<>();
        Future<Long> tick = interval.tick();
        while (millis() <= millis) {
            Poll<Long> poll = task.answer(tick);
            if (poll.isReady()) {
                ticks.add(poll.value() + "@" + millis());
                tick = interval.tick();
            } else if (!task.time.advanceToNext()) {
                break;
            }
        }
        tick.cancel();
        return ticks;
    }

    @Test
    void ticksAtOnceAndThenInEveryPeriod() {
        Interval interval = Timers.interval(Duration.ofMillis(300));
        task.time.advance(Duration.ofMillis(7)); // it starts when first asked
        assertThat(ticksUntil(interval, 1000)).containsExactly("0@7", "1@307", "2@607", "3@907");
        assertThat(task.time.pendingTimers()).isZero();
    }

    static Stream<Arguments> missed() {
        return Stream.of(
                Arguments.of(MissedTickBehavior.BURST, List.of("2@950", "3@950", "4@1200", "5@1500")),
                Arguments.of(MissedTickBehavior.DELAY, List.of("2@950", "3@1250", "4@1550")),
                Arguments.of(MissedTickBehavior.SKIP, List.of("2@950", "4@1200", "5@1500")));
    }

    /** Behaviour 57. */
    @ParameterizedTest
    @MethodSource("missed")
    void missedTicks(MissedTickBehavior missed, List<String> expected) {
        Interval interval = Timers.interval(Duration.ofMillis(300), missed);
        assertThat(ticksUntil(interval, 0)).containsExactly("0@0");
        assertThat(ticksUntil(interval, 300)).containsExactly("1@300");
        // the loop above went on to 600; back to the table: nothing was asked between 300 and 950
        assertThat(millis()).isEqualTo(600);
        task.time.advance(Duration.ofMillis(350));
        assertThat(ticksUntil(interval, 1599)).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @MethodSource("all")
    void slightlyLateTicksDoNotShiftTheNext(MissedTickBehavior missed) {
        Interval interval = Timers.interval(Duration.ofMillis(300), missed);
        ticksUntil(interval, 0);
        assertThat(millis()).isEqualTo(300);
        task.time.advance(Duration.ofMillis(5));
        assertThat(ticksUntil(interval, 601)).containsExactly("1@305", "2@600");
    }

    @ParameterizedTest
    @MethodSource("all")
    void withAPeriodOfZeroEveryTickIsDueButTheTaskYields(MissedTickBehavior missed) {
        for (Duration period : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
            Interval interval = Timers.interval(period, missed);
            Context cx = task.context();
            long ticks = 0;
            Poll<Long> poll;
            while ((poll = interval.tick().poll(cx)).isReady()) {
                assertThat(poll.value()).isEqualTo(ticks++);
            }
            assertThat(ticks).isEqualTo(Context.BUDGET);
            task.time.advance(Duration.ofSeconds(1));
            assertThat(task.answer(interval.tick()).value()).isEqualTo(ticks);
        }
    }

    /** Adversarial case 91. */
    @ParameterizedTest
    @MethodSource("all")
    void aHugePeriodTicksOnce(MissedTickBehavior missed) {
        Interval interval = Timers.interval(Duration.ofSeconds(Long.MAX_VALUE), missed);
        assertThat(task.answer(interval.tick()).isReady()).isTrue();
        task.time.advance(Duration.ofDays(36500));
        assertThat(task.answer(interval.tick()).isPending()).isTrue();
    }

    static Stream<MissedTickBehavior> all() {
        return Stream.of(MissedTickBehavior.values());
    }

    @Test
    void aCancelledTickIsNotLost() {
        Interval interval = Timers.interval(Duration.ofMillis(300));
        task.answer(interval.tick());
        Future<Long> given = interval.tick();
        assertThat(task.answer(given).isPending()).isTrue();
        assertThat(given.cancel()).isTrue();
        assertThat(task.time.pendingTimers()).isZero();
        assertThatThrownBy(() -> task.answer(given)).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(ticksUntil(interval, 300)).containsExactly("1@300");
    }

    @Test
    void twoTicksAtOnceAreRefused() {
        Interval interval = Timers.interval(Duration.ofMillis(300));
        task.answer(interval.tick());
        task.answer(interval.tick());
        assertThatThrownBy(() -> task.answer(interval.tick()))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("under way");
    }
}
