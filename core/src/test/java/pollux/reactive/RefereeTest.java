package pollux.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.Garbage;
import pollux.doubles.HandPublisher;
import pollux.doubles.RecordingSubscriber;
import pollux.stream.AsyncStreams;

@Timeout(120)
class RefereeTest {

    private final List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
    private final Referee.Listener collector = (violation, referee) -> violations.add(violation);

    /** A party that breaks one rule on purpose; the others are kept. */
    private record Deed(String rule, String party, boolean subscribes, Consumer<Both> act) {

        Deed(String rule, String party, Consumer<Both> act) {
            this(rule, party, true, act);
        }

        @Override
        public String toString() {
            return rule + " by the " + party;
        }
    }

    /** A publisher and a subscriber who do what they are told, with a referee between them. */
    private static final class Both implements Subscriber<Integer> {

        final Subscriber<Integer> toSubscriber;

        @Nullable
        Subscription toPublisher;

        Consumer<Both> inRequest = both -> {};
        Consumer<Both> inCancel = both -> {};
        Consumer<Both> inOnSubscribe = both -> {};
        Consumer<Both> inOnNext = both -> {};
        Consumer<Both> inEnd = both -> {};

        Both(Referee.Listener listener) {
            toSubscriber = Referee.subscriber(this, listener);
        }

        Both subscribed() {
            toSubscriber.onSubscribe(new Hand(this));
            return this;
        }

        Both requested(long n) {
            toPublisher.request(n);
            return this;
        }

        @Override
        public void onSubscribe(Subscription s) {
            require(s);
            toPublisher = s;
            inOnSubscribe.accept(this);
        }

        @Override
        public void onNext(Integer item) {
            require(item);
            inOnNext.accept(this);
        }

        @Override
        public void onError(Throwable error) {
            require(error);
            inEnd.accept(this);
        }

        @Override
        public void onComplete() {
            inEnd.accept(this);
        }

        private static void require(@Nullable Object signal) {
            if (signal == null) {
                throw new NullPointerException();
            }
        }

