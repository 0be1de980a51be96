package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.debug.Dump;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Waker;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Promise;
import pollux.time.Timers;

/** A future of the user that answers pending and has asked for no waker. */
@Timeout(180)
class ForgottenWakerTest {

    /** Forgets its waker, from some poll on. */
    private static final class Forgetful implements Future<Object> {
        private final AtomicReference<Waker> kept = new AtomicReference<>();
        private final int good;
        private int polls;

        Forgetful(int good) {
            this.good = good;
        }

        @Override
        public Poll<Object> poll(Context cx) {
            if (polls++ < good) {
                kept.set(cx.waker());
            }
            return Poll.pending();
        }

        void wake() {
            kept.get().wake();
        }
    }

    private static TaskPool pool(boolean traced) {
        return TaskPool.builder().workers(1).traced(traced).build();
    }

    /** Returns when the pool has polled what was queued before. */
    private static void settle(TaskPool pool) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        pool.spawn(Futures.yieldNow().map(none -> {
            done.countDown();
            return none;
        }));
        done.await();
    }

    static Stream<Arguments> shapes() {
        return Stream.of(
                Arguments.of("alone", new Forgetful(0), true),
                Arguments.of("mapped", new Forgetful(0).map(x -> x), true),
                Arguments.of(
                        "joined", Futures.joinAll(List.of(new Forgetful(0), new Forgetful(0))), false), // the join has
                Arguments.of("after a good await", Futures.yieldNow().then(none -> new Forgetful(0)), true),
                Arguments.of("with a timer", Timers.timeout(Duration.ofHours(1), new Forgetful(0)), false),
                Arguments.of("with a good one", new Forgetful(1), false),
                Arguments.of("a sleep", Timers.sleep(Duration.ofHours(1)), false),
                Arguments.of("a stage", Futures.from(new CompletableFuture<>()), false),
                Arguments.of("a promise", new Promise<>().future(), false),
                Arguments.of("a channel", Mpsc.bounded(1).receiver().receive(), false),
                Arguments.of("a notification", new Notify().notified(), false));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void isStuckWhereNothingElseCanWakeTheTask(String name, Future<?> future, boolean stuck) throws Exception {
        try (TaskPool pool = pool(true)) {
            JoinHandle<?> task = pool.spawn(future);
            settle(pool);
            Dump dump = pool.dump();
            assertThat(dump.stuck()).as(name + "\n" + dump).isEqualTo(stuck ? List.of(task.id()) : List.of());
            assertThat(dump.toString().contains("its last poll kept no waker")).isEqualTo(stuck);
            task.cancel();
        }
    }

    @Test
    void theSecondPollMayForgetItToo() throws Exception {
        try (TaskPool pool = pool(true)) {
            Forgetful future = new Forgetful(1);
            JoinHandle<?> task = pool.spawn(future);
            settle(pool);
            assertThat(pool.dump().stuck()).isEmpty();
            future.wake();
            settle(pool);
            assertThat(pool.dump().stuck()).containsExactly(task.id());
            assertThat(pool.dump().toJson()).contains("its last poll kept no waker");
            task.cancel();
        }
    }

    @Test
    void aPoolThatIsNotTracedDoesNotKnow() throws Exception {
        try (TaskPool pool = pool(false)) {
            JoinHandle<?> task = pool.spawn(new Forgetful(0));
            settle(pool);
            assertThat(pool.dump().stuck()).as("canary").isEmpty();
            task.cancel();
        }
    }
}
