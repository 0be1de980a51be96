package pollux.testing.scenarios;

import static pollux.testing.scenarios.Trial.scenario;

import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.reactive.ProtocolViolation;
import pollux.reactive.ReactiveStreams;
import pollux.testing.Scenario;
import reactor.core.publisher.Hooks;

/**
 * Sources that signal from inside {@code request} and from inside {@code cancel}. What was decided before the cancel
 * stays: an item, or an error.
 */
final class Signals {

    private Signals() {}

    static final List<Named<Scenario>> ALL = List.of(
            signals(
                    "first",
                    Fault.NONE,
                    (t, s) -> ReactiveStreams.<Integer>first(s).map(x -> t.mustBe(1, x))),
            signals(
                    "firstOrNull",
                    Fault.NONE,
                    (t, s) -> ReactiveStreams.<Integer>firstOrNull(s).map(x -> t.mustBe(1, x))),
            signals(
                    "a stream that is left early",
                    Fault.NONE,
                    (t, s) -> ReactiveStreams.<Integer>fromPublisher(s, 1 + t.random(2))
                            .take(1)
                            .toList()
                            .map(x -> t.mustBe(List.of(1), x))),
            signals(
                    "a second item",
                    Fault.NONE,
                    (t, s) -> fails(t, ReactiveStreams.<Integer>future(s), IllegalStateException.class)),
            signals(
                    "a null item, all",
                    Fault.NULL,
                    (t, s) -> fails(t, ReactiveStreams.<Integer>toList(s), ProtocolViolation.class)),
            signals(
                    "a null item, stream",
                    Fault.NULL,
                    (t, s) -> fails(
                            t, ReactiveStreams.<Integer>fromPublisher(s, 4).toList(), ProtocolViolation.class)),
            signals(
                    "a request that throws, all",
                    Fault.THROW,
                    (t, s) -> fails(t, ReactiveStreams.<Integer>toList(s), ProtocolViolation.class)),
            signals(
                    "a request that throws, stream",
                    Fault.THROW,
                    (t, s) -> fails(
                            t, ReactiveStreams.<Integer>fromPublisher(s, 4).toList(), ProtocolViolation.class)),
            signals(
                    "given up",
                    Fault.NONE,
                    (t, s) -> Futures.<Object>race(ReactiveStreams.<Integer>completion(s), t.value(1))));

    static final Named<Scenario> CANARY = signals(
            "a first that cancels before it decides",
            Fault.NONE,
            (t, s) -> new CancelThenDecide(s).map(x -> t.mustBe(1, x)));

    /** The rule that the source breaks. */
    private enum Fault {
        NONE,
        /** The second item is null. */
        NULL,
        /** The second request throws. */
        THROW
    }

    private static Named<Scenario> signals(String name, Fault fault, BiFunction<Trial, Source, Future<?>> of) {
        return scenario("signals inside cancel and request: " + name, t -> {
            Hooks.resetOnErrorDropped(); // other scenarios leave none
            Hooks.onErrorDropped(late -> {}); // what is signalled inside of a cancel comes too late
            Source source = new Source(t, fault);
            t.task(of.apply(t, source).<Object>map(x -> x));
            t.atEnd(() -> t.must(source.cancels <= 1, "was cancelled " + source.cancels + " times"));
        });
    }

    /** Ends well if the future fails as it must. */
    private static Future<?> fails(Trial t, Future<?> future, Class<? extends Throwable> expected) {
        return future.<Object>map(value -> {
                    t.must(false, "should have failed with " + expected.getSimpleName() + ", is " + value);
                    return null;
                })
                .recover(e -> expected.isInstance(e) ? Futures.ready(null) : Futures.failed(e));
    }

    /**
     * Emits 1, 2, 3 and so on without end, each item inside of the request or later, and signals once more inside of
     * cancel.
     */
    private static final class Source implements Publisher<Integer>, Subscription {

        /** What is emitted of an unbounded demand. */
        private static final long MOST = 10;

        private final Trial t;
        private final Fault fault;
        private final int inCancel;
        private int requests;
        private Subscriber<? super Integer> subscriber;
        private long demand;
        private int emitted;
        private boolean emits;
        private boolean over;
        int cancels;

        Source(Trial t, Fault fault) {
            this.t = t;
            this.fault = fault;
            this.inCancel = t.random(5);
        }

        @Override
        public void subscribe(Subscriber<? super Integer> s) {
            subscriber = s;
            s.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            if (++requests == 2 && fault == Fault.THROW) {
                throw new IllegalArgumentException("from inside of request");
            }
            demand = Math.min(demand + Math.min(n, MOST), MOST);
            if (t.random(2) == 0) {
                emit();
            } else {
                t.world.thread("source").then(this::emit);
            }
        }

        private void emit() {
            if (emits) {
                return; // further out, the loop looks at the demand again
            }
            emits = true;
            while (demand > 0 && !over) {
                demand--;
                emitted++;
                if (emitted == 2 && fault == Fault.NULL) {
                    emitNull();
                } else {
                    subscriber.onNext(emitted);
                }
            }
            emits = false;
        }

        private void emitNull() {
            try {
                subscriber.onNext(null);
            } catch (NullPointerException asTheRulesDemand) {
                t.must(over, "a null item does not cancel its source");
            }
        }

        @Override
        public void cancel() {
            cancels++;
            if (over) {
                return;
            }
            over = true;
            switch (inCancel) {
                case 1 -> subscriber.onComplete();
                case 2 -> subscriber.onError(new Refused());
                case 3 -> subscriber.onNext(99);
                case 4 -> {
                    subscriber.onNext(99);
                    subscriber.onComplete();
                }
                default -> {}
            }
        }
    }

    /** Takes the first item, but lets the end that comes out of its own cancel win. */
    private static final class CancelThenDecide extends RawFuture<Integer> implements Subscriber<Integer> {

        private final Publisher<Integer> publisher;
        private @Nullable Subscription subscription;
        private @Nullable Object answer;
        private Waker waker = Waker.noop();

        CancelThenDecide(Publisher<Integer> publisher) {
            this.publisher = publisher;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            waker = cx.waker();
            if (subscription == null) {
                publisher.subscribe(this);
            }
            return answer == null ? PENDING : answer;
        }

        @Override
        public boolean cancel() {
            if (subscription != null) {
                subscription.cancel();
            }
            return true;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            s.request(1);
        }

        @Override
        public void onNext(Integer item) {
            if (answer == null) {
                subscription.cancel();
                decide(item);
            }
        }

        @Override
        public void onError(Throwable error) {
            decide(-1);
        }

        @Override
        public void onComplete() {
            decide(-2);
        }

        private void decide(int value) {
            if (answer == null) {
                answer = value;
                waker.wake();
            }
        }
    }
}
