package pollux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.scope.TaskScope;
import pollux.time.Timers;

@Timeout(120)
class PolluxTest {

    @Test
    void blockOnReturnsTheValue() {
        Integer value = Pollux.blockOn(Timers.sleep(Duration.ofMillis(1)).map(x -> 7));
        assertThat(value).isEqualTo(7);
    }

    @Test
    void blockOnThrowsTheFailureAsItIs() {
        IOException failure = new IOException("down");
        assertThatThrownBy(() -> Pollux.blockOn(Futures.failed(failure))).isSameAs(failure);
    }

    @Test
    void blockOnIsRefusedOnAWorker() {
        Future<Integer> nested = Futures.defer(() -> Futures.ready(Pollux.blockOn(Futures.ready(1))));
        assertThatThrownBy(() -> Pollux.blockOn(Pollux.spawn(nested).join()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("spawnBlocking");
    }

    @Test
    void blockOnGivesAScopeTheSharedPool() {
        Future<Integer> scoped =
                TaskScope.scoped(scope -> scope.fork(Futures.ready(7)).join());
        Integer value = Pollux.blockOn(scoped);
        assertThat(value).isEqualTo(7);
    }

    @Test
    void runRunsABlockOnTheSharedPool() {
        String worker = Pollux.run(() -> Thread.currentThread().getName());
        assertThat(worker).startsWith("pollux");
    }

    @Test
    void anInterruptEndsTheWait() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        JoinHandle<?>[] inner = {Pollux.spawn(Futures.pending())};
        Throwable[] thrown = {null};
        Thread caller = new Thread(() -> {
            try {
                started.countDown();
                Pollux.blockOn(inner[0].join());
            } catch (CancellationException e) {
                thrown[0] = e;
            }
        });
        caller.start();
        started.await();
        caller.interrupt();
        caller.join();
        assertThat(thrown[0]).isInstanceOf(CancellationException.class);
        inner[0].cancel();
    }

    @Test
    void blockingCodeRunsElsewhere() {
        JoinHandle<Integer> call = Pollux.spawnBlocking(() -> Pollux.blockOn(Futures.ready(7)));
        Integer value = Pollux.blockOn(call.join());
        assertThat(value).isEqualTo(7);
    }
}
