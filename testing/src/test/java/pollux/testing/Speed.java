package pollux.testing;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.time.Timers;

/** How many runs of two short tasks the simulator makes in a second. Runs with {@code -Dtest=Speed} only. */
class Speed {

    private static final int RUNS = 1_000_000;
    private static final int ROUNDS = 5;

    enum Tasks {
        READY,
        YIELD,
        SLEEP;

        Future<?> task() {
            return switch (this) {
                case READY -> Futures.ready(1);
                case YIELD -> Futures.yieldNow();
                case SLEEP -> Timers.sleep(Duration.ofMillis(1));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void isMeasured(Tasks tasks) {
        for (int round = 1; round <= ROUNDS; round++) {
            long begin = System.nanoTime();
            Simulation.explore(RUNS, world -> {
                world.run(tasks.task());
                return tasks.task();
            });
            System.out.printf("%s: %,.0f schedules/s%n", tasks, RUNS * 1e9 / (System.nanoTime() - begin));
        }
    }
}
