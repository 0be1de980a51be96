package pollux.tck.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.Referee;
import pollux.tck.matrix.Row;
import pollux.tck.protocol.Steps.Cancel;
import pollux.tck.protocol.Steps.CancelInNext;
import pollux.tck.protocol.Steps.End;
import pollux.tck.protocol.Steps.Fail;
import pollux.tck.protocol.Steps.Produce;
import pollux.tck.protocol.Steps.Request;
import pollux.tck.protocol.Steps.RequestInNext;
import pollux.tck.protocol.Steps.Step;
import pollux.tck.protocol.Steps.WakeInVain;
import pollux.tck.rules.Kin;

/**
 * Random conversations with every publisher that is made of a stream and served on the calling thread. After each step
 * the subscriber has seen exactly what a model of a dozen lines says.
 */
class OutProtocolTest {

    private static final List<Row> PARTIES = Row.all().stream()
            .filter(row -> row.isOutbound() && row.isDirect() && row.mostItems() == Long.MAX_VALUE)
            .filter(row -> !row.name.contains("pool"))
            .toList();

    @Provide
    Arbitrary<List<Step>> steps() {
        return Steps.ofSubscribers();
    }

    @Property(tries = 2_000)
    void subscriberSeesWhatTheModelSays(@ForAll("steps") List<Step> steps, @ForAll boolean foretells) {
        converse(steps, foretells);
    }

    @Example
    void thereAreParties() {
        assertThat(PARTIES).extracting(row -> row.name).hasSizeGreaterThan(5);
    }

    /** The canary: a publisher that forgets what is asked for inside onNext is found out. */
    @Example
    void canaryLostRequestIsCaught() {
        List<Step> steps = List.of(new Produce(2), new RequestInNext(1), new Request(1));
        HandStream source = new HandStream(false);
        Talk talk = new Talk("canary", source, steps);
        talk.onSubscribe(new Subscription() {
            private boolean busy;

            @Override
            public void request(long n) {
                if (!busy) { // what comes in meanwhile is lost
                    busy = true;
                    talk.onNext(0);
                    busy = false;
                }
            }

            @Override
            public void cancel() {}
        });
        assertThatThrownBy(talk::run).isInstanceOf(AssertionError.class).hasMessageContaining("items");
    }

    /** Has the conversation with every party. */
    static void converse(List<Step> steps, boolean foretells) {
        PARTIES.forEach(party -> converse(party, steps, foretells));
    }

    private static void converse(Row party, List<Step> steps, boolean foretells) {
        HandStream source = new HandStream(foretells);
        List<ProtocolViolation> violations = new CopyOnWriteArrayList<>();
        Talk talk = new Talk(party.name, source, steps);
        talk.model.foretells = foretells;
        party.publish(() -> source)
                .subscribe(new Kin(Referee.subscriber(talk, (violation, referee) -> violations.add(violation))));
        talk.run();
        assertThat(violations.stream().filter(violation -> !violation.rule().equals("3.9")))
                .as("violations seen in %s of %s", steps, party)
                .isEmpty();
    }

    /** What ought to be. */
    private static final class Model {

        boolean foretells;
        long demand;
        int produced;
        int delivered;

        @Nullable
        String end;

        @Nullable
        String told;

        boolean cancelled;
        int cancels;
        long requestInNext;
        boolean cancelInNext;

        void request(long n) {
            if (told != null || cancelled) {
                return;
            }
            if (n <= 0) {
                told = "IllegalArgumentException";
                cancels = 1;
            } else {
                demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            }
        }

        void cancel() {
            if (told == null && !cancelled) {
                cancelled = true;
                cancels = 1;
            }
        }

        void settle() {
            while (told == null && !cancelled && delivered < produced && delivered < demand) {
                delivered++;
                if (cancelInNext) {
                    cancelInNext = false;
                    cancel();
                }
                if (requestInNext != 0) {
                    long n = requestInNext;
                    requestInNext = 0;
                    request(n);
                }
            }
            if (told == null
                    && !cancelled
                    && delivered == produced
                    && end != null
                    && (demand > delivered || foretells)) {
                told = end;
            }
        }
    }

    /** One subscriber, and the model beside it. */
    private static final class Talk implements Subscriber<Object> {

        final Model model = new Model();
        private final String party;
        private final HandStream source;
        private final List<Step> steps;
        private final List<Object> items = new ArrayList<>();
        private final List<String> ends = new ArrayList<>();
        private @Nullable Subscription subscription;
        private long requestInNext;
        private boolean cancelInNext;

        Talk(String party, HandStream source, List<Step> steps) {
            this.party = party;
            this.source = source;
            this.steps = steps;
        }

        void run() {
            for (int i = 0; i < steps.size(); i++) {
                take(steps.get(i));
                model.settle();
                String where = party + " after " + steps.subList(0, i + 1);
                assertThat(items).as("items of %s", where).hasSize(model.delivered);
                assertThat(ends)
                        .as("ends of %s", where)
                        .isEqualTo(model.told == null ? List.of() : List.of(model.told));
                assertThat(source.cancels).as("cancellations by %s", where).isEqualTo(model.cancels);
            }
            for (int i = 0; i < items.size(); i++) {
                assertThat(items.get(i))
                        .as("items of %s in order: %s", party, items)
                        .isEqualTo(i);
            }
        }

        private void take(Step step) {
            if (step instanceof Produce more && model.end == null) {
                model.produced += more.count();
                source.produce(more.count());
            } else if (step instanceof End && model.end == null) {
                model.end = "end";
                source.end();
            } else if (step instanceof Fail && model.end == null) {
                model.end = "Expected";
                source.fail();
            } else if (step instanceof WakeInVain) {
                source.wake();
            } else if (step instanceof Request request) {
                model.request(request.n());
                subscription.request(request.n());
            } else if (step instanceof RequestInNext later) {
                model.requestInNext = later.n();
                requestInNext = later.n();
            } else if (step instanceof CancelInNext) {
                model.cancelInNext = true;
                cancelInNext = true;
            } else if (step instanceof Cancel) {
                model.cancel();
                subscription.cancel();
            }
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Object item) {
            items.add(item);
            if (cancelInNext) {
                cancelInNext = false;
                subscription.cancel();
            }
            if (requestInNext != 0) {
                long n = requestInNext;
                requestInNext = 0;
                subscription.request(n);
            }
        }

        @Override
        public void onError(Throwable error) {
            ends.add(error.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            ends.add("end");
        }
    }
}
