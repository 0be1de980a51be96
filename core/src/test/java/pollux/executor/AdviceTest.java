package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.sync.Promise;
import pollux.time.Timers;

/**
 * What the messages of refused calls advise works; and calls that wait do so without holding up those that they wait
 * for.
 */
@Timeout(180)
class AdviceTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("blockOn", (Consumer<TaskPool>)
                        pool -> BlockOn.blockOn(pool.spawn(Futures.ready(1)).join())),
                Arguments.of("close()", (Consumer<TaskPool>) TaskPool::close),
                Arguments.of("close(Duration)", (Consumer<TaskPool>) pool -> pool.close(Duration.ofSeconds(30))),
                Arguments.of("runUntil", (Consumer<TaskPool>) pool -> {
                    try (LocalPool local = new LocalPool()) {
                        local.runUntil(Futures.ready(1));
                    }
                }));
    }

    /** "…or call it from spawnBlocking": refused in a task, and done as advised, by the same code. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsRefusedInATaskWorksFromSpawnBlocking(String name, Consumer<TaskPool> call) {
        TaskPool pool = TaskPool.builder().workers(2).build();
        JoinHandle<String> advice = pool.spawn((Future<String>) cx -> {
            try {
                call.accept(pool);
                return Poll.ready("was not refused");
            } catch (IllegalStateException refusal) {
                return Poll.ready(refusal.getMessage());
            }
        });
        assertThat(BlockOn.blockOn(advice.join())).matches(text -> text.contains("spawn"));
        CompletableFuture<String> done = new CompletableFuture<>();
        pool.spawnBlocking(() -> {
            call.accept(pool);
            return done.complete("done");
        });
        assertThat(done.join()).isEqualTo("done");
        pool.close();
    }

    /** Its own task cannot wait for it: it ends as cancelled, everything else as ever. */
    @Test
    void aPoolIsClosedFromItsOwnBlockingCall() {
        TaskPool pool = TaskPool.builder().workers(2).build();
        JoinHandle<Void> other = pool.spawn(Futures.pending());
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        JoinHandle<Boolean> handle = pool.spawnBlocking(() -> {
            pool.close();
            closed.complete(Thread.currentThread().isInterrupted());
            return true;
        });
        assertThat(closed.join()).isFalse();
        assertThat(other.isCancelled()).isTrue();
        assertThat(pool.liveTasks()).isZero();
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void aLocalPoolIsClosedFromItsOwnBlockingCall() {
        LocalPool pool = new LocalPool();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        pool.spawnBlocking(() -> {
            pool.close();
            return closed.complete(true);
        });
        assertThat(closed.join()).isTrue();
        assertThat(pool.liveTasks()).isZero();
    }

    @Test
    void aPoolIsClosedFromABlockingCallOfAnother() {
        TaskPool one = TaskPool.builder().workers(1).build();
        TaskPool other = TaskPool.builder().workers(1).build();
        assertThat(BlockOn.blockOn(one.spawnBlocking(() -> {
                            other.close();
                            return other.isClosed();
                        })
                        .join()))
                .isTrue();
        one.close();
    }

    // ------------------------------------------------------------------ threads of a ForkJoinPool

    static Stream<Arguments> waits() {
        return Stream.of(
                Arguments.of("blockOn", (Consumer<Promise<Integer>>) promise -> BlockOn.blockOn(promise.future())),
                Arguments.of("runUntil", (Consumer<Promise<Integer>>) promise -> {
                    try (LocalPool local = new LocalPool()) {
                        local.runUntil(promise.future());
                    }
                }),
                Arguments.of("close", (Consumer<Promise<Integer>>) promise -> {
                    TaskPool pool = TaskPool.builder().workers(1).build();
                    pool.spawn(new Stubborn(promise.future()));
                    pool.close();
                }));
    }

    /** Cannot be cancelled before it has ended. */
    private static final class Stubborn implements Future<Integer> {

        private final Future<Integer> future;

        Stubborn(Future<Integer> future) {
            this.future = future;
        }

        @Override
        public Poll<Integer> poll(pollux.future.Context cx) {
            return future.poll(cx);
        }

        @Override
        public boolean cancel() {
            return false;
        }
    }

    /** With one thread that does not tell its pool that it waits, what it waits for would never run. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("waits")
    void aForkJoinThreadThatWaitsIsReplaced(String name, Consumer<Promise<Integer>> wait) {
        ForkJoinPool host = new ForkJoinPool(1);
        Promise<Integer> promise = new Promise<>();
        CompletableFuture<Void> waited = new CompletableFuture<>();
        host.execute(() -> {
            host.execute(() -> promise.complete(1));
            wait.accept(promise);
            waited.complete(null);
        });
        waited.join();
        host.shutdown();
    }

    @Test
    void waitingInsideAPollStaysRefused() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        try (pool) {
            assertThatThrownBy(() -> BlockOn.blockOn(pool.spawn((Future<Void>) cx -> {
                                BlockOn.blockOn(Timers.sleep(Duration.ofMillis(1)));
                                return Poll.ready(null);
                            })
                            .join()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("spawnBlocking");
        }
    }
}
