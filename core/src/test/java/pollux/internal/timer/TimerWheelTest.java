package pollux.internal.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a wheel that is stuck cannot be interrupted
class TimerWheelTest {

    private static final long MILLI = 1_000_000;

    /** A name, and for the model what is expected of it. */
    private static final class Timer extends TimerWheel.Entry {
        final int number;

        Timer(int number, long deadline) {
            super(deadline);
            this.number = number;
        }

        @Override
        public String toString() {
            return number + "@" + deadline();
        }
    }

    static long[] starts() {
        return new long[] {0, 123_456_789L, -5, Long.MAX_VALUE, Long.MAX_VALUE - 3 * MILLI, Long.MIN_VALUE};
    }

    @ParameterizedTest
    @MethodSource("starts")
    void firesAtTheFirstWholeMillisecondAndNotBefore(long start) {
        for (long delay : new long[] {
            1,
            MILLI - 1,
            MILLI,
            MILLI + 1,
            63 * MILLI,
            64 * MILLI,
            65 * MILLI,
            4096 * MILLI,
            262_144 * MILLI,
            (1L << 24) * MILLI,
            (1L << 30) * MILLI,
            ((1L << 36) - 1) * MILLI,
            (1L << 36) * MILLI,
            ((1L << 36) + 1) * MILLI,
            5 * (1L << 36) * MILLI + 7,
            Long.MAX_VALUE / 2
        }) {
            TimerWheel wheel = new TimerWheel(start);
            Timer timer = new Timer(1, start + delay);
            wheel.add(timer);
            long whole = (delay + MILLI - 1) / MILLI * MILLI;
            assertThat(expired(wheel, start + whole - 1))
                    .as("just before %s", delay)
                    .isEmpty();
            assertThat(wheel.nextDeadline() - (start + whole))
                    .as("next of %s", delay)
                    .isLessThanOrEqualTo(0);
            assertThat(expired(wheel, start + whole)).as("at %s", delay).containsExactly(timer);
            assertThat(wheel.isEmpty()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, -MILLI, Long.MIN_VALUE / 2})
    void pastDeadlinesAreDueAtOnce(long ahead) {
        TimerWheel wheel = new TimerWheel(1000);
        Timer timer = new Timer(1, 1000 + ahead);
        wheel.add(timer);
        assertThat(wheel.nextDeadline()).isEqualTo(1000);
        assertThat(expired(wheel, 1000)).containsExactly(timer);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void agreesWithASortedList(long seed) {
        Random random = new Random(seed);
        long now = starts()[(int) (seed % starts().length)];
        TimerWheel wheel = new TimerWheel(now);
        List<Timer> model = new ArrayList<>();
        int numbers = 0;
        for (int round = 0; round < 3_000; round++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    Timer timer = new Timer(numbers++, now + delay(random));
                    wheel.add(timer);
                    model.add(timer);
                }
                case 2 -> {
                    if (!model.isEmpty()) {
                        Timer removed = model.remove(random.nextInt(model.size()));
                        assertThat(wheel.remove(removed)).isTrue();
                        assertThat(wheel.remove(removed)).isFalse();
                    }
                }
                default -> {
                    now += random.nextBoolean() && !wheel.isEmpty()
                            ? Math.max(0, wheel.nextDeadline() - now)
                            : delay(random) & Long.MAX_VALUE;
                    checkExpired(wheel, model, now);
                }
            }
            assertThat(wheel.size()).isEqualTo(model.size());
        }
        while (!wheel.isEmpty()) {
            long next = wheel.nextDeadline();
            assertThat(next - now).as("progress").isGreaterThan(0);
            now = next;
            checkExpired(wheel, model, now);
        }
        assertThat(model).isEmpty();
    }

    /** Whole and broken milliseconds over all levels, and some beyond them. */
    private static long delay(Random random) {
        long millis = 1L << random.nextInt(39);
        long nanos = millis * MILLI + random.nextLong() % (millis * MILLI);
        return random.nextBoolean() ? nanos : nanos / MILLI * MILLI;
    }

