package pollux.executor;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import pollux.future.Futures;
import pollux.time.ManualTime;

/** Each way to run a task, for tests that hold for all of them. */
enum Place {
    LOCAL {
        @Override
        Running open() {
            LocalPool pool = new LocalPool(new ManualTime());
            return new Running(pool, pool::runUntilStalled, pool::close);
        }
    },
    POOL {
        @Override
        Running open() {
            TaskPool pool = TaskPool.builder().workers(1).name("place").build();
            return new Running(pool, () -> pass(pool), pool::close);
        }
    },
    INLINE {
        @Override
        Running open() {
            return new Running(Spawner.inline(), () -> {}, () -> {});
        }
    },
    HOSTED {
        @Override
        Running open() {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            return new Running(Spawner.on(thread), () -> pass(thread), thread::shutdown);
        }
    };

    abstract Running open();

    /**
     * One worker takes its tasks in turn, so what was queued before has been polled when three later ones have ended.
     */
    private static void pass(TaskPool pool) {
        for (int i = 0; i < 3; i++) {
            BlockOn.blockOn(pool.spawn(Futures.yieldNow()).join());
        }
    }

    private static void pass(ExecutorService thread) {
        try {
            for (int i = 0; i < 3; i++) {
                thread.submit(() -> {}).get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** A spawner, what lets its tasks run until all of them wait, and what ends it. */
    record Running(Spawner spawner, Runnable settling, Runnable closing) implements AutoCloseable {

        void settle() {
            settling.run();
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
