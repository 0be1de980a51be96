package pollux.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;
import pollux.reactive.spi.Demand;

/** A request while an item is delivered. */
public final class DemandStress {

    private DemandStress() {}

    @JCStressTest
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "the sum")
    @Outcome(expect = FORBIDDEN, desc = "demand was lost or made up")
    @State
    public static class Amount {

        private final Demand demand = new Demand();

        public Amount() {
            demand.add(3);
        }

        @Actor
        public void request() {
            demand.add(2);
        }

        @Actor
        public void delivery() {
            demand.spend(1);
        }

        @Arbiter
        public void arbiter(J_Result r) {
            r.r1 = demand.get();
        }
    }

    @JCStressTest
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "the sum")
    @Outcome(expect = FORBIDDEN, desc = "demand was lost or made up")
    @State
    public static class NotAtomicCanary {

        private volatile long amount = 3;

        @Actor
        public void request() {
            amount = amount + 2;
        }

        @Actor
        public void delivery() {
            amount = amount - 1;
        }

        @Arbiter
        public void arbiter(J_Result r) {
            r.r1 = amount;
        }
    }
}
