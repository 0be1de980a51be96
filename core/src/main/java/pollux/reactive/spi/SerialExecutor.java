package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import pollux.executor.JoinHandle;
import pollux.executor.Refusable;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.RawFuture;
import pollux.internal.memory.VarHandles;
import pollux.time.TimerService;

/**
 * Runs jobs one at a time and in order on a spawner: what the worker of a Reactor or RxJava scheduler is made of.
 *
 * <p>Jobs without a delay run in the order of {@link #submit}. Jobs with one run in the order of their deadlines, those
 * of one deadline in the order in which they were submitted, whichever timer fires first. Between jobs the lane gives
 * its thread back when the budget of the task is used up.
 *
 * <p>An idle lane is a plain object: no task, no thread; with delayed jobs, one timer. All methods may be called from
 * any thread. For adapters; made by {@link SerialExecutors}.
 */
public final class SerialExecutor {

    /*
     * An actor without a mailbox thread. The caller that raises `calls` from 0 owns `ready`, `timed` and the alarm
     * until it is back at 0; all others leave a job in `inbox` and count. Sorting jobs and setting the alarm runs no
     * foreign code, so the caller does it on the spot, and so a job is unlinked on the thread that disposes of it. Only
     * when a job is ready does ownership pass to a task, the Drain.
     *
     * A job is in the inbox a second time when it was disposed of while it waited: the owner then unlinks it.
     *
     * close() releases what waits at once, also while a job runs: it walks through the three collections, which bear
     * that, and ends each job; only the owner takes jobs out. It needs no order of its own: `closed` is written before
     * `calls` is raised, and an owner reads `calls` before `closed`, so the last owner ends whatever was moved from one
     * collection to another meanwhile.
     *
     * A refusal by the spawner's executor ends the jobs that are due, and nothing else: `told` decides by one
     * compare-and-set whether the caller of submit() hears of it, or the hook for failed jobs.
     */
    private static final VarHandle CALLS = VarHandles.handle(MethodHandles.lookup(), "calls", int.class);
    private static final VarHandle STATE = VarHandles.handle(MethodHandles.lookup(), Job.class, "state", int.class);
    private static final VarHandle TOLD = VarHandles.handle(MethodHandles.lookup(), Job.class, "told", boolean.class);

    /** About 146 years, so that deadlines stay comparable by difference. */
    private static final long LONGEST = 1L << 62;

    /** How long a periodic job waits at least after a refusal. */
    private static final long PAUSE = 10_000_000;

    private final SerialExecutors lanes;
    private final Spawner spawner;
    private final TimerService timers;
    private final Queue<Job> inbox = new ConcurrentLinkedQueue<>();
    private volatile int calls;
    private volatile boolean closed;

    /** Set when the alarm went off, so that it is set again even for the same deadline. */
    private volatile boolean rang;

    // changed by the owner only
    private final Queue<Job> ready = new ConcurrentLinkedQueue<>();
    private final ConcurrentSkipListSet<Job> timed = new ConcurrentSkipListSet<>(Job::order);
    private TimerService.@Nullable Registration alarm;
    private long alarmNanos;
    private long submissions = 1;

    SerialExecutor(SerialExecutors lanes, Spawner spawner, TimerService timers) {
        this.lanes = lanes;
        this.spawner = spawner;
        this.timers = timers;
    }

    /**
     * Hands a job over.
     *
     * @param job a job that was not submitted before
     * @param delayNanos how long to wait; zero or less for not at all
     * @param periodNanos the time from one run to the next, counted from the first deadline; zero for back to back,
     *     negative for a single run
     * @return true if the job will run unless it is disposed of or this lane is closed first; false if it never will,
     *     because the lane is closed or its spawner refuses to run it; a refusal leaves the lane open
     */
    public boolean submit(Job job, long delayNanos, long periodNanos) {
        job.lane = this;
        job.period = periodNanos;
        job.timed = delayNanos > 0 || periodNanos >= 0;
        if (job.timed) {
            job.deadline = timers.timeSource().nanoTime() + Math.min(Math.max(delayNanos, 0), LONGEST);
        }
        if (closed) {
            job.dispose();
            return false;
        }
        inbox.add(job);
        call();
        return TOLD.compareAndSet(job, false, true);
    }

    /** Ends this lane: what waits will not run, and is released; what runs goes on. Calling it again does nothing. */
    public void close() {
        if (!closed) {
            shut();
            endAll(ready);
            endAll(timed);
            endAll(inbox);
            call();
        }
    }

