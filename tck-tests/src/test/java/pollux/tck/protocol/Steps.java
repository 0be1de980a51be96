package pollux.tck.protocol;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** What parties and checks do to each other, and sequences of it. */
final class Steps {

    /** One step; a bridge is quiet again before the next. */
    sealed interface Step {}

    // ------------------------------------------------------------------ a subscriber of ours is met by

    /** The source has so many items more. */
    record Produce(int count) implements Step {}

    /** The source ends. */
    record End() implements Step {}

    /** The source fails. */
    record Fail() implements Step {}

    /** The source wakes what waits for it, for no reason. */
    record WakeInVain() implements Step {}

    /** The subscriber asks. */
    record Request(long n) implements Step {}

    /** The subscriber cancels. */
    record Cancel() implements Step {}

    /** The subscriber will ask inside the next onNext. */
    record RequestInNext(long n) implements Step {}

    /** The subscriber will cancel inside the next onNext. */
    record CancelInNext() implements Step {}

    /** The task polls. */
    record Poll() implements Step {}

    private Steps() {}

    /** Sequences for a publisher of ours. */
    static Arbitrary<List<Step>> ofSubscribers() {
        Arbitrary<Long> n = Arbitraries.frequencyOf(
                Tuple.of(20, Arbitraries.longs().between(1, 4)),
                Tuple.of(2, Arbitraries.of(Long.MAX_VALUE, Long.MAX_VALUE - 1)),
                Tuple.of(1, Arbitraries.of(0L, -1L, Long.MIN_VALUE)));
        return Arbitraries.<Step>frequencyOf(
                        Tuple.of(6, Arbitraries.integers().between(1, 3).map(Produce::new)),
                        Tuple.of(6, n.map(Request::new)),
                        Tuple.of(2, n.map(RequestInNext::new)),
                        Tuple.of(2, Arbitraries.create(WakeInVain::new)),
                        Tuple.of(1, Arbitraries.create(CancelInNext::new)),
                        Tuple.of(1, Arbitraries.create(Cancel::new)),
                        Tuple.of(1, Arbitraries.create(End::new)),
                        Tuple.of(1, Arbitraries.create(Fail::new)))
                .list()
                .ofMaxSize(25);
    }

    /** Sequences for a stream of ours that is fed by a publisher. */
    static Arbitrary<List<Step>> ofPublishers() {
        return Arbitraries.<Step>frequencyOf(
                        Tuple.of(8, Arbitraries.create(Poll::new)),
                        Tuple.of(8, Arbitraries.integers().between(1, 3).map(Produce::new)),
                        Tuple.of(1, Arbitraries.create(Cancel::new)),
                        Tuple.of(1, Arbitraries.create(End::new)),
                        Tuple.of(1, Arbitraries.create(Fail::new)))
                .list()
                .ofMaxSize(40);
    }
}
