package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.compiler.conformance.Programs;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.sync.Promise;
import pollux.time.Timers;

/** Compiled loops whose awaits are all ready give their thread back. */
@Timeout(120)
class ReadyLoopsTest {

    private static final int ENDLESS = 100_000;

    private static final List<String> PROGRAMS = List.of(
            "futures",
            "failures",
            "stages",
            "handles",
            "methods",
            "methodsThatDoNotAwait",
            "inTheTail",
            "items",
            "generated",
            "generatorThatEmitsNothing");

    @TempDir
    static Path classes;

    private static Class<?> programs;

    @BeforeAll
    static void compile() throws Exception {
        Programs.compile(
                Programs.Way.PROCESSOR, classes, List.of(Path.of("src/test/programs/readyloops/ReadyLoops.java")));
        programs = Class.forName("readyloops.ReadyLoops", true, Programs.load(classes));
    }

    @SuppressWarnings("unchecked") // every program is declared so
    private static Future<Integer> run(String program, Runnable turn, Supplier<Future<Integer>> step) {
        try {
            Method method = Arrays.stream(programs.getMethods())
                    .filter(m -> m.getName().equals(program))
                    .findFirst()
                    .orElseThrow();
            return (Future<Integer>) method.invoke(null, turn, step);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private record Step(String name, Supplier<Future<Integer>> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Step> steps() {
        return List.of(
                new Step("constant", () -> Futures.ready(1)),
                new Step("own class", () -> cx -> Poll.ready(1)),
                new Step("chain", () -> Futures.ready(1).map(x -> x).then(Futures::ready)),
                new Step("join", () -> Futures.join(Futures.ready(1), Futures.ready(2), Integer::sum)),
                new Step("select", () -> Futures.<Integer>select().on(Futures.ready(1), x -> x)),
                new Step("timeout", () -> Timers.timeout(Duration.ofHours(1), Futures.ready(1))),
                new Step("promise", () -> {
                    Promise<Integer> promise = new Promise<>();
                    promise.complete(1);
                    return promise.future();
                }));
    }

    static Stream<Arguments> all() {
        return PROGRAMS.stream().flatMap(program -> steps().stream().map(step -> Arguments.of(program, step)));
    }

    static List<String> programs() {
        return PROGRAMS;
    }

    @ParameterizedTest(name = "{0} over {1}")
    @MethodSource("all")
    void a_poll_returns(String program, Step step) {
        int[] turns = {0};
        int[] wakes = {0};
        Waker waker = () -> wakes[0]++;
        Context cx = new Context(waker, Services.NONE);
        Future<Integer> loop = run(program, counting(turns), step.of);
        for (int polls = 1; polls <= 3; polls++) {
            int before = turns[0];
            assertThat(loop.poll(cx).isPending()).isTrue();
            assertThat(turns[0] - before).isBetween(1, 2 * Context.BUDGET);
            assertThat(wakes[0]).isGreaterThanOrEqualTo(polls);
            cx.begin(waker, Services.NONE);
        }
    }

    /** The same loop by a poll that counts nothing, as awaits were compiled before. */
    @Test
    void canary_a_loop_that_counts_nothing_is_caught() {
        int[] turns = {0};
        Runnable turn = counting(turns);
        Future<Integer> broken = cx -> {
            while (RawFuture.pollAny(Futures.ready(1), cx) != RawFuture.PENDING) {
                turn.run();
            }
            return Poll.pending();
        };
        assertThatThrownBy(() -> broken.poll(new Context(Waker.noop(), Services.NONE)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("never gives way");
    }

    private static Runnable counting(int[] turns) {
        return () -> {
            if (++turns[0] > ENDLESS) {
                throw new AssertionError("never gives way");
            }
        };
    }

    @ParameterizedTest
    @MethodSource("programs")
    void timeout_cancel_close_and_siblings_get_their_turn(String program) {
        Supplier<Future<Integer>> endless = () -> run(program, () -> {}, () -> Futures.ready(1));
        LocalPool local = new LocalPool();
        JoinHandle<Integer> hot = local.spawn(endless.get());
        assertThatThrownBy(() -> local.runUntil(Timers.timeout(Duration.ofMillis(1), endless.get())))
                .isInstanceOf(TimeoutException.class);
        assertThat(local.<Integer>runUntil(Futures.ready(7))).isEqualTo(7);
        hot.cancel();
        assertThatThrownBy(() -> local.runUntil(hot.join())).isInstanceOf(CancellationException.class);
        local.spawn(endless.get());
        local.close();

        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            pool.spawn(endless.get());
            JoinHandle<Integer> limited = pool.spawn(Timers.timeout(Duration.ofMillis(1), endless.get()));
            assertThatThrownBy(() -> BlockOn.blockOn(limited.join())).isInstanceOf(TimeoutException.class);
            assertThat(BlockOn.<Integer>blockOn(pool.spawn(Futures.ready(7)).join()))
                    .isEqualTo(7);
        }
    }

    @Test
    void a_block_is_accepted_wherever_a_future_to_run_is(@TempDir Path own) throws Exception {
        Programs.compile(Programs.Way.PROCESSOR, own, List.of(Path.of("src/test/programs/readyloops/Spawned.java")));
        Method all = Class.forName("readyloops.Spawned", true, Programs.load(own))
                .getMethod("all", TaskPool.class, LocalPool.class, Spawner.class);
        try (TaskPool pool = TaskPool.builder().workers(1).build();
                LocalPool local = new LocalPool()) {
            assertThat(all.invoke(null, pool, local, Spawner.inline())).isEqualTo("2134567891022");
        }
    }
}
