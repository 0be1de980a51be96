package pollux.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.executor.CurrentTask;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.SupervisedHandle;
import pollux.executor.TaskPool;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.future.Services;
import pollux.time.ManualTime;
import pollux.time.TimerService;

/**
 * The world of one simulated run: its tasks, its clock, its foreign threads, all on one thread, one step after another,
 * in an order that the run's seed decides.
 *
 * <p>A step is a poll of a runnable task, a step of a {@link ForeignThread}, or a late wake; any of them may come next.
 * Nothing happens in the middle of a step, so what races within one poll is not found here. Time stands still while
 * there is a next step, and then goes on to the next timer. Everything has to stay on the thread of the simulation:
 * code that starts threads of its own escapes it. A block of {@link pollux.Pollux#virtual} does not: it runs to its
 * next await before anything else is chosen.
 *
 * <p>Whatever order a {@code TaskPool} with any number of workers could poll tasks in, one after the other, is among
 * the orders tried here.
 */
public final class World implements Spawner {

    private static final int MAX_STEPS = 100_000;

    /** How many steps the clean-up of a failed run may take for each of its tasks. */
    private static final int CLEAN_UP_STEPS = 100;

    final Faults faults;

    private final Decisions decisions;
    private final @Nullable StringBuilder trace;
    private final Stage stage;
    private final ManualTime clock;
    private final LocalPool pool;
    private final Services services;
    private final List<Event> events = new ArrayList<>();
    private final List<SimTask<?>> tasks = new ArrayList<>();
    private final List<Check> checks = new ArrayList<>();
    private final List<Runnable> leavers = new ArrayList<>();
    private @Nullable Throwable unobserved;
    private int maxSteps = MAX_STEPS;

    /** Whether the run has ended, and what it has left cleans up: without faults, and nothing is spawned any more. */
    private boolean over;

    private int polls;
    private int injectAt;
    private @Nullable Injection injection;
    private @Nullable Throwable injected;

    World(Stage stage, Decisions decisions, Faults faults, boolean traced) {
        this.stage = stage;
        this.clock = stage.clock;
        this.pool = stage.pool();
        this.decisions = decisions;
        this.faults = faults;
        this.trace = traced ? new StringBuilder() : null;
        this.services = Services.NONE.with(Spawner.KEY, this);
    }

    // ------------------------------------------------------------------ what a scenario says

