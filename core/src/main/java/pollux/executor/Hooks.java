package pollux.executor;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.future.Failures;

/** What the user wants to be told of. What a hook throws is logged, and changes nothing else. */
final class Hooks {

    private final @Nullable Runnable workerStart;
    private final @Nullable Runnable workerStop;
    private final @Nullable Runnable park;
    private final @Nullable Runnable unpark;
    private final @Nullable Consumer<? super JoinHandle<?>> taskSpawn;
    private final @Nullable Consumer<? super JoinHandle<?>> pollStart;
    private final @Nullable Consumer<? super JoinHandle<?>> pollStop;
    private final @Nullable Consumer<? super JoinHandle<?>> taskEnd;
    private final @Nullable BiConsumer<? super JoinHandle<?>, ? super Throwable> taskFailed;

    Hooks(PoolOptions options) {
        workerStart = options.onWorkerStart;
        workerStop = options.onWorkerStop;
        park = options.onWorkerPark;
        unpark = options.onWorkerUnpark;
        taskSpawn = options.onTaskSpawn;
        pollStart = options.onPollStart;
        pollStop = options.onPollStop;
        taskEnd = options.onTaskEnd;
        taskFailed = options.onTaskFailed;
    }

    /** Tells whether there is something to call around polls; if not, workers do without this object there. */
    boolean aroundPolls() {
        return pollStart != null || pollStop != null || taskEnd != null;
    }

    void poll(Task<?> task, Runner runner) {
        runner.cx.end(); // a hook is in no task
        call(pollStart, task, "poll-start");
        task.pollQueued(runner);
        runner.cx.end();
        call(pollStop, task, "poll-stop");
    }

    void taskEnd(Task<?> task) {
        call(taskEnd, task, "task-end");
    }

    void taskFailed(Task<?> task, Throwable failure) {
        if (taskFailed != null) {
            call(each -> taskFailed.accept(each, failure), task, "task-failed");
        }
    }

    void taskSpawn(Task<?> task) {
        call(taskSpawn, task, "task-spawn");
    }

    void workerStart(Object worker) {
        call(workerStart, worker, "start");
    }

    void workerStop(Object worker) {
        call(workerStop, worker, "stop");
    }

    void park(Object worker) {
        call(park, worker, "park");
    }

    void unpark(Object worker) {
        call(unpark, worker, "unpark");
    }

    /** Calls both, the second one also if the first one throws. */
    static Runnable both(@Nullable Runnable first, Runnable second) {
        return first == null
                ? second
                : () -> {
                    try {
                        first.run();
                    } finally {
                        second.run();
                    }
                };
    }

    /** Calls both, the second one also if the first one throws. */
    static Consumer<? super JoinHandle<?>> both(
            @Nullable Consumer<? super JoinHandle<?>> first, Consumer<? super JoinHandle<?>> second) {
        return first == null
                ? second
                : task -> {
                    try {
                        first.accept(task);
                    } finally {
                        second.accept(task);
                    }
                };
    }

    /** Calls both, the second one also if the first one throws. */
    static BiConsumer<? super JoinHandle<?>, ? super Throwable> both(
            @Nullable BiConsumer<? super JoinHandle<?>, ? super Throwable> first,
            BiConsumer<? super JoinHandle<?>, ? super Throwable> second) {
        return first == null
                ? second
                : (task, failure) -> {
                    try {
                        first.accept(task, failure);
                    } finally {
                        second.accept(task, failure);
                    }
                };
    }

    private static void call(@Nullable Runnable hook, Object worker, String which) {
        if (hook != null) {
            try {
                hook.run();
            } catch (Throwable failure) {
                Failures.report("the " + which + " hook of " + worker + " failed", failure);
            }
        }
    }

    private static void call(@Nullable Consumer<? super JoinHandle<?>> hook, Task<?> task, String which) {
        if (hook != null) {
            try {
                hook.accept(task);
            } catch (Throwable failure) {
                Failures.report("the " + which + " hook failed, called with " + task, failure);
            }
        }
    }
}
