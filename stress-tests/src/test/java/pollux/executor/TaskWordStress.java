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
import pollux.debug.TaskTree;

/** A waker publishes something and wakes a task while that is polled: some poll sees it. */
public final class TaskWordStress {

    private TaskWordStress() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "a poll has seen it")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class Word extends TaskState {

        private int published; // plain: the word has to order it
        private int seen;
        private boolean queued;

        @Actor
        public void runner() {
            runEntry();
        }

        @Actor
        public void waker() {
            published = 1;
            queued = toNotified();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            if (queued) {
                runEntry();
            }
            r.r1 = seen;
        }

        private void runEntry() {
            boolean due = true;
            while (due && toRunning() == Entry.POLL) {
                seen = published;
                due = toIdle(false) == Rest.REQUEUE;
            }
        }

        @Override
        boolean runHere(Runner runner, boolean isLast) {
            throw new AssertionError("the actors run the entries");
        }

        @Override
        TaskTree look(long number) {
            throw new AssertionError("no dump sees it");
        }
    }

    /** As {@link Word}, while the task is queued with its lock, and then polled. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "a poll has seen it")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class KeptLock extends TaskState {

        private int published; // plain: the word has to order it
        private int seen;
        private boolean queued;

        /** Makes a task that has yielded. */
        public KeptLock() {
            toRunning();
            keepLock();
        }

        @Actor
        public void runner() {
            runEntry(toRunningOn());
        }

        @Actor
        public void waker() {
            published = 1;
            queued = toNotified();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            if (queued) {
                runEntry(toRunning());
            }
            r.r1 = seen;
        }

        private void runEntry(Entry first) {
            boolean due = first == Entry.POLL;
            while (due) {
                seen = published;
                due = toIdle(false) == Rest.REQUEUE && toRunning() == Entry.POLL;
            }
        }

        @Override
        boolean runHere(Runner runner, boolean isLast) {
            throw new AssertionError("the actors run the entries");
        }

        @Override
        TaskTree look(long number) {
            throw new AssertionError("no dump sees it");
        }
    }

    /** The wake-up that came while the task was queued is cleared after the poll. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "a poll has seen it")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class ClearedAfterPollCanary extends TaskState {

        private int published;
        private int seen;
        private boolean queued;

        /** Makes a task that has yielded. */
        public ClearedAfterPollCanary() {
            toRunning();
            keepLock();
        }

        @Actor
        public void runner() {
            seen = published;
            toRunningOn();
            if (toIdle(false) == Rest.REQUEUE) {
                toRunning();
                seen = published;
                toIdle(false);
            }
        }

        @Actor
        public void waker() {
            published = 1;
            queued = toNotified();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            if (queued) {
                seen = published;
            }
            r.r1 = seen;
        }

        @Override
        boolean runHere(Runner runner, boolean isLast) {
            throw new AssertionError("the actors run the entries");
        }

        @Override
        TaskTree look(long number) {
            throw new AssertionError("no dump sees it");
        }
    }

    /** A waker that finds the flag set and does not write it once more. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "a poll has seen it")
    @Outcome(id = "0", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class NotWrittenCanary {

        private static final VarHandle NOTIFIED;

        static {
            try {
                NOTIFIED = MethodHandles.lookup().findVarHandle(NotWrittenCanary.class, "notified", int.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private volatile int notified = 1; // born owing an entry
        private int published;
        private int seen;
        private boolean queued;

        @Actor
        public void runner() {
            NOTIFIED.compareAndSet(this, 1, 0);
            seen = published;
        }

        @Actor
        public void waker() {
            published = 1;
            queued = notified == 0 && NOTIFIED.compareAndSet(this, 0, 1);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            if (queued) {
                seen = published;
            }
            r.r1 = seen;
        }
    }
}
