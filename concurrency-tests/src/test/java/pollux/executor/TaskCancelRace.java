package pollux.executor;

import org.jspecify.annotations.Nullable;
import pollux.concurrency.Race;

/** A thread says why, cancels, and a runner at whatever moment has to see both. */
class TaskCancelRace extends Race {

    @Override
    public void run() {
        Work work = new Work();
        together(new Run(work), canceller(work), new Wake(work));
        require(work.cancels == 1, "the future was not cancelled exactly once");
        require(work.why != null, "the runner has not seen what was written before the cancel");
        require(work.hasEnded(TaskState.ABORTED), "the task has not ended");
    }

    Runnable canceller(Work work) {
        return new Cancel(work);
    }

    static final class Work extends BareTask {
        volatile @Nullable String reason;
        private @Nullable String why;
        private int cancels;

        void runEntry() {
            while (true) {
                switch (toRunning()) {
                    case REFUSED -> {
                        return;
                    }
                    case CANCEL -> {
                        abort();
                        return;
                    }
                    case POLL -> {
                        switch (toIdle(false)) {
                            case IDLE -> {
                                return;
                            }
                            case REQUEUE -> {}
                            case CANCEL -> {
                                abort();
                                return;
                            }
                        }
                    }
                }
            }
        }

        private void abort() {
            cancels++;
            why = reason;
            toEnd(ABORTED);
        }
    }

    private static final class Run implements Runnable {
        private final Work work;

        Run(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            work.runEntry();
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
                work.runEntry();
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
            work.reason = "no longer wanted";
            if (work.toCancelled(TaskState.CANCEL)) {
                work.runEntry();
            }
        }
    }

    /** Canary: the order that a machine may make of the above if cancelling published nothing. */
    static final class NothingPublished extends TaskCancelRace {
        @Override
        Runnable canceller(Work work) {
            return new CancelFirst(work);
        }
    }

    private static final class CancelFirst implements Runnable {
        private final Work work;

        CancelFirst(Work work) {
            this.work = work;
        }

        @Override
        public void run() {
            boolean queued = work.toCancelled(TaskState.CANCEL);
            work.reason = "no longer wanted";
            if (queued) {
                work.runEntry();
            }
        }
    }
}
