package pollux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Pollux;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Futures;
import pollux.time.Timers;

/** That code which uses the shared pool, or no executor at all, stays in the simulated world. */
@Timeout(180)
class SharedPoolTest {

    @Test
    void codeThatUsesTheSharedPoolStaysOnTheThreadAndTheClockOfTheWorld() {
        Thread simulation = Thread.currentThread();
        Simulation.explore(200, world -> {
            Set<Thread> threads = new HashSet<>();
            int[] ends = {0};
            Runnable end = () -> {
                threads.add(Thread.currentThread());
                ends[0]++;
            };
            Duration hour = Duration.ofHours(1);
            Pollux.spawn(Timers.sleep(hour).map(over -> run(end)));
            Pollux.pool().spawn(Timers.sleep(hour).map(over -> run(end)));
            Pollux.pool().execute(end);
            Spawner.inline().spawn(Timers.sleep(hour).map(over -> run(end)));
            Spawner.inline().spawn(Futures.yieldNow().map(over -> run(end)));
            Pollux.spawnBlocking(() -> run(end));
            world.run(Futures.defer(
                    () -> Pollux.spawn(Timers.sleep(hour).map(over -> run(end))).join()));
            world.atEnd(() -> {
                assertThat(ends[0]).isEqualTo(7);
                assertThat(threads).containsExactly(simulation);
            });
            return null;
        });
        assertThat(Pollux.pool()).isSameAs(TaskPool.shared());
        assertThat(Pollux.pool().toString()).doesNotContain("simulated");
    }

    private static int run(Runnable code) {
        code.run();
        return 1;
    }
}
