package pollux.executor;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.concurrency.Race;
import pollux.internal.queue.StealQueue;

/** A task yields and is queued with its lock; a thief takes it, a third thread wakes it, a fourth one cancels it. */
class KeptLockRace extends Race {

    @Override
    public void run() {
        Work work = new Work(this);
        together(new Yield(work), new Steal(work), new Wake(work), new Cancel(work));
        work.drain();
        require(!work.overlapped, "two threads had the lock at once");
        require(work.turns == 1, "the task had not one turn after it had yielded");
        require(
                work.cancels == 1 && work.hasEnded(TaskState.ABORTED),
                "a task that was woken or cancelled was left alone");
    }

    /** What a runner does with an entry that carries the lock. */
    TaskState.Entry take(Work work) {
        return work.toRunningOn();
    }

    /** A task with the queue of its runner and that of a thief. */
    static final class Work extends BareTask {
        private final KeptLockRace race;
        private final StealQueue<Work> queue = new StealQueue<>(new Full());
        private final StealQueue<Work> thief = new StealQueue<>(new Full());
        private int holders; // plain, as what a task keeps between polls
        private boolean overlapped;
        private int turns;
        private int cancels;
        private boolean ended;

        Work(KeptLockRace race) {
            this.race = race;
        }

        /** The first poll, which yields. */
        void begin() {
            if (toRunning() == Entry.CANCEL) {
                abort();
                turns++; // none is due
                return;
            }
            enter();
            holders--;
            if (isCancelDue()) {
                abort();
                turns++;
                return;
            }
            keepLock();
            queue.offer(this);
        }

        void runTaken(@Nullable Work taken) {
            if (taken == null) {
                return;
            }
            turns++;
            run(isQueuedLocked() ? race.take(this) : toRunning());
        }

        void run(Entry entry) {
            Entry now = entry;
            while (now != Entry.REFUSED) {
                if (now == Entry.CANCEL) {
                    abort();
                    return;
                }
                enter();
                holders--;
                switch (toIdle(false)) {
                    case IDLE -> {
                        return;
                    }
                    case REQUEUE -> now = toRunning();
                    case CANCEL -> now = Entry.CANCEL;
                }
            }
        }

        void drain() {
            runTaken(queue.pop());
            runTaken(thief.pop());
        }

        private void enter() {
            overlapped |= holders++ != 0 || ended;
        }

        private void abort() {
            enter();
            cancels++;
            ended = true;
            holders--;
            toEnd(ABORTED);
        }
    }

    private static final class Full implements Consumer<Work> {
        @Override
        public void accept(Work work) {
            throw new AssertionError("the queue holds one");
        }
    }

    private static final class Yield implements Runnable {
        private final Work work;

        Yield(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.begin();
            work.runTaken(work.queue.pop());
        }
    }

    private static final class Steal implements Runnable {
        private final Work work;

        Steal(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.runTaken(work.queue.stealInto(work.thief));
        }
    }

    private static final class Wake implements Runnable {
        private final Work work;

        Wake(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (work.toNotified()) {
                work.run(work.toRunning());
            }
        }
    }

    private static final class Cancel implements Runnable {
        private final Work work;

        Cancel(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            if (work.toCancelled(TaskState.CANCEL)) {
                work.run(work.toRunning());
            }
        }
    }

    /** Canary: what came while the task was queued is dropped by a plain write of the word. */
    static final class TakenWithoutALook extends KeptLockRace {
        @Override
        TaskState.Entry take(Work work) {
            work.next = null;
            work.forceWord(TaskState.RUNNING);
            return TaskState.Entry.POLL;
        }
    }
}