        /** Does something on another thread while this one waits inside of a call. */
        void elsewhere(Runnable action) {
            Thread thread = new Thread(action);
            thread.start();
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    /** The publisher's end of a subscription between both. */
    private record Hand(Both both) implements Subscription {

        @Override
        public void request(long n) {
            both.inRequest.accept(both);
        }

        @Override
        public void cancel() {
            both.inCancel.accept(both);
        }
    }

    private static void ignoring(Runnable action) {
        try {
            action.run();
        } catch (NullPointerException | UnsupportedOperationException expected) {
            // the fault itself
        }
    }

    private static RuntimeException fault() {
        return new UnsupportedOperationException("fault");
    }

    static Stream<Deed> deeds() {
        return Stream.of(
                new Deed("1.1", "publisher", both -> {
                    both.subscribed().requested(1);
                    both.toSubscriber.onNext(1);
                    both.toSubscriber.onNext(2);
                }),
                new Deed("1.3", "publisher", both -> {
                    both.subscribed().requested(5);
                    both.inOnNext = b -> {
                        b.inOnNext = inner -> {};
                        b.elsewhere(() -> b.toSubscriber.onNext(2));
                    };
                    both.toSubscriber.onNext(1);
                }),
                new Deed("1.3", "publisher", both -> {
                    both.inOnSubscribe = b -> {
                        b.toPublisher.request(1);
                        b.elsewhere(() -> b.toSubscriber.onNext(2));
                    };
                    both.subscribed();
                }),
                new Deed("1.7", "publisher", both -> {
                    both.subscribed().requested(5);
                    both.toSubscriber.onComplete();
                    both.toSubscriber.onNext(1);
                }),
                new Deed("1.7", "publisher", both -> {
                    both.subscribed();
                    both.toSubscriber.onError(fault());
                    both.toSubscriber.onComplete();
                }),
                new Deed("1.8", "publisher", both -> {
                    both.subscribed().requested(Long.MAX_VALUE);
                    both.toPublisher.cancel();
                    for (int i = 0; i < 5_000; i++) {
                        both.toSubscriber.onNext(i);
                    }
                }),
                new Deed("1.9", "publisher", false, both -> both.toSubscriber.onComplete()),
                new Deed("2.3", "subscriber", both -> {
                    both.inEnd = b -> b.toPublisher.cancel();
                    both.subscribed().toSubscriber.onComplete();
                }),
                new Deed("2.3", "subscriber", both -> {
                    both.inEnd = b -> b.toPublisher.request(1);
                    both.subscribed().toSubscriber.onError(fault());
                }),
                new Deed("2.7", "subscriber", both -> {
                    both.inRequest = b -> b.elsewhere(() -> b.toPublisher.cancel());
                    both.subscribed().requested(1);
                }),
                new Deed("2.12", "publisher", both -> {
                    both.subscribed();
                    both.inOnSubscribe = b -> b.toPublisher.cancel();
                    both.subscribed();
                }),
                new Deed("2.13", "subscriber", both -> {
                    both.inOnNext = b -> {
                        throw fault();
                    };
                    both.subscribed().requested(1);
                    ignoring(() -> both.toSubscriber.onNext(1));
                }),
                new Deed("2.13", "publisher", both -> {
                    both.subscribed().requested(1);
                    ignoring(() -> both.toSubscriber.onNext(null));
                }),
                new Deed("2.13", "publisher", false, both -> ignoring(() -> both.toSubscriber.onSubscribe(null))),
                new Deed("2.13", "publisher", both -> {
                    both.subscribed();
                    ignoring(() -> both.toSubscriber.onError(null));
                }),
                new Deed("3.3", "publisher", both -> {
                    both.inRequest = b -> b.toSubscriber.onNext(1);
                    int[] left = {100};
                    both.inOnNext = b -> {
                        if (left[0]-- > 0) {
                            b.toPublisher.request(1);
                        }
                    };
                    both.subscribed().requested(1);
                }),
                new Deed("3.6", "publisher", both -> {
                    both.subscribed().toPublisher.cancel();
                    both.toPublisher.request(1);
                    both.toSubscriber.onNext(1);
                }),
                new Deed("3.9", "subscriber", both -> both.subscribed().requested(0)),
                new Deed("3.15", "publisher", both -> {
                    both.inCancel = b -> {
                        throw fault();
                    };
                    ignoring(() -> both.subscribed().toPublisher.cancel());
                }),
                new Deed("3.16", "publisher", both -> {
                    both.inRequest = b -> {
                        throw fault();
                    };
                    ignoring(() -> both.subscribed().requested(1));
                }));
    }

    @ParameterizedTest
    @MethodSource("deeds")
    void seesTheRuleThatIsBrokenAndBlamesWhoBrokeIt(Deed deed) {
        deed.act.accept(new Both(collector));

        assertThat(violations).singleElement().satisfies(violation -> {
            assertThat(violation.rule()).isEqualTo(deed.rule);
            Class<?> blamed = deed.party.equals("subscriber")
                    ? Both.class
                    : deed.subscribes ? Hand.class : Publisher.class; // not known before onSubscribe
            assertThat(violation).hasMessageContaining(blamed.getName() + " ");
        });
    }

    @Test
    void blamesASubscriberThatTakesNull() { // 2.13
        Subscriber<Integer> careless = Referee.subscriber(new RecordingSubscriber<>(1), collector);
        careless.onSubscribe(new HandPublisher<Integer>().subscription());

        careless.onError(null);

        assertThat(violations)
                .extracting(ProtocolViolation::getMessage)
                .satisfiesExactly(
                        text -> assertThat(text).contains("HandPublisher", "called onError with null"),
                        text -> assertThat(text).contains("RecordingSubscriber", "took a null from onError"));
    }

    @Test
    void blamesASubscriberThatUsesASecondSubscription() { // 2.5
        Both both = new Both(collector).subscribed().subscribed();

        both.toPublisher.request(1);

        assertThat(violations).extracting(ProtocolViolation::rule).containsExactly("2.12", "2.5");
    }

    @Test
    void seesASubscriberThatComesAgain() { // 1.10
        Publisher<Integer> publisher = Referee.publisher(new HandPublisher<Integer>(), collector);
        Subscriber<Integer> subscriber = new RecordingSubscriber<>();
        publisher.subscribe(subscriber);
        publisher.subscribe(new RecordingSubscriber<>());
        assertThat(violations).isEmpty();

        publisher.subscribe(subscriber);

        assertThat(violations).extracting(ProtocolViolation::rule).containsExactly("1.10");
    }

    @Test
    void seesAPublisherThatThrowsFromSubscribe() { // 1.9
        RuntimeException fault = fault();
        Publisher<Integer> publisher = Referee.publisher(
                s -> {
                    throw fault;
                },
                collector);

        assertThatThrownBy(() -> publisher.subscribe(new RecordingSubscriber<>()))
                .isSameAs(fault);

        assertThat(violations)
                .singleElement()
                .satisfies(violation ->
                        assertThat(violation).hasMessageContaining("1.9").hasCause(fault));
    }

    @Test
    void aRuleIsReportedOncePerSubscription() {
        Both both = new Both(collector).subscribed();
        for (int i = 0; i < 1_000; i++) {
            both.toSubscriber.onNext(i);
        }
        assertThat(violations).hasSize(1);
    }

    // ------------------------------------------------------------------ transparency

    @Test
    void thoseWhoKeepTheRulesNoticeNothing() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(2);

        Referee.publisher(ReactiveStreams.publisher(AsyncStreams.range(0, 3)), collector)
                .subscribe(subscriber);
        subscriber.subscription.request(Long.MAX_VALUE);

        assertThat(subscriber.signals).containsExactly("subscribed", 0, 1, 2, "complete");
        assertThat(violations).isEmpty();
    }

