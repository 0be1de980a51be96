package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Garbage;
import pollux.doubles.ByHand;
import pollux.doubles.HandFuture;

/** The nouns and the futures made of nothing but themselves. */
@Timeout(120)
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
    void aPollIsReadyOrPending() {
        assertThat(Poll.ready(1).isReady()).isTrue();
        assertThat(Poll.ready(1).isPending()).isFalse();
        assertThat(Poll.pending().isReady()).isFalse();
        assertThat(Poll.ready(1)).hasSameHashCodeAs(Poll.ready(1));
        assertThat(Poll.ready(1).hashCode()).isNotEqualTo(Poll.ready(2).hashCode());
        assertThat(Poll.pending().hashCode()).isNotEqualTo(Poll.ready(1).hashCode());
    }

    static Stream<Arguments> names() {
        Future<Integer> one = Futures.ready(1);
        Function<Object, Integer> function = new Function<>() {
            @Override
            public Integer apply(Object value) {
                return 1;
            }

            @Override
            public String toString() {
                return "f";
            }
        };
        return Stream.of(
                Arguments.of("Futures.ready(1)", one),
                Arguments.of("Futures.failed(java.io.IOException: down)", Futures.failed(new IOException("down"))),
                Arguments.of("Futures.pending()", Futures.pending()),
                Arguments.of("Futures.yieldNow()", Futures.yieldNow()),
                Arguments.of("Future.map(f)", one.map(function)),
                Arguments.of("Future.fuse(Futures.ready(1))", one.fuse()),
                Arguments.of("Futures.join(2 of 2 unfinished)", Futures.join(one, one, (a, b) -> a)),
                Arguments.of("Futures.joinAll(2 of 2 unfinished)", Futures.joinAll(List.of(one, Futures.ready(2)))),
                Arguments.of(
                        "Futures.select(1 branches)", Futures.<Integer>select().on(one, a -> a)),
                Arguments.of("Futures.from(CompletionStage)", Futures.from(new CompletableFuture<>())),
                Arguments.of("Waker.noop()", Waker.noop()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyFutureSaysWhatItIs(String text, Object future) {
        assertThat(future).hasToString(text);
    }

    @Test
    void nullInsteadOfAPollIsAClearError() {
        Future<Integer> broken = cx -> null;
        assertThatThrownBy(() -> ByHand.of(broken.map(x -> x)).answer())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("returned null instead of a Poll");
    }

    /** Adversarial case 70. */
    @Test
    void readyFutureIsReadyOnce() {
        ByHand<Integer> driven = ByHand.of(Futures.ready(1));
        assertThat(driven.value()).isOne();
        assertThatThrownBy(driven::poll).isInstanceOf(IllegalStateException.class);
    }

    /** Adversarial case 70. */
    @Test
    void fuseAnswersPendingAfterTheEnd() {
        FuseFuture<Integer> fuse = Futures.ready(1).fuse();
        ByHand<Integer> driven = ByHand.of(fuse);
        assertThat(driven.value()).isOne();
        assertThat(driven.answer().isPending()).isTrue();
        assertThat(fuse.isTerminated()).isTrue();
        assertThat(fuse.cancel()).isTrue();
    }

    @Test
    void cancellingAFusedFutureCancelsItsSource() {
        HandFuture<Integer> step = new HandFuture<Integer>().withSuspendedCleanUp();
        FuseFuture<Integer> fuse = step.fuse();
        assertThat(fuse.isTerminated()).isFalse();
        assertThat(fuse.cancel()).as("its clean-up goes on").isFalse();
        assertThat(step.cancels).isOne();
        FuseFuture<Integer> released = new HandFuture<Integer>().fuse();
        assertThat(released.cancel()).isTrue();
        assertThat(released.isTerminated()).isTrue();
        assertThat(released).hasToString("Future.fuse(terminated)");
    }

    @Test
    void aPartKnowsThatItIsOne() {
        ByHand<Boolean> whole = ByHand.of(cx -> Poll.ready(cx.isPart()));
        assertThat(whole.value()).isFalse();
        Object[] inside = new Object[2];
        ByHand<Object> parts = ByHand.of(cx -> {
            inside[0] = cx.pollPart((Future<Boolean>) part -> Poll.ready(part.isPart()), Waker.noop());
            return Poll.ready(cx.isPart());
        });
        assertThat(parts.value()).isEqualTo(false);
        assertThat(inside[0]).isEqualTo(true);
    }

    @Test
    void whoMustYieldIsWokenAgain() {
        ByHand<String> task = ByHand.of(cx -> {
            while (cx.hasBudget()) {
                cx.spend();
            }
            return Poll.ready(cx.mustYield() ? "yields" : "goes on");
        });
        assertThat(task.value()).isEqualTo("yields");
        assertThat(task.wakes).isOne();
    }

    @Test
    void deferCallsItsSupplierAtTheFirstPoll() {
        int[] calls = {0};
        Future<Integer> future = Futures.defer(() -> Futures.ready(++calls[0]));
        assertThat(calls[0]).isZero();
        assertThat(ByHand.of(future).value()).isOne();
    }

    @Test
    void yieldIsPendingOnceAndWakes() {
        ByHand<Void> driven = ByHand.of(Futures.yieldNow());
        assertThat(driven.answer().isPending()).isTrue();
        assertThat(driven.wakes).isOne();
        assertThat(driven.answer().isReady()).isTrue();
    }

    @Test
    void servicesAreFoundByKeyAndTheNewestWins() {
        Services.Key<String> key = new Services.Key<>("name");
        Future<String> inner = Futures.withService(key, "inner", cx -> Poll.ready(cx.get(key)));
        Future<String> outer = Futures.withService(key, "outer", inner);
        assertThat(ByHand.of(outer).value()).isEqualTo("inner");
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
        assertThat(ByHand.of(task).value()).isEqualTo(10_000_000);
    }

    @Test
    void completedStageIsReady() {
        assertThat(ByHand.of(Futures.from(CompletableFuture.completedFuture("v")))
                        .value())
                .isEqualTo("v");
    }

    @Test
    void stageWakesWhenItCompletes() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        ByHand<String> driven = ByHand.of(Futures.from(stage));
        assertThat(driven.answer().isPending()).isTrue();
        stage.complete("v");
        assertThat(driven.wakes).isOne();
        assertThat(driven.value()).isEqualTo("v");
    }

    @Test
    void stageFailureIsUnwrapped() {
        IOException failure = new IOException("down");
        CompletableFuture<String> stage = new CompletableFuture<>();
        ByHand<String> driven = ByHand.of(Futures.from(stage.thenApply(x -> x)));
        stage.completeExceptionally(failure);
        assertThat(driven.failure()).isSameAs(failure);
    }

    @Test
    void cancellingTheWaitLeavesTheStageAlone() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Future<String> future = Futures.from(stage);
        ByHand.of(future).answer();
        assertThat(future.cancel()).isTrue();
        assertThat(stage.isCancelled()).isFalse();
    }

    /** The stage goes on and keeps its callback for long. */
    @Test
    void aWaitThatIsOverLetsItsTaskGo() {
        for (boolean cancelled : new boolean[] {true, false}) {
            CompletableFuture<String> stage = new CompletableFuture<>();
            Future<String> future = Futures.from(stage);
            WeakReference<?> task = polledBySomebody(future);
            if (cancelled) {
                future.cancel();
            } else {
                stage.complete("v");
                ByHand.of(future).answer();
            }
            Garbage.awaitCollected(task);
            Reference.reachabilityFence(stage);
            Reference.reachabilityFence(future);
        }
    }

    private static WeakReference<?> polledBySomebody(Future<?> future) {
        ByHand<?> waiting = ByHand.of(future);
        waiting.answer();
        return new WeakReference<>(waiting);
    }

    @Test
    void cancellingAnOwnedStageCancelsIt() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Future<String> future = Futures.fromSupplier(() -> stage);
        ByHand.of(future).answer();
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
        ByHand<String> driven = ByHand.of(Futures.from(stage));
        stage.cancel(true);
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
    }
}
