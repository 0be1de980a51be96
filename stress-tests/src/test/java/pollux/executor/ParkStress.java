package pollux.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A worker is about to sleep while work is published: it sees the work, or its sleep ends at once. */
public final class ParkStress {

    private ParkStress() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "sees the work, or is notified")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "sleeps beside work")
    @State
    public static class Handshake {

        private final Parker worker = new Parker(0, Platform.JVM);
        private final IdleSet idle = new IdleSet(new Parker[] {worker});
        private boolean work; // plain: the fences of both sides have to order it
        private boolean seen;

        @Actor
        public void sleeper() {
            idle.announce(worker, false);
            seen = work;
        }

        @Actor
        public void publisher() {
            work = true;
            idle.notifyOne();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            boolean notified = worker.sleep(0, null);
            r.r1 = seen || notified ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "sees the work, or is notified")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "sleeps beside work")
    @State
    public static class WithoutFenceCanary {

        private static final VarHandle ASLEEP;
        private static final VarHandle WORK;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                ASLEEP = lookup.findVarHandle(WithoutFenceCanary.class, "asleep", int.class);
                WORK = lookup.findVarHandle(WithoutFenceCanary.class, "work", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private int asleep;
        private int work;
        private boolean seen;
        private boolean notified;

        @Actor
        public void sleeper() {
            ASLEEP.setRelease(this, 1);
            seen = (int) WORK.getAcquire(this) == 1;
        }

        @Actor
        public void publisher() {
            WORK.setRelease(this, 1);
            notified = (int) ASLEEP.getAcquire(this) == 1;
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = seen || notified ? 1 : 0;
        }
    }
}