    @Test
    void faultsArePassedOnAsTheyAre() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>();
        Subscriber<Integer> watched = Referee.subscriber(subscriber, collector);

        watched.onNext(1);
        watched.onComplete();
        watched.onNext(2);

        assertThat(subscriber.signals).containsExactly(1, "complete", 2);
    }

    @Test
    void aNullSubscriberIsLeftToThePublisher() { // 1.9
        Publisher<Integer> publisher = Referee.publisher(ReactiveStreams.publisher(AsyncStreams.range(0, 3)));
        assertThatThrownBy(() -> publisher.subscribe(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("subscriber");
    }

    @Test
    void theSubscriptionDoesNotRetainTheSubscriber() { // 3.13
        HandPublisher<Integer> publisher = new HandPublisher<>();
        Subscription[] kept = new Subscription[1];
        WeakReference<Object> subscriber = subscribe(Referee.publisher(publisher, collector), kept);
        kept[0].cancel();
        publisher.subscriber = null;

        Garbage.awaitCollected(subscriber);
        assertThat(kept[0]).isNotNull();
    }

    private static WeakReference<Object> subscribe(Publisher<Integer> publisher, Subscription[] kept) {
        Subscriber<Integer> subscriber = new RecordingSubscriber<>(s -> kept[0] = s);
        publisher.subscribe(subscriber);
        return new WeakReference<>(subscriber);
    }

    @Test
    void aListenerThatFailsGoesNoFurther() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>();
        Referee.subscriber(subscriber, (violation, referee) -> {
                    throw fault();
                })
                .onComplete();
        assertThat(subscriber.signals).containsExactly("complete");
    }

    @Test
    void onRequestTheViolationIsThrownAtWhoeverBrokeTheRule() {
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>();
        Subscriber<Integer> watched = Referee.subscriber(subscriber, Referee.THROW);

        assertThatThrownBy(() -> watched.onNext(1))
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("1.9"));

        assertThat(subscriber.signals).isEmpty();
    }

