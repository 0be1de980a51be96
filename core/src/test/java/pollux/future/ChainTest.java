package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.ByHand;
import pollux.doubles.HandFuture;

/** map, then and recover: values, failures, length and cancellation. */
@Timeout(120)
class ChainTest {

    private static final int LONG = 1_000_000;

    @Test
    void nothingHappensBeforeTheFirstPoll() {
        int[] calls = {0};
        Future<Integer> future = Futures.ready(1).map(x -> calls[0]++);
        assertThat(calls[0]).isZero();
        assertThat(ByHand.of(future).value()).isZero();
        assertThat(calls[0]).isOne();
    }

    @Test
    void valuesTravelOutwards() {
        Future<String> future = Futures.ready(20)
                .map(x -> x + 1)
                .then(x -> Futures.ready(x * 2))
                .map(x -> "v" + x);
        assertThat(ByHand.of(future).value()).isEqualTo("v42");
    }

    @Test
    void nullIsAValue() {
        Future<String> future =
                Futures.<Integer>ready(null).map(x -> x == null ? null : "no").map(x -> "got " + x);
        assertThat(ByHand.of(future).value()).isEqualTo("got null");
    }

    @Test
    void failureSkipsToTheNextRecover() {
        IOException failure = new IOException("down");
        Future<String> future = Futures.<Integer>failed(failure)
                .map(x -> "never")
                .then(x -> Futures.ready("never"))
                .recover(t -> Futures.ready(t == failure ? "recovered" : "other"))
                .map(x -> x + "!");
        assertThat(ByHand.of(future).value()).isEqualTo("recovered!");
    }

    @Test
    void failureIsThrownAsItIs() {
        IOException failure = new IOException("down");
        Future<Integer> future = Futures.<Integer>failed(failure).map(x -> x + 1);
        assertThatThrownBy(() -> ByHand.of(future).answer()).isSameAs(failure);
    }

    @Test
    void throwingFunctionFailsTheChain() {
        Error error = new StackOverflowError("user code");
        Future<Integer> future = Futures.ready(1).map(x -> {
            throw error;
        });
        assertThatThrownBy(() -> ByHand.of(future).answer()).isSameAs(error);
    }

    @Test
    void recoverSeesTheFailureOfTheFunctionBefore() {
        Future<Integer> future = Futures.ready(1)
                .<Integer>map(x -> {
                    throw new IllegalArgumentException("no");
                })
                .recover(t -> Futures.ready(7));
        assertThat(ByHand.of(future).value()).isEqualTo(7);
    }

    @Test
    void nullFutureFromThenIsAClearError() {
        Future<Integer> future = Futures.ready(1).then(x -> null);
        assertThatThrownBy(() -> ByHand.of(future).answer())
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("then()");
    }

    @Test
    void aFutureAsValueIsNotAwaited() {
        Future<Integer> inner = Futures.ready(1);
        assertThat(ByHand.of(Futures.ready(0).map(x -> inner)).value()).isSameAs(inner);
    }

    @Test
    void pollAfterTheEndIsAnError() {
        ByHand<Integer> driven = ByHand.of(Futures.ready(1).map(x -> x));
        driven.answer();
        assertThatThrownBy(driven::poll).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStageThatAnotherFutureOwnsCannotBePolled() {
        HandFuture<Integer> origin = new HandFuture<>();
        Future<Integer> inner = origin.map(x -> x);
        ByHand<Integer> outer = ByHand.of(inner.map(x -> x));
        outer.answer();
        assertThatThrownBy(() -> ByHand.of(inner).answer())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("owns it");
    }

    /** Adversarial case 86. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMillionStagesUseNoStack(boolean readyAtOnce) {
        HandFuture<Integer> origin = new HandFuture<>();
        Future<Integer> chain = origin;
        for (int i = 0; i < LONG; i++) {
            chain = switch (i % 3) {
                case 0 -> chain.map(x -> x + 1);
                case 1 -> chain.then(x -> Futures.ready(x + 1));
                default -> chain.recover(Futures::failed);
            };
        }
        ByHand<Integer> driven = ByHand.of(chain);
        if (!readyAtOnce) {
            assertThat(driven.answer().isPending()).isTrue();
        }
        origin.ready(0);
        assertThat(driven.valueAfterYields()).isEqualTo(666_667);
    }

    /** Adversarial case 86. */
    @Test
    void aMillionStagesPassAFailureOn() {
        HandFuture<Integer> origin = new HandFuture<>();
        Future<Integer> chain = origin;
        for (int i = 0; i < LONG; i++) {
            chain = chain.map(x -> x + 1);
        }
        ByHand<Integer> driven = ByHand.of(chain);
        driven.answer();
        IOException failure = new IOException("down");
        origin.fail(failure);
        assertThat(driven.failure()).isSameAs(failure);
    }

    @Test
    void aMillionStagesAreCancelledWithoutStack() {
        HandFuture<Integer> origin = new HandFuture<>();
        Future<Integer> chain = origin;
        for (int i = 0; i < LONG; i++) {
            chain = chain.map(x -> x + 1);
        }
        assertThat(chain.cancel()).isTrue();
        assertThat(origin.cancels).isOne();
    }

    @Test
    void aLoopByRecursionUsesNoStack() {
        assertThat(ByHand.of(countDown(LONG)).valueAfterYields()).isEqualTo("done");
    }

    private static Future<String> countDown(int n) {
        return n == 0 ? Futures.ready("done") : Futures.ready(n).then(x -> countDown(x - 1));
    }

    @Test
    void cancelReachesTheFutureUnderWay() {
        HandFuture<Integer> first = new HandFuture<>();
        HandFuture<Integer> second = new HandFuture<>();
        Future<Integer> chain = first.then(x -> second).map(x -> x);
        ByHand<Integer> driven = ByHand.of(chain);
        driven.answer();
        first.ready(1);
        driven.answer();
        assertThat(chain.cancel()).isTrue();
        assertThat(first.cancels).isZero();
        assertThat(second.cancels).isOne();
    }

    @Test
    void cancelledChainSeesTheCleanUpThroughAndCallsNoFunction() {
        int[] calls = {0};
        HandFuture<Integer> origin = new HandFuture<Integer>().withSuspendedCleanUp();
        Future<Integer> chain = origin.map(x -> calls[0]++).recover(t -> Futures.ready(calls[0]++));
        ByHand<Integer> driven = ByHand.of(chain);
        driven.answer();
        assertThat(chain.cancel()).isFalse();
        assertThat(driven.answer().isPending()).isTrue();
        origin.fail(new IOException("in clean-up"));
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
        assertThat(calls[0]).isZero();
    }
}