    private static void endAll(Iterable<Job> jobs) {
        jobs.forEach(Job::end);
    }

    private void shut() {
        closed = true;
        lanes.forget(this);
    }

    /**
     * Tells whether this lane takes no more jobs.
     *
     * @return true after {@link #close()}, or when the spawner was found closed
     */
    public boolean isClosed() {
        return closed;
    }

    private void call() {
        if ((int) CALLS.getAndAdd(this, 1) == 0) {
            tend();
        }
    }

    /** Gives ownership back; false if there is more to look at. */
    private boolean letGo(int seen) {
        return (int) CALLS.getAndAdd(this, -seen) == seen;
    }

    /** Owner: sorts and sets the alarm, then lets go, or passes ownership on to a task. */
    private void tend() {
        int seen;
        do {
            seen = calls;
            sort();
            if (!ready.isEmpty()) {
                Drain drain = new Drain();
                JoinHandle<Void> handle = spawner.spawn(drain);
                if (!handle.isDone() || drain.begun) {
                    return; // it has taken over, or will, or has been there and let go
                }
                if (drain.refusal != null) {
                    refuseReady(drain.refusal);
                } else {
                    shut(); // the spawner is closed
                    sort();
                }
            }
            setAlarm();
        } while (!letGo(seen));
    }

    /** Owner: the due before the new, since they were due before the look. */
    private void sort() {
        moveDue();
        for (Job job = inbox.poll(); job != null; job = inbox.poll()) {
            if (job.isDisposed()) {
                timed.remove(job);
            } else if (job.timed) {
                job.number = submissions++;
                timed.add(job);
            } else {
                ready.add(job);
            }
        }
        moveDue();
        if (closed) {
            endAll(ready);
            ready.clear();
            endAll(timed);
            timed.clear();
        }
    }

    private void moveDue() {
        while (!timed.isEmpty() && timed.first().deadline - timers.timeSource().nanoTime() <= 0) {
            ready.add(timed.pollFirst());
        }
    }

    /** Owner: ends what is due, since there is no thread for it. A periodic job has missed this run, and goes on. */
    private void refuseReady(Throwable refusal) {
        for (Job job = ready.poll(); job != null; job = ready.poll()) {
            if (job.refused(refusal)) {
                timed.add(job);
            }
        }
    }

    /** Owner: ends what waits, since no timer will tell when it is due. */
    private void refuseTimed(Throwable refusal) {
        for (Job job = timed.pollFirst(); job != null; job = timed.pollFirst()) {
            job.refused(refusal);
            job.dispose();
        }
    }

    /** Owner: one alarm, for the first deadline, if there is any. */
    private void setAlarm() {
        Job first = timed.isEmpty() ? null : timed.first();
        if (alarm != null && first != null && first.deadline == alarmNanos && !rang) {
            return;
        }
        TimerService.Registration before = alarm;
        alarm = null;
        if (before != null) {
            before.cancel();
        }
        if (first != null) {
            rang = false;
            alarmNanos = first.deadline;
            try {
                alarm = timers.register(alarmNanos, this::ring);
            } catch (RejectedExecutionException refusal) {
                refuseTimed(refusal);
            }
        }
    }

    private void ring() {
        rang = true;
        call();
    }

    @Override
    public String toString() {
        return "Lane[" + spawner + (closed ? ", closed]" : "]");
    }

    /** The owner while jobs run. */
    private final class Drain extends RawFuture<Void> implements Refusable {

        /** Whether this task has become the owner; otherwise its spawner refused it. */
        volatile boolean begun;

        /** Why it was refused at its start. */
        @Nullable
        Throwable refusal;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            begun = true;
            ThreadTraces traces = new ThreadTraces();
            try {
                return run(cx, traces);
            } finally {
                traces.restore();
            }
        }

        private @Nullable Object run(Context cx, ThreadTraces traces) {
            while (true) {
                int seen = calls;
                sort();
                Job job = ready.peek();
                if (job == null) {
                    setAlarm();
                    if (letGo(seen)) {
                        return null;
                    }
                } else if (cx.mustYield()) {
                    return PENDING;
                } else {
                    cx.spend();
                    ready.remove();
                    job.run();
                    traces.clear();
                }
            }
        }

