package pollux.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import pollux.debug.TaskTree;

/**
 * Another thread publishes something and wakes an inline run while that begins: if the run is expected, some poll sees
 * it.
 */
public final class InlineBeginStress {

    private InlineBeginStress() {}

    /** The state word, and what a poll sees. */
    abstract static class Run extends InlineState {

        private int published; // plain: the word has to order it
        private int seen;

        final void beginAndPoll() {
            toBegun();
            poll();
        }

        final void publishAndWake() {
            published = 1;
            if (toWoken()) {
                poll();
            }
        }

        private void poll() {
            do {
                seen = published;
            } while (!toIdle());
        }

        @Override
        boolean runHere(Runner runner, boolean isLast) {
            throw new AssertionError("the actors poll");
        }

        @Override
        TaskTree look(long number) {
            throw new AssertionError("no dump sees it");
        }
    }

    /** A run that both threads know from the start. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "a poll has seen it")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class Expected extends Run {

        public Expected() {
            toExpected();
        }

        @Actor
        public void beginner() {
            beginAndPoll();
        }

        @Actor
        public void waker() {
            publishAndWake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = super.seen;
        }
    }

    /** A dormant run: the waker has no atomic write of its own, as a subscription that is not expected needs. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "a poll has seen it")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class NotExpectedCanary extends Run {

        @Actor
        public void beginner() {
            beginAndPoll();
        }

        @Actor
        public void waker() {
            publishAndWake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = super.seen;
        }
    }

    private static final class Found extends Run {}

    /** A run that the waker finds by a data race. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not found")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "found, and a poll has seen it")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class FoundByRace {

        private @Nullable Found run; // plain
        private @Nullable Found found;

        @Actor
        public void beginner() {
            Found made = new Found();
            made.toExpected();
            run = made;
            made.beginAndPoll();
        }

        @Actor
        public void waker() {
            Found there = run;
            if (there != null) {
                there.publishAndWake();
                found = there;
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = found == null ? 0 : 1;
            r.r2 = found == null ? 0 : ((Run) found).seen;
        }
    }

    /** A run that is handed out before it is expected: what a machine may make of it without a fence. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "not found")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "found, and a poll has seen it")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class ExpectedLateCanary {

        private @Nullable Found run; // plain
        private @Nullable Found found;

        @Actor
        public void beginner() {
            Found made = new Found();
            run = made;
            VarHandle.fullFence(); // makes the time in between longer
            made.toExpected();
            made.beginAndPoll();
        }

        @Actor
        public void waker() {
            Found there = run;
            if (there != null) {
                there.publishAndWake();
                found = there;
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = found == null ? 0 : 1;
            r.r2 = found == null ? 0 : ((Run) found).seen;
        }
    }
}
