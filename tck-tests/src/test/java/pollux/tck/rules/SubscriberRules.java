package pollux.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.Referee;
import pollux.tck.Elements;

/** What a subscriber owes: rules 2.1 to 2.13 and 3.1. */
final class SubscriberRules {

    /** A rule: what is looked at, and how. */
    record Rule(String looksAt, Consumer<Test> check) {}

    /** One subscriber under one rule. */
    static final class Test {

        final List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
        final Deadline deadline;
        final Upstream upstream;
        private final SubscriberParty party;
        private final Publisher<Integer> refereed;

        Test(SubscriberParty party, Deadline deadline) {
            this.party = party;
            this.deadline = deadline;
            this.upstream = new Upstream(deadline);
            this.refereed = watched(upstream);
        }

        Consumption consume() {
            return party.consume().apply(refereed);
        }

        Consumption consume(Publisher<Integer> publisher) {
            return party.consume().apply(watched(publisher));
        }

        /** Without a referee in between, which would not pass on each fault. */
        Consumption consumeUnwatched(Publisher<Integer> publisher) {
            return party.consume().apply(publisher);
        }

        private Publisher<Integer> watched(Publisher<Integer> publisher) {
            return Referee.publisher(publisher, (violation, referee) -> violations.add(violation));
        }

        String outcome(Consumption consumption) {
            return consumption.outcome(deadline);
        }

        /** Fails if a referee has blamed the subscriber. */
        void judge(String rule) {
            for (ProtocolViolation violation : violations) {
                boolean counts =
                        party.isOurs() || violation.rule().equals(rule); // a peer's fault goes into its own column
                if (counts && !violation.culprit().startsWith("pollux.tck")) {
                    throw new AssertionError("the referee saw rule " + violation.rule() + " broken", violation);
                }
            }
        }
    }

    static final Map<String, Rule> ALL = new LinkedHashMap<>();

    private SubscriberRules() {}

    private static void rule(String number, String looksAt, Consumer<Test> check) {
        ALL.put(number, new Rule(looksAt, check));
    }

