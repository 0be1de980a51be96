package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** Tasks that yield take turns: each has its turn once before any has its next one, on each executor with queues. */
@Timeout(60)
class YieldOrderTest {

    private static final int TURNS = 12;

    /** How many elements the ring of a worker holds. */
    private static final int RING = 256;

    /** How the tasks yield. */
    private enum How {
        AS_A_WHOLE,
        IN_PARTS,
        EVERY_OTHER_ONE_IN_PARTS,
        AND_WAKES_ITSELF_EVERY_FIFTH_TURN;

        private boolean isPart(int task) {
            return this == IN_PARTS || this == EVERY_OTHER_ONE_IN_PARTS && task % 2 == 1;
        }
    }

    static Stream<Arguments> rows() {
        return Stream.of("TaskPool", "LocalPool")
                .flatMap(executor -> Stream.of(How.values())
                        .flatMap(how -> IntStream.of(1, 2, 3, 59, 60, 61, 62, 122, 123, 200, 254, 255, 256, 257, 600)
                                .mapToObj(tasks -> Arguments.of(executor, how, tasks))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2} tasks")
    @MethodSource("rows")
    void noTaskIsATurnAhead(String executor, How how, int tasks) throws InterruptedException {
        List<Integer> turns = run(executor, how, tasks);
        assertThat(turns).hasSize(tasks * TURNS);
        if (executor.equals("TaskPool") && tasks > RING) {
            return; // what a full ring spills waits with the work from outside
        }
        if (how == How.AND_WAKES_ITSELF_EVERY_FIFTH_TURN) {
            assertThat(mostAhead(turns, tasks)).as("a wake goes before a yield").isLessThan(TURNS / 2);
            return;
        }
        List<Integer> first = turns.subList(0, tasks);
        assertThat(first).doesNotHaveDuplicates();
        for (int turn = 1; turn < TURNS; turn++) {
            List<Integer> next = turns.subList(turn * tasks, (turn + 1) * tasks);
            assertThat(next).as("turn " + turn).isEqualTo(first);
        }
    }

    /** Returns by how many turns one task was ahead of another, at most. */
    private static int mostAhead(List<Integer> turns, int tasks) {
        int[] had = new int[tasks];
        int most = 0;
        for (int task : turns) {
            had[task]++;
            most = Math.max(most, had[task] - IntStream.of(had).min().orElseThrow());
        }
        return most;
    }

    private static List<Integer> run(String executor, How how, int tasks) throws InterruptedException {
        List<Integer> turns = new ArrayList<>();
        if (executor.equals("LocalPool")) {
            try (LocalPool pool = new LocalPool()) {
                List<JoinHandle<?>> all = spawnAll(pool, how, tasks, turns);
                pool.runUntilStalled();
                assertThat(all).allMatch(JoinHandle::isDone);
            }
        } else {
            try (TaskPool pool = TaskPool.builder().workers(1).lifoSlot(false).build()) {
                // from inside, so that none runs before all are queued
                JoinHandle<List<JoinHandle<?>>> root = pool.spawn(cx -> {
                    List<JoinHandle<?>> all = spawnAll(pool, how, tasks, turns);
                    return Poll.ready(all);
                });
                for (JoinHandle<?> each : BlockOn.blockOn(root.join())) {
                    BlockOn.blockOn(each.join());
                }
            }
        }
        return turns;
    }

    private static List<JoinHandle<?>> spawnAll(Spawner spawner, How how, int tasks, List<Integer> turns) {
        List<JoinHandle<?>> all = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
            all.add(spawner.spawn(new Turns(task, how, turns)));
        }
        return all;
    }

    private static final class Turns extends RawFuture<Void> {

        private final int task;
        private final How how;
        private final List<Integer> turns;
        private int had;
        private @Nullable Waker part;

        Turns(int task, How how, List<Integer> turns) {
            this.task = task;
            this.how = how;
            this.turns = turns;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            turns.add(task);
            if (++had == TURNS) {
                return null;
            }
            if (how.isPart(task)) {
                if (part == null) {
                    part = new PartWaker(cx.waker());
                }
                cx.pollPart(YIELDS, part);
            } else if (how == How.AND_WAKES_ITSELF_EVERY_FIFTH_TURN && had % 5 == 0) {
                cx.waker().wake();
            } else {
                cx.yield();
            }
            return PENDING;
        }
    }

    private record PartWaker(Waker whole) implements Waker {
        @Override
        public void wake() {
            whole.wake();
        }
    }

    private static final RawFuture<Void> YIELDS = new RawFuture<>() {
        @Override
        public Object pollRaw(Context cx) {
            cx.yield();
            return PENDING;
        }
    };
}
