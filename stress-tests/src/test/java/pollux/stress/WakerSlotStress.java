package pollux.stress;

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
import pollux.future.Waker;
import pollux.sync.AtomicWaker;

/** A producer raises a flag and wakes, a consumer registers and looks at the flag: one sees the other. */
public final class WakerSlotStress {

    private WakerSlotStress() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "seen or woken")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class Slot {

        private final AtomicWaker slot = new AtomicWaker();
        private boolean raised; // plain: the slot has to order it
        private boolean seen;
        private boolean woken;
        private final Waker waker = () -> woken = true;

        @Actor
        public void consumer() {
            slot.register(waker);
            seen = raised;
        }

        @Actor
        public void producer() {
            raised = true;
            slot.wake();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = seen || woken ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "seen or woken")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class WithoutFenceCanary {

        private static final VarHandle WAKER;
        private static final VarHandle RAISED;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                WAKER = lookup.findVarHandle(WithoutFenceCanary.class, "waker", Waker.class);
                RAISED = lookup.findVarHandle(WithoutFenceCanary.class, "raised", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private Waker waker;
        private boolean raised;
        private boolean seen;
        private boolean woken;
        private final Waker wakes = () -> woken = true;

        @Actor
        public void consumer() {
            WAKER.setRelease(this, wakes);
            seen = (boolean) RAISED.getAcquire(this);
        }

        @Actor
        public void producer() {
            RAISED.setRelease(this, true);
            Waker registered = (Waker) WAKER.getAcquire(this);
            if (registered != null) {
                registered.wake();
            }
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = seen || woken ? 1 : 0;
        }
    }
}
