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
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.sync.Mpsc;

/**
 * A sender finds its channel full and waits while the receiver takes the item: the sender sees the room, or is woken.
 */
public final class RoomStress {

    private RoomStress() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "sent or woken")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class Room {

        private final Mpsc<Integer> channel = Mpsc.bounded(1);
        private final Future<Void> send = channel.sender().send(2);
        private boolean sent;
        private volatile boolean woken;
        private final Waker waker = () -> woken = true;
        private final Context cx = new Context(waker, Services.NONE);

        /** Makes a full channel. */
        public Room() {
            channel.sender().trySend(1);
        }

        @Actor
        public void sender() {
            sent = RawFuture.pollAny(send, cx) != RawFuture.PENDING;
        }

        @Actor
        public void receiver() {
            channel.receiver().tryReceive();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = sent || woken ? 1 : 0;
        }
    }

    /** The two words of it, without the fence of the receiver. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "seen or woken")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class WithoutFenceCanary {

        private static final VarHandle TAKEN;
        private static final VarHandle WAITS;

        static {
            try {
                MethodHandles.Lookup lookup = MethodHandles.lookup();
                TAKEN = lookup.findVarHandle(WithoutFenceCanary.class, "taken", long.class);
                WAITS = lookup.findVarHandle(WithoutFenceCanary.class, "waits", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private long taken;
        private boolean waits;
        private boolean seen;
        private boolean woken;

        @Actor
        public void sender() {
            WAITS.setVolatile(this, true);
            VarHandle.fullFence();
            seen = (long) TAKEN.getAcquire(this) == 1;
        }

        @Actor
        public void receiver() {
            TAKEN.setRelease(this, 1L);
            woken = (boolean) WAITS.getAcquire(this);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = seen || woken ? 1 : 0;
        }
    }
}
