package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The nouns and the futures made of nothing but themselves. */
@Timeout(30)
class FutureTest {

    @Test
    void pendingPollHasNoValue() {
        assertThatThrownBy(() -> Poll.pending().value()).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void pollsCompareByValue() {
        assertThat(Poll.ready(1))
                .isEqualTo(Poll.ready(1))
                .isNotEqualTo(Poll.ready(2))
                .hasToString("Ready(1)");
        assertThat(Poll.ready(null)).isSameAs(Poll.ready(null)).isNotEqualTo(Poll.pending());
        assertThat(Poll.pending().map(x -> 1)).isSameAs(Poll.pending());
    }

    @Test
    void nullInsteadOfAPollIsAClearError() {
        Future<Integer> broken = cx -> null;
        assertThatThrownBy(() -> new Driven<>(broken.map(x -> x)).poll())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("returned null instead of a Poll");
    }

    /** Adversarial case 70. */
    @Test
    void readyFutureIsReadyOnce() {
        Driven<Integer> driven = new Driven<>(Futures.ready(1));
        assertThat(driven.value()).isOne();
        assertThatThrownBy(driven::poll).isInstanceOf(IllegalStateException.class);
    }

    /** Adversarial case 70. */
    @Test
    void fuseAnswersPendingAfterTheEnd() {
        FuseFuture<Integer> fuse = Futures.ready(1).fuse();
        Driven<Integer> driven = new Driven<>(fuse);
        assertThat(driven.value()).isOne();
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(fuse.isTerminated()).isTrue();
        assertThat(fuse.cancel()).isTrue();
    }

    @Test
    void deferCallsItsSupplierAtTheFirstPoll() {
        int[] calls = {0};
        Future<Integer> future = Futures.defer(() -> Futures.ready(++calls[0]));
        assertThat(calls[0]).isZero();
        assertThat(new Driven<>(future).value()).isOne();
    }

    @Test
    void yieldIsPendingOnceAndWakes() {
        Driven<Void> driven = new Driven<>(Futures.yieldNow());
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(driven.wakes).isOne();
        assertThat(driven.poll().isReady()).isTrue();
    }

    @Test
    void servicesAreFoundByKeyAndTheNewestWins() {
        Services.Key<String> key = new Services.Key<>("name");
        Future<String> inner = Futures.withService(key, "inner", cx -> Poll.ready(cx.get(key)));
        Future<String> outer = Futures.withService(key, "outer", inner);
        assertThat(new Driven<>(outer).value()).isEqualTo("inner");
        assertThat(Services.NONE.with(key, "x")).hasToString("Services[name]");
    }

    /** Behaviour 41. */
    @Test
    void budgetEndsAndUnconstrainedIgnoresIt() {
        Context cx = new Context(Waker.noop(), Services.NONE);
        for (int i = 0; i < Context.BUDGET; i++) {
            assertThat(cx.mustYield()).isFalse();
            cx.spend();
        }
        assertThat(cx.mustYield()).isTrue();
        Future<Boolean> asks = c -> Poll.ready(c.mustYield());
        assertThat(Futures.unconstrained(asks).poll(cx).value()).isFalse();
    }

    @Test
    void tenMillionAwaitsOfReadyFuturesInOneTask() {
        Future<Integer> task = new RawFuture<>() {
            @Override
            public Object pollRaw(Context cx) {
                int sum = 0;
                for (int i = 0; i < 10_000_000; i++) {
                    sum += (Integer) RawFuture.pollAny(Futures.ready(1), cx);
                }
                return sum;
            }
        };
        assertThat(new Driven<>(task).value()).isEqualTo(10_000_000);
    }

    @Test
    void completedStageIsReady() {
        assertThat(new Driven<>(Futures.from(CompletableFuture.completedFuture("v"))).value())
                .isEqualTo("v");
    }

    @Test
    void stageWakesWhenItCompletes() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Driven<String> driven = new Driven<>(Futures.from(stage));
        assertThat(driven.poll().isPending()).isTrue();
        stage.complete("v");
        assertThat(driven.wakes).isOne();
        assertThat(driven.value()).isEqualTo("v");
    }

    @Test
    void stageFailureIsUnwrapped() {
        IOException failure = new IOException("down");
        CompletableFuture<String> stage = new CompletableFuture<>();
        Driven<String> driven = new Driven<>(Futures.from(stage.thenApply(x -> x)));
        stage.completeExceptionally(failure);
        assertThat(driven.failure()).isSameAs(failure);
    }

    @Test
    void cancellingTheWaitLeavesTheStageAlone() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Future<String> future = Futures.from(stage);
        new Driven<>(future).poll();
        assertThat(future.cancel()).isTrue();
        assertThat(stage.isCancelled()).isFalse();
    }

    @Test
    void cancellingAnOwnedStageCancelsIt() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Future<String> future = Futures.fromSupplier(() -> stage);
        new Driven<>(future).poll();
        assertThat(future.cancel()).isTrue();
        assertThat(stage.isCancelled()).isTrue();
    }

    @Test
    void ownedStageThatIsNeverPolledIsNeverStarted() {
        int[] calls = {0};
        Future<String> future = Futures.fromSupplier(() -> {
            calls[0]++;
            return new CompletableFuture<String>();
        });
        assertThat(future.cancel()).isTrue();
        assertThat(calls[0]).isZero();
    }

    @Test
    void cancelledStageIsACancellation() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Driven<String> driven = new Driven<>(Futures.from(stage));
        stage.cancel(true);
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
    }
}