    /**
     * Spawns a task of this world. Its failure fails the run unless a task joins it.
     *
     * @param <T> the type of the value
     * @param future the future; it belongs to the task from now on
     * @param services what the task finds besides the services of this world
     * @return the handle
     */
    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services) {
        return spawn(future, services, true);
    }

    <T extends @Nullable Object> JoinHandle<T> spawn(Future<T> future, Services services, boolean disturbed) {
        Objects.requireNonNull(future, "future");
        if (over) {
            return Spawner.closed().spawn(future, services.over(this.services));
        }
        SimTask<T> task = new SimTask<>(this, tasks.size() + 1, future, disturbed);
        tasks.add(task);
        JoinHandle<T> self = pool.spawn(task, services.over(this.services));
        task.self = self;
        return new SimHandle<>(task, (SupervisedHandle<T>) self);
    }

    /**
     * Runs a call as a blocking thread would, in one step, at any moment from now on. It must not wait for anything.
     *
     * <p><b>Cancellation:</b> removes a call whose step has not come; or the step comes on an interrupted thread, as if
     * the call had run already. The handle ends behind it.
     *
     * @param <T> the type of the result
     * @param call the code
     * @return the handle
     */
    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> call) {
        Objects.requireNonNull(call, "call");
        if (over) {
            return Spawner.closed().spawnBlocking(call);
        }
        Services task = CurrentTask.services();
        Services around = (task == null ? Services.NONE : task)
                .with(TimerService.KEY, timers())
                .with(Spawner.KEY, this);
        SimBlockingCall<T> started = new SimBlockingCall<>(around, call, this::removesCancelled);
        JoinHandle<T> handle = spawn(started);
        later("blocking call", started);
        return handle;
    }

    /**
     * Returns the clock of this world, which advances when nothing else is left to do.
     *
     * @return the timers
     */
    @Override
    public TimerService timers() {
        return clock;
    }

    /**
     * Makes a thread that is none of the pool's.
     *
     * @param name what the trace calls it
     * @return the thread, which has nothing to do yet
     */
    public ForeignThread thread(String name) {
        return new ForeignThread(this, Objects.requireNonNull(name, "name"));
    }

    /**
     * Draws a number that the seed decides, for scenarios that vary.
     *
     * @param bound the number of choices
     * @return a number from 0 to {@code bound - 1}; 0 is what a simpler run would take
     * @throws IllegalArgumentException unless the bound is positive
     */
    public int random(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("there are no choices among " + bound);
        }
        return decisions.next(bound);
    }

    /**
     * Adds something that must hold when everything has ended.
     *
     * @param check throws if it does not hold
     */
    public void atEnd(Check check) {
        checks.add(Objects.requireNonNull(check, "check"));
    }

    /**
     * Lets another library live in this world until the run has ended.
     *
     * @param library the library
     */
    public void admit(Library library) {
        leavers.add(library.join(this));
    }

    /**
     * Limits how long a run may be; one that is longer has failed. At first {@value #MAX_STEPS} steps.
     *
     * @param steps the limit
     */
    public void maxSteps(int steps) {
        maxSteps = steps;
    }

    /**
     * Notes an error that has no other receiver; the first one fails the run. For libraries that live here.
     *
     * @param failure the error
     */
    public void unobserved(Throwable failure) {
        if (unobserved == null) {
            unobserved = failure;
        }
    }

    /**
     * Runs a block as a task of this world; its failure fails the run.
     *
     * @param block the block
     */
    public void run(AsyncBlock<?> block) {
        run(Async.async(block));
    }

    /**
     * Runs a future as a task of this world; its failure fails the run.
     *
     * @param future the future; it belongs to the task from now on
     */
    public void run(Future<?> future) {
        spawn(future);
        tasks.get(tasks.size() - 1).beMain();
    }

    // ------------------------------------------------------------------ what tasks and wakers ask

    boolean chance(int perMille) {
        return !over && decisions.chance(perMille);
    }

    void later(String what, Runnable action) {
        events.add(new Event(what, action));
    }

    /** Takes back a step that has not come. */
    void forget(Runnable action) {
        events.removeIf(event -> event.action == action);
    }

    /** Decides whether a blocking call that is cancelled before its step is only queued: then removes it. */
    private boolean removesCancelled(Runnable call) {
        boolean removed = over || decisions.next(2) == 0;
        if (removed) {
            forget(call);
        }
        return removed;
    }

    /** Asks, once for each poll, whether a fault is due. */
    @Nullable
    Injection injectionNow() {
        return !over && ++polls == injectAt ? injection : null;
    }

    /** Makes the failure that an injection throws. */
    Throwable make(Injection injection) {
        Throwable made = injection.make();
        injected = made;
        return made;
    }

    /** Tells whether a failure is, or comes from, what was injected. */
    private boolean isInjected(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause == injected) {
                return true;
            }
        }
        return false;
    }

    void note(SimTask<?> task, String what) {
        if (trace != null && !over) {
            String waits = what.equals(SimTask.PENDING_NOTE) ? task.waits() : "";
            note(waits.isEmpty() ? task.name() + " " + what : "task " + task.number + " " + what + " " + waits);
        }
    }

    private void note(String what) {
        if (trace != null) {
            trace.append(Duration.ofNanos(clock.nanoTime()))
                    .append(' ')
                    .append(what)
                    .append('\n');
        }
    }

    // ------------------------------------------------------------------ the run

    /** The usual reasons for a wake that never comes. */
    private static final String OUTSIDE =
            "\nIf one of them waits for something outside of this world, bring that in: Reactor's"
                    + " schedulers by world.admit(new ReactorSchedulers()), RxJava's by world.admit(new RxJavaSchedulers()); threads,"
                    + " executors and pools of the test's own cannot be brought in";

    void inject(Injection fault, int atPoll) {
        injection = fault;
        injectAt = atPoll;
    }

    /** Runs a scenario from beginning to end; returns what went wrong, or null. */
    @Nullable
    Throwable execute(Scenario scenario) {
        leavers.add(TaskPool.shared(this));
        try {
            pool.seed(decisions.next(Integer.MAX_VALUE));
            Future<?> first = scenario.start(this);
            if (first != null) {
                run(first);
            }
            runToEnd();
            for (int i = 0; i < tasks.size(); i++) {
                SimTask<?> task = tasks.get(i);
                if (task.isMain() && task.failure != null && injection == null) {
                    return task.failure;
                }
            }
            lookForLeaks();
            for (Check check : checks) {
                check.run();
            }
            return null;
        } catch (Throwable failure) {
            return failure;
        } finally {
            leave();
        }
    }

    private void runToEnd() {
        int runnable = pool.runnable();
        for (int steps = 0; ; steps++) {
            runnable = afterOutsideWork(runnable);
            int choices = runnable + events.size();
            if (choices == 0) {
                if (clock.advanceToNext()) {
                    runnable = pool.runnable();
                    continue;
                }
                if (pool.liveTasks() == 0) {
                    return;
                }
                throw unending("nothing will ever happen again, and still wait:" + waiting() + OUTSIDE);
            }
            if (steps >= maxSteps) { // time that passes counts too, so this may come a step later
                throw unending("still busy after " + maxSteps + " steps; alive are:" + waiting());
            }
            if (chance(faults.timeJumps()) && clock.advanceToNext()) {
                note("time has passed");
                runnable = pool.runnable();
                continue;
            }
            int choice = decisions.next(choices);
            if (choice < runnable) {
                runnable = pool.tick(choice);
            } else {
                Event event = events.remove(choice - runnable);
                note(event.what);
                event.action.run();
                runnable = pool.runnable();
            }
        }
    }

    /** Tasks that wait for one that has failed do so for ever, so its failure is what the test has to show. */
    private RuntimeException unending(String text) {
        AssertionError failure = new AssertionError(text);
        for (int i = 0; i < tasks.size(); i++) {
            SimTask<?> task = tasks.get(i);
            Throwable before = task.failure;
            if (before != null && task.isMain() && injection == null) {
                throw Failures.rethrow(before);
            }
            if (before != null && task.isUnobserved() && !isInjected(before)) {
                failure.addSuppressed(new AssertionError(task + " failed, and no task joined it", before));
            }
        }
        if (unobserved != null && !isInjected(unobserved)) {
            failure.addSuppressed(new AssertionError("an error reached no receiver", unobserved));
        }
        throw failure;
    }

    /** A virtual thread has run to its next await before anything else is chosen, so each run takes the same steps. */
    private int afterOutsideWork(int runnable) {
        if (!pool.isWorkOutside()) {
            return runnable;
        }
        try {
            pool.awaitOutsideWork();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(
                    "interrupted while a block of Pollux.virtual runs; in a world it may wait by awaits only", e);
        }
        return pool.runnable();
    }

    private void lookForLeaks() {
        for (SimTask<?> task : tasks) {
            Throwable failure = task.failure;
            if (failure != null && task.isUnobserved() && !isInjected(failure)) {
                throw new AssertionError(task + " failed, and no task joined it", failure);
            }
        }
        if (unobserved != null && !isInjected(unobserved)) {
            throw new AssertionError("an error reached no receiver", unobserved);
        }
    }

    private String waiting() {
        StringBuilder text = new StringBuilder();
        for (SimTask<?> task : tasks) {
            if (!task.hasEnded()) {
                text.append("\n  ").append(task);
            }
        }
        // the numbers that the pool gives its tasks are not the same in every run
        return text.append('\n')
                .append(pool.dump().toString().replaceAll("#\\d+", "#"))
                .toString();
    }

    /**
     * Cancels the tasks that a failed run has left, and lets them clean up. A clean-up may wait for ever, for a lock of
     * the deadlock that was found for instance, so this ends when nothing goes on, and after a number of steps.
     */
    private void cleanUp() {
        over = true;
        for (int i = 0; i < tasks.size(); i++) {
            JoinHandle<?> self = tasks.get(i).self;
            if (self != null) {
                self.cancel();
            }
        }
        int most = CLEAN_UP_STEPS * (tasks.size() + 10);
        int runnable = pool.runnable();
        for (int steps = 0; steps < most && pool.liveTasks() > 0; steps++) {
            runnable = afterOutsideWork(runnable);
            if (runnable > 0 && (events.isEmpty() || steps % 2 == 0)) {
                runnable = pool.tick(0);
            } else if (!events.isEmpty()) {
                events.remove(0).action.run();
                runnable = pool.runnable();
            } else if (clock.advanceToNext()) {
                runnable = pool.runnable();
            } else {
                return;
            }
        }
    }

    private void leave() {
        try {
            if (pool.liveTasks() > 0) {
                cleanUp();
            }
        } catch (Throwable failure) {
            Failures.report("the clean-up of a failed run failed", failure);
        }
        try {
            stage.clear();
        } finally {
            for (int i = leavers.size() - 1; i >= 0; i--) {
                leavers.get(i).run();
            }
        }
    }

    int polls() {
        return polls;
    }

    int[] choices() {
        return decisions.made();
    }

    String trace() {
        return trace == null ? "" : trace.toString();
    }

    @Override
    public String toString() {
        return "World[" + pool.liveTasks() + " tasks, " + events.size() + " events, " + clock + "]";
    }

    /** Something that must hold at the end of a run. */
    @FunctionalInterface
    public interface Check {

        /**
         * Looks.
         *
         * @throws Exception if it does not hold; an {@code AssertionError} as well
         */
        void run() throws Exception;
    }

    /** A step that is no poll. */
    private record Event(String what, Runnable action) {}
}
