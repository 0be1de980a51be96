package pollux.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;

/**
 * A sender finds its channel full and waits while the receiver takes a batch of items: the sender sees the room, or is
 * told of it when the batch is over.
 */
public final class BatchStress {

    private static final int ITEMS = 2;

    private BatchStress() {}

    /** A full channel, and a sender that comes to it. */
    abstract static class Full {

        final MpscCore<Integer> core = new MpscCore<>(ITEMS, null);
        private final Future<Void> send = new Sender<>(core).send(ITEMS);
        private boolean sent;
        private volatile boolean woken;
        private final Waker waker = () -> woken = true;
        private final Context cx = new Context(waker, Services.NONE);
        int taken;

        Full() {
            Sender<Integer> filler = new Sender<>(core);
            for (int i = 0; i < ITEMS; i++) {
                filler.trySend(i);
            }
        }

        final void pollSend() {
            sent = RawFuture.pollAny(send, cx) != RawFuture.PENDING;
        }

        final void look(II_Result r) {
            r.r1 = sent || woken ? 1 : 0;
            r.r2 = taken;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "sent or told, and both items were taken")
    @Outcome(expect = FORBIDDEN, desc = "a sender was not told")
    @State
    public static class Batch extends Full {

        private final Context receiving = new Context(Waker.noop(), Services.NONE);

        @Actor
        public void sender() {
            pollSend();
        }

        @Actor
        public void receiver() {
            core.takeWhile(receiving, this, () -> taken < ITEMS, item -> taken++);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(r);
        }
    }

    /** The same batch, which ends without a fence: only the look behind each item is left. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "sent or told, and both items were taken")
    @Outcome(expect = FORBIDDEN, desc = "a sender was not told")
    @State
    public static class WithoutFenceCanary extends Full {

        private static final VarHandle WAITS;

        static {
            try {
                WAITS = MethodHandles.privateLookupIn(MpscCore.class, MethodHandles.lookup())
                        .findVarHandle(MpscCore.class, "senderWaits", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        @Actor
        public void sender() {
            pollSend();
        }

        @Actor
        public void receiver() {
            while (taken < ITEMS) {
                core.takeOnly();
                taken++;
                if ((boolean) WAITS.getVolatile(core)) {
                    core.slots.collect();
                }
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(r);
        }
    }
}