    // ------------------------------------------------------------------ sampling, history, other shapes

    @Test
    void watchesOneOfSoMany() {
        Publisher<Integer> bad = s -> s.onComplete();
        Publisher<Integer> watched = Referee.publisher(bad, collector, 3);

        for (int i = 0; i < 7; i++) {
            watched.subscribe(new RecordingSubscriber<>());
        }

        assertThat(violations).hasSize(3);
        assertThatThrownBy(() -> Referee.publisher(bad, collector, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theHistoryHasSignalsThreadsAndTimesButNoItems() {
        List<String> histories = new ArrayList<>();
        Both both = new Both((violation, referee) -> histories.add(referee.toString()));
        both.subscribed().requested(100);
        for (int i = 0; i < 100; i++) {
            both.toSubscriber.onNext(77_777);
        }
        both.toSubscriber.onComplete();
        both.toSubscriber.onComplete();

        String thread = "  [" + Thread.currentThread().getName() + "]";
        assertThat(histories).singleElement().satisfies(text -> {
            assertThat(text.lines().map(line -> line.replaceFirst("^ +[0-9,. ]+ ns  ", "")))
                    .containsExactly(
                            Hand.class.getName() + " → " + Both.class.getName(),
                            "onSubscribe" + thread,
                            "request(100)" + thread,
                            "onNext × 100" + thread,
                            "onComplete" + thread,
                            "onComplete" + thread);
            assertThat(text).doesNotContain("77777");
        });
    }

    @Test
    void theHistoryIsBounded() {
        List<String> histories = new ArrayList<>();
        Both both = new Both((violation, referee) -> histories.add(referee.toString())).subscribed();
        for (int i = 0; i < 100; i++) {
            both.requested(1);
        }
        both.requested(-1);
        assertThat(histories)
                .singleElement()
                .satisfies(text -> assertThat(text)
                        .contains("… 70 lines before")
                        .contains("request(-1)")
                        .hasLineCount(2 + 32));
    }

    @Test
    void watchesTheJdksFlow() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        RecordingSubscriber<Integer> subscriber = new RecordingSubscriber<>(1) {
            @Override
            public void onComplete() {
                super.onComplete();
                done.countDown();
            }
        };
        Flow.Publisher<Integer> bad = s -> s.onComplete();

        Referee.publisher(bad, collector, 1)
                .subscribe(Referee.subscriber(FlowAdapters.toFlowSubscriber(subscriber), collector));

        assertThat(done.await(60, TimeUnit.SECONDS)).as("the end").isTrue();
        assertThat(violations).hasSize(2).extracting(ProtocolViolation::rule).containsOnly("1.9");
        assertThat(violations.get(0)).hasMessageContaining("RefereeTest"); // not the adapter of Flow
    }

    @Test
    void watchesBothSidesOfAProcessor() { // 4.1
        Processor<Integer, Integer> processor = Referee.processor(new Broken(), collector);
        processor.onSubscribe(new HandPublisher<Integer>().subscription());
        processor.subscribe(new RecordingSubscriber<>());

        assertThat(violations).extracting(ProtocolViolation::rule).containsExactly("3.9", "1.9");
    }

    /** Requests nothing upstream, and completes without onSubscribe downstream. */
    private static final class Broken implements Processor<Integer, Integer> {

        @Override
        public void subscribe(Subscriber<? super Integer> s) {
            s.onComplete();
        }

        @Override
        public void onSubscribe(Subscription s) {
            s.request(0);
        }

        @Override
        public void onNext(Integer item) {}

        @Override
        public void onError(Throwable t) {}

        @Override
        public void onComplete() {}
    }
}
