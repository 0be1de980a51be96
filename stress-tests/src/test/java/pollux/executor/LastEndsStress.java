package pollux.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import pollux.future.Futures;

/** The last two tasks of a closed pool end on two workers at once: one of them finds the pool done. */
public final class LastEndsStress {

    private LastEndsStress() {}

    @JCStressTest
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "neither stops the pool")
    @Outcome(expect = ACCEPTABLE, desc = "one of them stops it, or both")
    @State
    public static class Ends {

        private final OwnedTasks registry = closed();
        private final Task<?> one = task();
        private final Task<?> other = task();

        @Actor
        public void first(ZZ_Result r) {
            registry.leave(one, registry.ledger(0));
            r.r1 = registry.isDone();
        }

        @Actor
        public void second(ZZ_Result r) {
            registry.leave(other, registry.ledger(1));
            r.r2 = registry.isDone();
        }
    }

    /** Looks right after the end, without the fence. */
    @JCStressTest
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "neither stops the pool")
    @Outcome(expect = ACCEPTABLE, desc = "one of them stops it, or both")
    @State
    public static class WithoutFenceCanary {

        private final OwnedTasks registry = closed();
        private final Task<?> one = task();
        private final Task<?> other = task();

        @Actor
        public void first(ZZ_Result r) {
            registry.leave(one, registry.ledger(0));
            r.r1 = registry.isClosed() && registry.isEmpty();
        }

        @Actor
        public void second(ZZ_Result r) {
            registry.leave(other, registry.ledger(1));
            r.r2 = registry.isClosed() && registry.isEmpty();
        }
    }

    /** A registry that has let two tasks in. */
    private static OwnedTasks closed() {
        OwnedTasks registry = new OwnedTasks(2);
        registry.admit();
        registry.admit();
        registry.close();
        return registry;
    }

    private static Task<?> task() {
        return new Task<>(null, Futures.ready(null));
    }
}
