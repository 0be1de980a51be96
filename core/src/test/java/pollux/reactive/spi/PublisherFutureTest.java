package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import pollux.doubles.ByHand;
import pollux.doubles.HandPublisher;
import pollux.doubles.RecordingPeer;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.time.ManualTime;
import pollux.time.TimerService;
import pollux.time.Timers;

/** Numbers in comments: 2.13 is a rule of Reactive Streams, 3a-1 a case of the list of adversaries. */
@Timeout(120)
class PublisherFutureTest {

    private final RecordingPeer peer = new RecordingPeer();
    private final HandPublisher<String> publisher = new HandPublisher<>();

    private <S, T> ByHand<T> await(Publisher<S> source, Mode mode) {
        return ByHand.of(new PublisherFuture<S, T>(source, mode) {
            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        });
    }

    private <T> ByHand<T> started(Mode mode) {
        ByHand<T> future = await(publisher, mode);
        assertThat(future.poll()).isSameAs(ByHand.PENDING);
        return future;
    }

    // ------------------------------------------------------------------ what each mode makes of well-behaved
    // publishers

    @ParameterizedTest
    @EnumSource(Mode.class)
    void subscribesAtTheFirstPollAndNotBefore(Mode mode) {
        ByHand<Object> future = await(publisher, mode);
        assertThat(publisher.subscriber).isNull();
        future.poll();
        assertThat(publisher.subscriber).isNotNull();
        if (mode.demand == Long.MAX_VALUE) {
            assertThat(publisher.requests).containsExactly(1L, Long.MAX_VALUE); // see Pace
        } else {
            assertThat(publisher.requests).containsExactly(mode.demand);
        }
    }

