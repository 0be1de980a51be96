package pollux.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.EndOfStack;
import pollux.doubles.EndOfStack.DeepLock;
import pollux.future.Waker;

/** Timers that are registered and cancelled where the stack ends: the lock is free afterwards. */
@Timeout(120)
class EndOfStackTest {

    private static final int ROUNDS = 50;

    private static Arguments row(String name, int frames, Function<DeepLock, TimerService> timers) {
        return Arguments.of(name, frames, timers);
    }

    static Stream<Arguments> services() {
        return Stream.of(
                row("TimerThread", TimerThread.LOCKED_FRAMES, lock -> new TimerThread(Duration.ofSeconds(5), lock)),
                row("ManualTime", ManualTime.LOCKED_FRAMES, lock -> new ManualTime(0, lock)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("services")
    void aRegistrationLeavesTheLockFree(String name, int frames, Function<DeepLock, TimerService> made)
            throws InterruptedException {
        DeepLock lock = new DeepLock(frames / 2);
        TimerService timers = made.apply(lock);
        int ends = EndOfStack.reach(ROUNDS, () -> timers.register(far(timers), Waker.noop()));
        assertThat(ends).isGreaterThan(ROUNDS);
        assertThat(lock.isFree()).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("services")
    void soDoesACancellation(String name, int frames, Function<DeepLock, TimerService> made)
            throws InterruptedException {
        DeepLock lock = new DeepLock(frames / 2);
        TimerService timers = made.apply(lock);
        TimerService.Registration registration = timers.register(far(timers), Waker.noop());
        int ends = EndOfStack.reach(ROUNDS, registration::cancel);
        assertThat(ends).isGreaterThan(ROUNDS);
        assertThat(lock.isFree()).isTrue();
    }

    private static long far(TimerService timers) {
        return timers.timeSource().nanoTime() + Long.MAX_VALUE / 4;
    }
}
