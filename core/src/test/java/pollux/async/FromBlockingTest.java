package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/** {@link Async#fromBlocking} on each executor. */
@Timeout(120)
class FromBlockingTest {

    /** Runs a future to its end on one kind of executor. */
    interface Runner {
        <T> T run(Future<T> future);
    }

    static Stream<Runner> runners() {
        return Stream.of(
                new Runner() {
                    @Override
                    public <T> T run(Future<T> future) {
                        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
                            return Pollux.blockOn(pool.spawn(future).join());
                        }
                    }
                },
                new Runner() {
                    @Override
                    public <T> T run(Future<T> future) {
                        try (LocalPool pool = new LocalPool()) {
                            return pool.runUntil(future);
                        }
                    }
                },
                new Runner() {
                    @Override
                    public <T> T run(Future<T> future) {
                        return Pollux.blockOn(future);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("runners")
    void aThreadWaitsForTheValueAndForTheFailure(Runner runner) {
        FutureTask<String> value = new FutureTask<>(() -> "v");
        FutureTask<String> failure = new FutureTask<>(() -> {
            throw new IOException("down");
        });
        Future<String> awaited = Async.fromBlocking(value);
        Future<String> failing = Async.fromBlocking(failure);
        Thread thread = new Thread(() -> {
            value.run();
            failure.run();
        });
        thread.start();
        assertThat(runner.run(awaited)).isEqualTo("v");
        assertThatThrownBy(() -> runner.run(failing)).hasStackTraceContaining("java.io.IOException: down");
    }

    private final Context cx = new Context(Waker.noop(), Services.NONE);

    @Test
    void whatIsDoneNeedsNoThread() {
        FutureTask<String> done = new FutureTask<>(() -> "v");
        done.run();
        assertThat(RawFuture.pollAny(Async.fromBlocking(done), cx)).isEqualTo("v");
        FutureTask<String> failed = new FutureTask<>(() -> {
            throw new IOException("down");
        });
        failed.run();
        Future<String> failing = Async.fromBlocking(failed);
        assertThatThrownBy(() -> failing.poll(cx)).isExactlyInstanceOf(IOException.class);
        assertThatThrownBy(() -> failing.poll(cx)).isInstanceOf(IllegalStateException.class);
        FutureTask<String> cancelled = new FutureTask<>(() -> "v");
        cancelled.cancel(false);
        assertThatThrownBy(() -> Async.fromBlocking(cancelled).poll(cx)).isInstanceOf(CancellationException.class);
    }

    @Test
    void aStageIsNotWaitedForByAThread() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Future<String> future = Async.fromBlocking(stage);
        assertThat(future.poll(cx).isPending()).isTrue();
        stage.complete("v");
        assertThat(future.poll(cx).value()).isEqualTo("v");
    }

    @Test
    void cancelReleasesTheThreadAndLeavesTheFutureAlone() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        FutureTask<String> never = new FutureTask<>(() -> "v") {
            @Override
            public String get() throws InterruptedException {
                waiting.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    released.countDown();
                }
                return "";
            }
        };
        JoinHandle<String> handle = Pollux.spawn(Async.fromBlocking(never));
        waiting.await();
        handle.cancel();
        released.await();
        assertThat(never.isCancelled()).isFalse();
        assertThatThrownBy(() -> Async.fromBlocking(null)).isInstanceOf(NullPointerException.class);
    }
}
