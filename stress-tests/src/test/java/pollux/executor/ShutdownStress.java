package pollux.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A pool closes while a thread submits: the task is turned away, or the pool waits for it. */
public final class ShutdownStress {

    private ShutdownStress() {}

    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "accepted, and the pool waits")
    @Outcome(id = "false, .*", expect = ACCEPTABLE, desc = "turned away")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "accepted and forgotten")
    @State
    public static class Registry {

        private final OwnedTasks registry = new OwnedTasks(1);

        @Actor
        public void submitter(ZZ_Result r) {
            r.r1 = registry.admit();
        }

        @Actor
        public void closer(ZZ_Result r) {
            registry.close();
            r.r2 = registry.isEmpty();
        }
    }

    /** Looks first and counts afterwards. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "accepted, and the pool waits")
    @Outcome(id = "false, .*", expect = ACCEPTABLE, desc = "turned away")
    @Outcome(id = "true, true", expect = FORBIDDEN, desc = "accepted and forgotten")
    @State
    public static class LooksFirstCanary {

        private volatile boolean closed;
        private volatile int entered;

        @Actor
        public void submitter(ZZ_Result r) {
            if (!closed) {
                entered = 1;
                r.r1 = true;
            }
        }

        @Actor
        public void closer(ZZ_Result r) {
            closed = true;
            r.r2 = entered == 0;
        }
    }
}