    private static void checkExpired(TimerWheel wheel, List<Timer> model, long now) {
        long at = now;
        List<Timer> due = new ArrayList<>(model);
        due.removeIf(timer -> timer.deadline() - at > 0);
        List<Timer> expired = expired(wheel, now);
        // the wheel's own millisecond may not have come yet for a deadline less than one ago
        due.removeIf(timer -> at - timer.deadline() < MILLI && !expired.contains(timer));
        assertThat(expired).containsExactlyInAnyOrderElementsOf(due);
        for (int i = 1; i < expired.size(); i++) {
            long step = expired.get(i).deadline() - expired.get(i - 1).deadline();
            assertThat(step).as("order of %s", expired).isGreaterThan(-MILLI);
        }
        model.removeAll(expired);
    }

    @Test
    void oneTickFiresInTheOrderOfAddingWhateverTheLevel() {
        TimerWheel wheel = new TimerWheel(0);
        List<Timer> timers = new ArrayList<>();
        long deadline = 300_000 * MILLI;
        for (int i = 0; i < 6; i++) {
            Timer timer = new Timer(i, deadline);
            timers.add(timer);
            wheel.add(timer);
            expired(wheel, deadline - (1L << (5 - i) * 3) * MILLI);
        }
        assertThat(expired(wheel, deadline)).containsExactlyElementsOf(timers);
    }

    @Test
    void aFullBatchLeavesTheRestForTheNextCall() {
        TimerWheel wheel = new TimerWheel(0);
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            Timer timer = new Timer(i, i / 10 * MILLI);
            timers.add(timer);
            wheel.add(timer);
        }
        TimerWheel.Entry[] batch = new TimerWheel.Entry[TimerWheel.BATCH];
        assertThat(wheel.advance(100 * MILLI, batch)).isEqualTo(32);
        assertThat(batch).containsExactly(timers.subList(0, 32).toArray(TimerWheel.Entry[]::new));
        assertThat(timers.get(0).isFiled()).isFalse();
        assertThat(wheel.nextDeadline()).isLessThanOrEqualTo(100 * MILLI);
        // one that is due but not handed out can still be taken out
        assertThat(wheel.remove(timers.get(33))).isTrue();
        assertThat(wheel.advance(100 * MILLI, batch)).isEqualTo(32);
        assertThat(wheel.advance(100 * MILLI, batch)).isEqualTo(5);
        assertThat(wheel.isEmpty()).isTrue();
    }

    @Test
    void aClockThatStepsBackIsIgnored() {
        TimerWheel wheel = new TimerWheel(0);
        Timer timer = new Timer(1, 10 * MILLI);
        wheel.add(timer);
        expired(wheel, 9 * MILLI);
        assertThat(expired(wheel, -86_400_000 * MILLI)).isEmpty();
        assertThat(expired(wheel, 9 * MILLI)).isEmpty();
        assertThat(expired(wheel, 10 * MILLI)).containsExactly(timer);
    }

    @Test
    void farEntriesCostFewSteps() {
        TimerWheel wheel = new TimerWheel(0);
        wheel.add(new Timer(1, (1L << 36) * MILLI - 1));
        int steps = 0;
        while (!wheel.isEmpty()) {
            expired(wheel, wheel.nextDeadline());
            steps++;
        }
        assertThat(steps).isLessThanOrEqualTo(6);
    }

    @Test
    void anEntryCanBeUsedAgainButNotTwiceAtOnce() {
        TimerWheel wheel = new TimerWheel(0);
        Timer timer = new Timer(1, 6 * MILLI);
        wheel.add(timer);
        assertThatThrownBy(() -> wheel.add(timer))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("remove()");
        wheel.remove(timer);
        wheel.add(timer);
        assertThat(expired(wheel, 5 * MILLI)).isEmpty();
        assertThat(expired(wheel, 6 * MILLI)).containsExactly(timer);
    }

    @Test
    void anEmptyWheelHasNoNextDeadline() {
        TimerWheel wheel = new TimerWheel(0);
        assertThat(expired(wheel, Long.MAX_VALUE)).isEmpty();
        assertThatThrownBy(wheel::nextDeadline).isInstanceOf(NoSuchElementException.class);
    }

    private static List<Timer> expired(TimerWheel wheel, long now) {
        List<Timer> expired = new ArrayList<>();
        TimerWheel.Entry[] batch = new TimerWheel.Entry[3];
        int count;
        do {
            count = wheel.advance(now, batch);
            for (int i = 0; i < count; i++) {
                expired.add((Timer) batch[i]);
            }
        } while (count == batch.length);
        return expired;
    }
}
