package pollux.tck.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reactivex.rxjava3.core.Flowable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Services;
import pollux.reactive.Prefetch;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.ReactiveStreams;
import pollux.reactive.Referee;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.tck.protocol.Steps.Cancel;
import pollux.tck.protocol.Steps.End;
import pollux.tck.protocol.Steps.Fail;
import pollux.tck.protocol.Steps.Poll;
import pollux.tck.protocol.Steps.Produce;
import pollux.tck.protocol.Steps.Step;
import reactor.core.publisher.Flux;

/**
 * Random conversations of a publisher by hand with every stream that subscribes by itself. After each step: the poll
 * has answered what a queue would, a waiting consumer was woken, and while it waits there is demand.
 */
class InProtocolTest {

    /** A way in, and how many items it may have in flight. */
    private record Party(Function<Publisher<Integer>, AsyncStream<Integer>> conversion, long most) {}

    private static final Map<String, Party> PARTIES = new LinkedHashMap<>();

    static {
        PARTIES.put("stream(publisher)", new Party(ReactiveStreams::fromPublisher, 256));
        for (int prefetch : new int[] {1, 2, 3, 8}) {
            PARTIES.put(
                    "stream(publisher, " + prefetch + ")",
                    new Party(p -> ReactiveStreams.fromPublisher(p, prefetch), prefetch));
            PARTIES.put(
                    "stream(flux, " + prefetch + ")",
                    new Party(p -> ReactorAdapter.stream(Flux.from(p), prefetch), prefetch));
            PARTIES.put(
                    "stream(flowable, " + prefetch + ")",
                    new Party(p -> RxJavaAdapter.stream(Flowable.fromPublisher(p), prefetch), prefetch));
        }
        PARTIES.put(
                "stream(flux, adaptive(1, 8))",
                new Party(p -> ReactorAdapter.stream(Flux.from(p), Prefetch.adaptive(1, 8)), 8));
        PARTIES.put(
                "stream(publisher, unbounded())",
                new Party(p -> ReactiveStreams.fromPublisher(p, Integer.MAX_VALUE), Long.MAX_VALUE));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Steps.ofPublishers();
    }

    @Property(tries = 1_000)
    void streamAnswersLikeAQueue(@ForAll("steps") List<Step> steps) {
        converse(steps);
    }

    /** Has the conversation with every party. */
    static void converse(List<Step> steps) {
        PARTIES.forEach((name, party) -> {
            Talk talk = new Talk(name, party, steps);
            talk.run();
            assertThat(talk.violations)
                    .as("violations seen in %s of %s", steps, name)
                    .isEmpty();
        });
    }

    /** The canary: a stream that forgets its waker is found out. */
    @Example
    void canaryLostWakeUpIsCaught() {
        Party deaf = new Party(
                publisher -> {
                    AsyncStream<Integer> stream = ReactiveStreams.fromPublisher(publisher);
                    Context unwoken = new Context(() -> {}, Services.NONE);
                    return new RawStream<>() {
                        @Override
                        public @Nullable Object pollNextRaw(Context cx) {
                            unwoken.begin(() -> {}, Services.NONE);
                            return RawStream.pollAny(stream, unwoken);
                        }

                        @Override
                        public boolean cancel() {
                            return stream.cancel();
                        }
                    };
                },
                256);
        assertThatThrownBy(() -> new Talk("canary", deaf, List.of(new Poll(), new Produce(1))).run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("woken");
    }

    /** One stream, its publisher, and the model of both. */
    private static final class Talk implements Publisher<Integer>, Subscription {

        final List<ProtocolViolation> violations = new ArrayList<>();
        private final String name;
        private final Party party;
        private final List<Step> steps;
        private final AsyncStream<Integer> stream;
        private final Context cx = new Context(() -> {}, Services.NONE);

        private @Nullable Subscriber<? super Integer> subscriber;
        private long requested;
        private int signalled;
        private int cancels;
        private @Nullable String end;

        private final ArrayDeque<Integer> queue = new ArrayDeque<>();
        private boolean waits;
        private boolean over;
        private boolean cancelled;
        private int wakes;

        Talk(String name, Party party, List<Step> steps) {
            this.name = name;
            this.party = party;
            this.steps = steps;
            this.stream =
                    party.conversion.apply(Referee.publisher(this, (violation, referee) -> violations.add(violation)));
        }

        void run() {
            for (int i = 0; i < steps.size(); i++) {
                String where = name + " after " + steps.subList(0, i + 1);
                take(steps.get(i), where);
                check(where);
            }
        }

        private void take(Step step, String where) {
            if (step instanceof Poll && !over && !cancelled) {
                poll(where);
            } else if (step instanceof Cancel && !cancelled && !over) {
                cancelled = true;
                assertThat(stream.cancel()).as("released: %s", where).isTrue();
                assertThat(cancels).as("cancellations: %s", where).isEqualTo(subscriber != null && end == null ? 1 : 0);
            } else if (subscriber != null && end == null && cancels == 0) {
                signal(step);
            }
        }

        private void poll(String where) {
            cx.begin(() -> wakes++, Services.NONE);
            Object answer;
            try {
                answer = RawStream.pollAny(stream, cx);
            } catch (HandStream.Expected failure) {
                assertThat(failure).as("fails: %s", where).isSameAs(HandStream.FAILURE);
                answer = "failure";
            }
            if (!queue.isEmpty()) {
                assertThat(answer).as("answer: %s", where).isEqualTo(queue.poll());
            } else if (end == null) {
                assertThat(answer).as("answer: %s", where).isSameAs(RawStream.PENDING);
                waits = true;
                wakes = 0;
            } else {
                assertThat(answer).as("answer: %s", where).isEqualTo(end.equals("failure") ? end : null);
                over = true;
            }
        }

        private void signal(Step step) {
            if (step instanceof Produce more) {
                for (int i = 0; i < more.count() && signalled < requested && cancels == 0; i++) {
                    queue.add(signalled);
                    subscriber.onNext(signalled++);
                }
            } else if (step instanceof End) {
                end = "end";
                subscriber.onComplete();
            } else if (step instanceof Fail) {
                end = "failure";
                subscriber.onError(HandStream.FAILURE);
            }
        }

        private void check(String where) {
            if (cancelled || over) {
                return;
            }
            boolean answer = !queue.isEmpty() || end != null;
            if (waits && answer) {
                assertThat(wakes).as("woken: %s", where).isPositive();
                waits = false;
            }
            if (subscriber != null && end == null) {
                assertThat(cancels).as("cancellations: %s", where).isZero();
                long open = requested - signalled;
                if (waits) {
                    assertThat(open)
                            .as("demand while the task waits: %s", where)
                            .isPositive();
                }
                assertThat(requested == Long.MAX_VALUE ? 0 : open + queue.size())
                        .as("in flight: %s", where)
                        .isLessThanOrEqualTo(party.most);
            }
        }

        // -------------------------------------------------------------- the publisher

        @Override
        public void subscribe(Subscriber<? super Integer> given) {
            subscriber = given;
            given.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }
}