    static {
        rule("2.1", "asks for what it takes, and gets to its end over six hundred items", t -> {
            t.upstream.numbers(600);
            t.outcome(t.consume());
            assertThat(t.upstream.requested()).isPositive();
        });
        rule("2.2", "onNext returns for all that was asked for, before any of it is taken", t -> {
            Consumption consumption = t.consume();
            long n = Math.min(600, t.upstream.awaitRequest());
            t.deadline.elsewhere("onNext", () -> {
                for (int i = 0; i < n && t.upstream.cancels() == 0; i++) {
                    t.upstream.subscriber().onNext(i);
                }
            });
            if (t.upstream.cancels() == 0) {
                t.upstream.subscriber().onComplete();
            }
            t.outcome(consumption);
        });
        rule("2.3", "calls neither request nor cancel inside onComplete and onError", t -> {
            Consumption ended = t.consume();
            t.upstream.awaitRequest();
            t.upstream.subscriber().onComplete();
            t.outcome(ended);
            Upstream failing = new Upstream(t.deadline);
            Consumption failed = t.consume(failing);
            failing.awaitRequest();
            failing.subscriber().onError(Elements.failure());
            t.outcome(failed);
        });
        rule("2.4", "after the end it calls nothing more, cancelled or not", t -> {
            Consumption consumption = t.consume();
            t.upstream.awaitRequest();
            t.upstream.subscriber().onComplete();
            long before =
                    t.upstream.requested(); // an unbounded demand comes in two requests, the second maybe only now
            t.outcome(consumption);
            consumption.cancel().run();
            assertThat(t.upstream.cancels()).as("cancels after the end").isZero();
            assertThat(t.upstream.requested()).as("requested").isEqualTo(before);
        });
        rule("2.5", "a second subscription is cancelled, and the first goes on", t -> {
            Consumption consumption = t.consume();
            t.upstream.awaitRequest();
            Upstream second = new Upstream(t.deadline);
            t.upstream.subscriber().onSubscribe(second);
            second.awaitCancel();
            assertThat(second.requested()).as("requested from the second").isZero();
            assertThat(t.upstream.cancels()).as("cancels of the first").isZero();
            t.upstream.subscriber().onNext(7);
            if (t.upstream.cancels() == 0) {
                t.upstream.subscriber().onComplete();
            }
            assertThat(t.outcome(consumption)).isIn("7", "[7]", "null");
        });
        rule("2.6", "no longer needed, it is cancelled, once", t -> {
            Consumption consumption = t.consume();
            t.upstream.awaitRequest();
            consumption.cancel().run();
            t.upstream.awaitCancel();
            consumption.cancel().run();
            assertThat(t.outcome(consumption)).isEqualTo("cancelled");
            assertThat(t.upstream.cancels()).isOne();
        });
        rule("2.7", "a cancellation on another thread does not overlap a request", t -> {
            AtomicBoolean first = new AtomicBoolean(true);
            t.upstream.inSubscribe(s -> {}); // later
            Consumption consumption = t.consume();
            t.upstream.inRequest(n -> {
                if (first.getAndSet(false)) {
                    t.upstream.awaitCancelDuring(Deadline.start(consumption.cancel()::run)); // the referee sees it
                }
            });
            t.upstream.subscriber().onSubscribe(t.upstream);
            t.upstream.awaitRequest();
            t.outcome(consumption);
            t.upstream.awaitCancelled();
            assertThat(t.upstream.cancels()).isOne();
        });
        rule("2.8", "items after the cancellation are tolerated", t -> {
            Consumption consumption = t.consume();
            t.upstream.awaitRequest();
            consumption.cancel().run();
            t.upstream.awaitCancel();
            t.upstream.subscriber().onNext(1);
            t.upstream.subscriber().onComplete();
            assertThat(t.outcome(consumption)).isEqualTo("cancelled");
        });
        rule("2.9", "onComplete before any request is taken", t -> {
            t.upstream.inSubscribe(s -> {
                s.onSubscribe(t.upstream);
                s.onComplete();
            });
            t.outcome(t.consume());
        });
        rule("2.10", "onError before any request is taken, as it is", t -> {
            t.upstream.inSubscribe(s -> {
                s.onSubscribe(t.upstream);
                s.onError(Elements.failure());
            });
            assertThat(t.outcome(t.consume())).isEqualTo("IllegalArgumentException");
        });
        rule("2.11", "what was written before a signal is seen by the thread that gets the result", t -> {
            int[] written = new int[1];
            for (int run = 1; run <= 50; run++) {
                int value = run;
                Upstream upstream = new Upstream(t.deadline);
                Consumption consumption = t.consume(upstream);
                upstream.awaitRequest();
                Deadline.start(() -> {
                    written[0] = value;
                    upstream.subscriber().onComplete();
                });
                t.outcome(consumption);
                assertThat(written[0]).isEqualTo(value);
            }
        });
        rule("2.12", "a subscriber is used for one subscription", t -> {
            t.upstream.inSubscribe(s -> {
                s.onSubscribe(t.upstream);
                s.onComplete();
            });
            t.outcome(t.consume());
            t.outcome(t.consume());
            assertThat(t.upstream.subscriptions()).isEqualTo(2);
        });
        rule("2.13", "null is a NullPointerException to the caller", t -> {
            for (Consumer<Subscriber<? super Integer>> fault : List.<Consumer<Subscriber<? super Integer>>>of(
                    s -> s.onSubscribe(null), s -> s.onNext(null), s -> s.onError(null))) {
                Upstream upstream = new Upstream(t.deadline);
                t.consume(upstream);
                upstream.awaitRequest();
                assertThatThrownBy(() -> fault.accept(upstream.subscriber())).isInstanceOf(NullPointerException.class);
            }
        });
        rule("3.1", "calls nothing before it has a subscription, and none but its own", t -> {
            t.upstream.inSubscribe(s -> {});
            Consumption early = t.consume();
            t.upstream.subscriber();
            early.cancel().run();
            assertThat(t.outcome(early)).isEqualTo("cancelled");
            assertThat(t.upstream.requested() + t.upstream.cancels())
                    .as("calls before onSubscribe")
                    .isZero();
            Upstream one = new Upstream(t.deadline);
            Upstream other = new Upstream(t.deadline);
            t.consume(one);
            Consumption consumption = t.consume(other);
            one.awaitRequest();
            other.awaitRequest();
            consumption.cancel().run();
            other.awaitCancel();
            assertThat(one.cancels()).as("cancels of another subscription").isZero();
        });
    }
}