        @Override
        public boolean refuse(Throwable thrown) {
            if (begun) {
                refuseReady(thrown);
                tend();
            } else {
                refusal = thrown; // tend() is about to look
            }
            return true;
        }

        @Override
        public boolean cancel() {
            begun = true;
            shut(); // so does the spawner
            tend();
            return true;
        }

        @Override
        public String toString() {
            return SerialExecutor.this.toString();
        }
    }

    /** What a lane runs; each adapter extends it with the {@code Disposable} of its library. */
    public abstract static class Job {

        private static final int WAITING = 0;
        private static final int RUNNING = 1;
        private static final int ENDED = 2;

        private volatile int state;
        private @Nullable Runnable task;
        private @Nullable SerialExecutor lane;
        private boolean timed;
        private long period;

        /** Whether the lane serves this job alone, and ends with it. */
        boolean alone;

        // owner of the lane only
        private long deadline;

        /** Tells jobs of one deadline apart; 0 for one that was never sorted in. */
        private long number;

        /** Whether submit() has answered, or will answer with a refusal. */
        @SuppressWarnings("UnusedVariable") // read by TOLD
        private volatile boolean told;

        /**
         * Makes a job.
         *
         * @param task what to run; released when the job has ended
         */
        protected Job(Runnable task) {
            this.task = task;
        }

        /**
         * Takes what the task threw, or why an executor refused to run it. A periodic job goes on afterwards, unless it
         * is disposed of here.
         *
         * @param failure what it threw, or a {@link RejectedExecutionException} whose cause is the refusal
         */
        protected abstract void failed(Throwable failure);

        /**
         * Returns what this job runs.
         *
         * @return the task, or null when it was released
         */
        protected final @Nullable Runnable task() {
            return task;
        }

        /**
         * Gives this job up: it will not start again, and is unlinked from its lane, its timer and its task. A run that
         * is under way goes on, and is not interrupted. Calling it again does nothing.
         */
        public final void dispose() {
            int before = (int) STATE.getAndSet(this, ENDED);
            if (before == ENDED) {
                return;
            }
            task = null;
            SerialExecutor of = lane;
            if (of == null) {
                return;
            }
            if (alone) {
                of.close();
            } else if (before == WAITING && timed) {
                of.inbox.add(this);
                of.call();
            }
        }

        /**
         * Tells whether this job will not start again.
         *
         * @return true after its last run, and after {@link #dispose()}
         */
        public final boolean isDisposed() {
            return state == ENDED;
        }

        private void end() {
            if ((int) STATE.getAndSet(this, ENDED) != ENDED) {
                task = null;
                TOLD.compareAndSet(this, false, true); // or else the caller of submit() has had its answer
            }
        }

        /** Owner of the lane: tells of a refusal; true if this job has a further run. */
        private boolean refused(Throwable refusal) {
            if (TOLD.compareAndSet(this, false, true)) { // the caller of submit() hears of it
                dispose();
                return false;
            }
            if (isDisposed()) {
                return false;
            }
            report(new RejectedExecutionException("an executor refused to run a job of this scheduler", refusal));
            if (period < 0) {
                dispose();
            }
            if (isDisposed()) {
                return false;
            }
            toNextDeadline();
            SerialExecutor of = lane;
            if (of != null) { // or a short period would try again without a pause
                long soonest = of.timers.timeSource().nanoTime() + PAUSE;
                deadline = deadline - soonest < 0 ? soonest : deadline;
            }
            return true;
        }

        /** A period of any length: the deadline has passed, so the sum stays comparable by difference. */
        private void toNextDeadline() {
            deadline += Math.min(period, LONGEST);
        }

        private void run() {
            Runnable body = task;
            if (body == null || !STATE.compareAndSet(this, WAITING, RUNNING)) {
                return;
            }
            try {
                body.run();
            } catch (Throwable failure) {
                report(failure);
            }
            SerialExecutor of = lane;
            if (period < 0 || of == null) {
                dispose();
            } else if (STATE.compareAndSet(this, RUNNING, WAITING)) {
                toNextDeadline();
                of.timed.add(this);
            }
        }

        private void report(Throwable failure) {
            try {
                failed(failure);
            } catch (Throwable thrown) {
                Failures.report("the hook for failed scheduler tasks failed", thrown);
            }
        }

        private static int order(Job a, Job b) {
            long byDeadline = a.deadline - b.deadline;
            return Long.signum(byDeadline != 0 ? byDeadline : a.number - b.number);
        }
    }
}