    @Test
    void atMostOneWaitsForTheTerminalSignal() {
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        publisher.next("a");
        assertThat(future.wakes).isZero();
        assertThat(future.poll()).isSameAs(ByHand.PENDING);
        publisher.complete();
        assertThat(future.wakes).isOne();
        assertThat(future.poll()).isEqualTo("a");
        assertThat(publisher.cancels).hasValue(0);
        assertThat(peer.discarded).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"AT_MOST_ONE", "FIRST_OR_NULL", "COMPLETION"})
    void emptyIsNull(Mode mode) {
        ByHand<Object> future = started(mode);
        publisher.complete();
        assertThat(future.poll()).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"FIRST", "SINGLE", "LAST"})
    void emptyIsAnErrorThatNamesWhatToUse(Mode mode) {
        ByHand<Object> future = started(mode);
        publisher.complete();
        assertThat(future.failure())
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("HandPublisher")
                .hasMessageContaining("firstOrNull(x)");
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"AT_MOST_ONE", "SINGLE"})
    void aSecondItemIsAnErrorAndCancelsUpstream(Mode mode) {
        ByHand<Object> future = started(mode);
        publisher.next("a", "b");
        assertThat(publisher.cancels).hasValue(1);
        publisher.complete();
        assertThat(future.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("second item");
        assertThat(peer.discarded).containsExactly("a", "b");
        assertThat(peer.dropped).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"FIRST", "FIRST_OR_NULL"})
    void firstCancelsAfterTheItemAndBeforeItWakes(Mode mode) { // 3a-25
        ByHand<Object> future = started(mode);
        publisher.onCancel(() -> assertThat(future.wakes).isZero());
        publisher.next("a");
        assertThat(publisher.cancels).hasValue(1);
        assertThat(future.wakes).isOne();
        publisher.complete(); // legal: it may cross the cancel (2.8)
        assertThat(future.poll()).isEqualTo("a");
        assertThat(publisher.cancels).hasValue(1);
        assertThat(peer.dropped).isEmpty();
    }

    @Test
    void lastKeepsTheLastAndDiscardsTheOthers() {
        ByHand<String> future = started(Mode.LAST);
        publisher.next("a", "b", "c");
        publisher.complete();
        assertThat(future.poll()).isEqualTo("c");
        assertThat(peer.discarded).containsExactly("a", "b");
    }

    @Test
    void completionDiscardsItems() {
        ByHand<Void> future = started(Mode.COMPLETION);
        publisher.next("a", "b");
        publisher.complete();
        assertThat(future.poll()).isNull();
        assertThat(peer.discarded).containsExactly("a", "b");
    }

    @Test
    void toListCollects() {
        ByHand<List<String>> future = started(Mode.TO_LIST);
        publisher.next("a", "b");
        publisher.complete();
        assertThat(future.poll()).isEqualTo(List.of("a", "b"));
    }

    @Test
    void toListOfNothingIsEmpty() {
        ByHand<List<String>> future = started(Mode.TO_LIST);
        publisher.complete();
        assertThat(future.poll()).isEqualTo(List.of());
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void aFailureIsPassedOnAsItIs(Mode mode) {
        ByHand<Object> future = started(mode);
        Error fatal = new OutOfMemoryError("not really"); // 3a-28
        publisher.error(fatal);
        assertThat(future.failure()).isSameAs(fatal);
        assertThat(publisher.cancels).hasValue(0); // 2.4
    }

    @Test
    void itemsBeforeAFailureAreDiscarded() {
        ByHand<List<String>> future = started(Mode.TO_LIST);
        publisher.next("a", "b");
        publisher.error(new IllegalArgumentException());
        assertThat(future.failure()).isInstanceOf(IllegalArgumentException.class);
        assertThat(peer.discarded).containsExactly("a", "b");
    }

    @Test
    void synchronousPublisherNeedsNoWake() {
        publisher.onRequest(n -> {
            publisher.next("a");
            publisher.complete();
        });
        ByHand<String> future = await(publisher, Mode.AT_MOST_ONE);
        assertThat(future.poll()).isEqualTo("a");
        assertThat(future.wakes).isZero();
    }

    @Test
    void pollAfterTheEndIsRefused() {
        ByHand<Object> future = started(Mode.COMPLETION);
        publisher.complete();
        future.poll();
        assertThat(future.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("after its end");
    }

    // ------------------------------------------------------------------ cancellation

    @Test
    void cancelBeforeTheFirstPollNeverSubscribes() {
        ByHand<String> future = await(publisher, Mode.FIRST);
        assertThat(future.cancel()).isTrue();
        assertThat(publisher.subscriber).isNull();
    }

    /** Adversarial case 95. */
    @Test
    void aLimitCancelsUpstreamAndALateItemIsDiscarded() {
        ManualTime time = new ManualTime();
        Future<String> inner = new PublisherFuture<String, String>(publisher, Mode.AT_MOST_ONE) {
            @Override
            protected BridgeHooks peer() {
                return peer;
            }
        };
        Future<String> limited = Timers.timeout(Duration.ofSeconds(1), inner);
        Context cx = new Context(Waker.noop(), Services.NONE.with(TimerService.KEY, time));
        assertThat(limited.poll(cx).isPending()).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> limited.poll(cx)).isInstanceOf(TimeoutException.class);
        assertThat(publisher.cancels).hasValue(1);
        publisher.next("late");
        assertThat(peer.discarded).containsExactly("late");
    }

    @Test
    void cancelCancelsUpstreamOnceAndDiscardsWhatWasReceived() { // 3a-26
        ByHand<List<String>> future = started(Mode.TO_LIST);
        publisher.next("a", "b");
        assertThat(future.cancel()).isTrue();
        assertThat(publisher.cancels).hasValue(1);
        publisher.next("c");
        assertThat(publisher.cancels).hasValue(1);
        assertThat(peer.discarded).containsExactly("a", "b", "c");
        assertThat(peer.dropped).isEmpty();
    }

    @Test
    void aValueThatWasNotPolledIsDiscardedByCancel() {
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        publisher.next("a");
        publisher.complete();
        future.cancel();
        assertThat(peer.discarded).containsExactly("a");
        assertThat(publisher.cancels).hasValue(0);
    }

    @Test
    void aFailureThatWasNotPolledIsDroppedByCancel() {
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        IllegalArgumentException failure = new IllegalArgumentException();
        publisher.error(failure);
        future.cancel();
        assertThat(peer.dropped).containsExactly(failure);
    }

    @Test
    void anErrorAfterCancelIsDroppedButCancellationIsNot() {
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        future.cancel();
        publisher.error(new CancellationException("upstream's own way to say so"));
        assertThat(peer.dropped).isEmpty();

        HandPublisher<String> other = new HandPublisher<>();
        ByHand<String> second = await(other, Mode.AT_MOST_ONE);
        second.poll();
        second.cancel();
        IllegalArgumentException failure = new IllegalArgumentException();
        other.error(failure);
        assertThat(peer.dropped).containsExactly(failure);
    }

    @Test
    void aPublisherThatNeverSubscribesCanBeCancelled() { // 3a-16
        publisher.silent();
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        assertThat(future.cancel()).isTrue();
    }

    @Test
    void aSubscriptionThatComesAfterCancelIsCancelledAtOnceAndNeverRequested() { // 3a-22
        publisher.silent();
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        future.cancel();
        publisher.subscriber.onSubscribe(publisher.subscription());
        assertThat(publisher.cancels).hasValue(1);
        assertThat(publisher.requests).isEmpty();
        assertThat(peer.dropped).isEmpty();
    }

    // ------------------------------------------------------------------ publishers that break the rules

    @Test
    void onNextBeforeOnSubscribe() { // 3a-1
        publisher.silent();
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        publisher.next("a");
        publisher.subscriber.onSubscribe(publisher.subscription());
        assertViolation(future.failure(), "1.9");
        assertThat(publisher.cancels).hasValue(1);
        assertThat(peer.discarded).containsExactly("a");
    }

    @Test
    void onErrorBeforeOnSubscribe() { // 3a-2
        publisher.silent();
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        IllegalArgumentException failure = new IllegalArgumentException();
        publisher.error(failure);
        assertThat(future.failure()).isSameAs(failure);
    }

    @Test
    void onCompleteBeforeOnSubscribe() { // 3a-2
        publisher.silent();
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        publisher.complete();
        assertViolation(future.failure(), "1.9");
    }

    @Test
    void onSubscribeTwice() { // 3a-4
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        HandPublisher<String> second = new HandPublisher<>();
        publisher.subscriber.onSubscribe(second.subscription());
        assertThat(second.cancels).hasValue(1);
        assertThat(second.requests).isEmpty();
        assertThat(publisher.cancels).hasValue(0);
        assertViolation(peer.dropped.get(0), "2.12");
        publisher.next("a");
        publisher.complete();
        assertThat(future.poll()).isEqualTo("a");
    }

    @Test
    void onSubscribeWithNull() { // 3a-5
        publisher.silent();
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        assertThatThrownBy(() -> publisher.subscriber.onSubscribe(null)).isInstanceOf(NullPointerException.class);
        assertViolation(future.failure(), "2.13");
    }

    @Test
    void onNextWithNull() { // 3a-7
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        assertThatThrownBy(() -> publisher.subscriber.onNext(null)).isInstanceOf(NullPointerException.class);
        assertViolation(future.failure(), "2.13");
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void onErrorWithNull() { // 3a-7; and it is the end, so nothing is cancelled (2.3)
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        assertThatThrownBy(() -> publisher.error(null)).isInstanceOf(NullPointerException.class);
        assertViolation(future.failure(), "2.13");
        assertThat(publisher.cancels).hasValue(0);
    }

    @Test
    void onNextAfterOnComplete() { // 3a-8
        ByHand<List<String>> future = started(Mode.TO_LIST);
        publisher.next("a");
        publisher.complete();
        publisher.next("b");
        assertThat(future.poll()).isEqualTo(List.of("a"));
        assertThat(peer.discarded).containsExactly("b");
        assertViolation(peer.dropped.get(0), "1.7");
    }

    @Test
    void twoTerminalSignals() { // 3a-10
        ByHand<String> future = started(Mode.AT_MOST_ONE);
        publisher.complete();
        publisher.complete();
        IllegalArgumentException late = new IllegalArgumentException();
        publisher.error(late);
        assertThat(future.poll()).isNull();
        assertThat(peer.dropped).hasSize(2);
        assertViolation(peer.dropped.get(0), "1.7");
        assertViolation(peer.dropped.get(1), "1.7");
        assertThat(peer.dropped.get(1)).hasCause(late);
    }

    @Test
    void fiveItemsForRequestOfOne() { // 3a-11
        ByHand<String> future = started(Mode.FIRST);
        publisher.next("a", "b", "c", "d", "e");
        assertThat(future.poll()).isEqualTo("a");
        assertThat(publisher.cancels).hasValue(1);
        assertThat(peer.discarded).containsExactly("b", "c", "d", "e");
        assertThat(peer.dropped).hasSize(1);
        assertViolation(peer.dropped.get(0), "1.1");
    }

    @Test
    void throwsFromSubscribeAfterOnSubscribe() { // 3a-13
        IllegalArgumentException thrown = new IllegalArgumentException();
        ByHand<String> future = await(
                s -> {
                    publisher.subscribe(s);
                    throw thrown;
                },
                Mode.AT_MOST_ONE);
        Throwable failure = future.failure();
        assertViolation(failure, "1.9");
        assertThat(failure).hasCause(thrown);
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void throwsAnErrorFromSubscribe() { // 3d-73
        ByHand<String> future = await(
                s -> {
                    throw new StackOverflowError("not really");
                },
                Mode.AT_MOST_ONE);
        assertThat(future.failure()).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void throwsFromRequest() { // 3a-14
        publisher.onRequest(n -> {
            throw new IllegalArgumentException();
        });
        ByHand<String> future = await(publisher, Mode.AT_MOST_ONE);
        assertViolation(future.failure(), "3.16");
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void throwsFromCancel() { // 3.15: reported, and no reason to lose the item
        publisher.onCancel(() -> {
            throw new IllegalArgumentException();
        });
        ByHand<String> future = started(Mode.FIRST);
        publisher.next("a");
        assertThat(future.poll()).isEqualTo("a");
        assertViolation(peer.dropped.get(0), "3.15");
    }

    @Test
    void onNextFromTwoThreadsNeverCorruptsTheList() throws Exception { // 3a-17
        int rounds = 200;
        for (int round = 0; round < rounds; round++) {
            HandPublisher<String> twice = new HandPublisher<>();
            ByHand<List<String>> future = await(twice, Mode.TO_LIST);
            future.poll();
            CyclicBarrier start = new CyclicBarrier(2);
            Runnable emit = () -> {
                try {
                    start.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                for (int i = 0; i < 50; i++) {
                    twice.next("x");
                }
            };
            Thread other = new Thread(emit);
            other.start();
            emit.run();
            other.join();
            twice.complete();
            try {
                assertThat(future.poll())
                        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                        .hasSize(100);
            } catch (ProtocolViolation violation) {
                assertViolation(violation, "1.3");
                assertThat(peer.discarded).hasSize(100);
            }
            peer.discarded.clear();
            peer.dropped.clear();
        }
    }

    @Test
    void endlessSynchronousPublisherHearsOfFirst() { // 3a-25, 2.7: the cancel goes through from inside request
        publisher.onRequest(n -> {
            while (publisher.cancels.get() == 0) {
                publisher.next("a");
            }
        });
        assertThat(await(publisher, Mode.FIRST).poll()).isEqualTo("a");
    }

    @Test
    void endlessSynchronousPublisherOnAnotherThreadHearsOfCancel() throws Exception { // 3a-23, 2.7
        publisher.silent().onRequest(n -> {
            while (publisher.cancels.get() == 0) {
                publisher.next("a");
            }
        });
        ByHand<String> future = started(Mode.LAST);
        Thread emitter = new Thread(() -> publisher.subscriber.onSubscribe(publisher.subscription()));
        emitter.start();
        while (peer.discarded.size() < 100) {
            Thread.onSpinWait();
        }
        future.cancel();
        emitter.join();
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void aMillionItemsInsideOneRequestUseNoStack() { // 3a-19, 3.2
        publisher.onRequest(n -> {
            for (int i = 0; i < 1_000_000; i++) {
                publisher.subscriber.onNext("a");
            }
            publisher.complete();
        });
        assertThat(ByHand.of(new PublisherFuture<String, Void>(publisher, Mode.COMPLETION))
                        .poll())
                .isNull();
        assertThat(publisher.requests).containsExactly(1L); // more than that is forgiven to a publisher that has ended
    }

    private static void assertViolation(Throwable failure, String rule) {
        assertThat(failure).isInstanceOf(ProtocolViolation.class);
        assertThat(((ProtocolViolation) failure).rule()).isEqualTo(rule);
        assertThat(failure.getMessage())
                .containsPattern("pollux.(doubles.HandPublisher|reactive.spi.PublisherFutureTest)");
    }
}
