package pollux.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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

/** A value comes while its reader begins to wait: the reader has it, or is woken, and sees what was written before. */
public final class PromiseStress {

    private PromiseStress() {}

    /** The reader, and what the writer has written before it ended the promise. */
    abstract static class Reader implements Waker {

        int written; // plain: the promise has to order it
        private boolean woken;
        private int seenWhenWoken;

        /** Polls once; returns what was written if the value is there, 0 if it is not. */
        final int poll(Future<?> future) {
            Object answer = RawFuture.pollAny(future, new Context(this, Services.NONE));
            return answer == RawFuture.PENDING ? 0 : written;
        }

        @Override
        public void wake() {
            woken = true;
            seenWhenWoken = written;
        }

        final void look(int seen, II_Result r) {
            r.r1 = seen != 0 ? seen : woken ? seenWhenWoken : -1;
            r.r2 = seen != 0 && woken ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "read, or woken")
    @Outcome(expect = FORBIDDEN, desc = "not woken, or woken for nothing, or the value came before what led to it")
    @State
    public static class Ended extends Reader {

        private final Promise<Integer> promise = new Promise<>();
        private final Future<Integer> future = promise.future();
        private int seen;

        @Actor
        public void writer() {
            written = 1;
            promise.complete(7);
        }

        @Actor
        public void reader() {
            seen = poll(future);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(seen, r);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "read, or woken")
    @Outcome(expect = FORBIDDEN, desc = "not woken, or woken for nothing, or the value came before what led to it")
    @State
    public static class EndedInTwoStepsCanary extends Reader {

        private final Slot slot = new Slot();
        private int seen;

        @Actor
        public void writer() {
            written = 1;
            Object now = slot.state.get();
            slot.state.set(7);
            if (now instanceof Waker waker) {
                waker.wake();
            }
        }

        @Actor
        public void reader() {
            seen = poll(slot);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            look(seen, r);
        }
    }

    /** As the field of a promise. */
    private static final class Slot extends RawFuture<Integer> {

        private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return state.compareAndSet(null, cx.waker()) ? PENDING : state.get();
        }
    }
}
