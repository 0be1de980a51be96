package pollux.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** One party leaves while the next one comes: the next one is refused, or sees all that the first one has written. */
public final class OnePartyStress {

    private OnePartyStress() {}

    /** What both sides share, and what the second one does. */
    abstract static class Place {

        final OneParty place = new OneParty();
        int written; // plain: the place has to order it
        private int seen;

        Place() {
            place.waits("first", "place");
        }

        final void come() {
            try {
                place.waits("second", "place");
                seen = written;
            } catch (IllegalStateException refused) {
                seen = -1;
            }
        }

        final void look(II_Result r) {
            r.r1 = seen;
            r.r2 = place.leave("second") == (seen >= 0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "refused")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "let in behind the first")
    @Outcome(expect = FORBIDDEN, desc = "let in too early, or forgotten")
    @State
    public static class Leaving extends Place {

        @Actor
        public void first() {
            written = 1;
            place.leave("first");
        }

        @Actor
        public void second() {
            come();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(r);
        }
    }

    @JCStressTest
    @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "refused")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "let in behind the first")
    @Outcome(expect = FORBIDDEN, desc = "let in too early, or forgotten")
    @State
    public static class LeavesFirstCanary extends Place {

        @Actor
        public void first() {
            place.leave("first");
            written = 1;
        }

        @Actor
        public void second() {
            come();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(r);
        }
    }
}
