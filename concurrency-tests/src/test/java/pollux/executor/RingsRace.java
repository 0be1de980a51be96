package pollux.executor;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import pollux.concurrency.Race;
import pollux.future.Futures;

/**
 * A worker comes back to tasks that have yielded, and its two rings change places, while another one takes what waits
 * behind a worker that is stuck: each task goes to one of them, and none is lost.
 */
class RingsRace extends Race {

    private static final int TASKS = 4;

    @Override
    public void run() {
        Workers all = new TaskPool(TaskPool.builder().workers(2).seed(1).monitor(false).options, Platform.JVM).engine();
        Worker owner = all.workers[0];
        Worker helper = all.workers[1];
        Tasks tasks = new Tasks(all);
        for (int i = 0; i < TASKS - 1; i++) {
            owner.queueBehindTimers(tasks.all[i]);
        }
        together(new ComesBack(owner, tasks), helps(helper, owner, tasks));
        for (int i = 0; i < TASKS; i++) {
            owner.releaseYielded();
            tasks.take(owner);
            tasks.take(helper);
        }
        for (int i = 0; i < TASKS; i++) {
            require(tasks.taken.get(i) == 1, "a task was lost or taken twice");
        }
    }

    Runnable helps(Worker helper, Worker stuck, Tasks tasks) {
        return new Helps(helper, stuck, tasks);
    }

    /** The tasks, and how often each was taken to be polled. */
    static final class Tasks {

        private final Task<?>[] all = new Task<?>[TASKS];
        private final AtomicIntegerArray taken = new AtomicIntegerArray(TASKS);

        Tasks(Workers pool) {
            for (int i = 0; i < TASKS; i++) {
                all[i] = new Task<>(pool, Futures.pending());
            }
        }

        @Nullable
        Task<?> take(Worker worker) {
            Task<?> task = worker.takeQueued();
            for (int i = 0; i < TASKS; i++) {
                if (all[i] == task) {
                    taken.incrementAndGet(i);
                }
            }
            return task;
        }
    }

    /** One more task is woken in the middle of the poll that has blocked; then what has yielded has its turn. */
    private static final class ComesBack implements Runnable {
        private final Worker owner;
        private final Tasks tasks;

        ComesBack(Worker owner, Tasks tasks) {
            this.owner = owner;
            this.tasks = tasks;
        }

        @Override
        public void run() {
            owner.releaseYielded();
            tasks.take(owner);
            owner.queueBehindTimers(tasks.all[TASKS - 1]);
            owner.releaseYielded();
            tasks.take(owner);
        }
    }

    private static class Helps implements Runnable {
        final Worker helper;
        final Worker stuck;
        final Tasks tasks;

        Helps(Worker helper, Worker stuck, Tasks tasks) {
            this.helper = helper;
            this.stuck = stuck;
            this.tasks = tasks;
        }

        @Override
        public void run() {
            helper.takeYieldedOf(stuck);
            tasks.take(helper);
        }
    }

    /** Canary: the rings of the stuck worker are made to change places by the one that helps. */
    static final class ChangedByTheHelper extends RingsRace {
        @Override
        Runnable helps(Worker helper, Worker stuck, Tasks tasks) {
            return new Helps(helper, stuck, tasks) {
                @Override
                public void run() {
                    stuck.releaseYielded();
                }
            };
        }
    }
}
