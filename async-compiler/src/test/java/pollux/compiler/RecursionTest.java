package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.compiler.conformance.Programs;
import pollux.executor.BlockOn;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;

/**
 * Recursion by await. Alone it is bound by memory; through a combinator by the stack, as docs/await.md says: what goes
 * too deep fails with a StackOverflowError, and nothing hangs.
 */
@Timeout(300)
class RecursionTest {

    /** Far more than any default stack holds. */
    private static final int TOO_DEEP = 1_000_000;

    /** What each combinator can take; the documentation speaks of thousands. */
    private static final int FINE = 500;

    private static final List<String> COMBINATORS = List.of(
            "map", "then", "recover", "timeout", "join", "joinAll", "race", "select", "guard", "lock", "shared");

    @TempDir
    static Path classes;

    private static Class<?> programs;

    @BeforeAll
    static void compile() throws Exception {
        Programs.compile(
                Programs.Way.PROCESSOR, classes, List.of(Path.of("src/test/programs/recursion/Recursion.java")));
        programs = Class.forName("recursion.Recursion", true, Programs.load(classes));
    }

    @SuppressWarnings("unchecked") // every program is declared so
    private static Future<Integer> run(String combinator, int depth) {
        try {
            return (Future<Integer>) programs.getMethod(combinator, int.class).invoke(null, depth);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> rows() {
        return COMBINATORS.stream()
                .flatMap(name ->
                        Stream.of("TaskPool", "LocalPool", "inline", "hosted").map(where -> Arguments.of(name, where)));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("rows")
    void where_it_ends(String combinator, String where) {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        TaskPool pool = TaskPool.builder().workers(1).build();
        LocalPool local = new LocalPool();
        try {
            Spawner spawner = switch (where) {
                case "TaskPool" -> pool;
                case "LocalPool" -> local;
                case "inline" -> Spawner.inline();
                default -> Spawner.on(thread);
            };
            assertThat(ended(spawner, run(combinator, FINE))).isEqualTo(FINE);
            assertThatThrownBy(() -> ended(spawner, run(combinator, TOO_DEEP))).isInstanceOf(StackOverflowError.class);
            assertThat(ended(spawner, run(combinator, FINE)))
                    .as("the executor goes on")
                    .isEqualTo(FINE);
            assertThat(ended(spawner, Futures.ready(7))).isEqualTo(7);
            assertThat(pool.close(Duration.ofSeconds(60))).isTrue();
            local.close();
        } finally {
            thread.shutdownNow();
        }
    }

    @ParameterizedTest
    @MethodSource("plain")
    void recursion_by_await_alone_is_bound_by_memory(String where) {
        try (TaskPool pool = TaskPool.builder().workers(1).build();
                LocalPool local = new LocalPool()) {
            assertThat(ended(where.equals("TaskPool") ? pool : local, run("plain", 100_000)))
                    .isEqualTo(100_000);
        }
    }

    static List<String> plain() {
        return List.of("TaskPool", "LocalPool");
    }

    private static int ended(Spawner spawner, Future<Integer> future) {
        return spawner instanceof LocalPool local
                ? local.<Integer>runUntil(future)
                : BlockOn.<Integer>blockOn(spawner.spawn(future).join());
    }
}
