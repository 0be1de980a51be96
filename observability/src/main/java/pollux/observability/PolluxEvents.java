package pollux.observability;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import jdk.jfr.Timespan;
import pollux.executor.JoinHandle;
import pollux.executor.PoolMetrics;
import pollux.executor.TaskPool;
import pollux.future.AwaitTree;

/**
 * Events for the JDK Flight Recorder. One line at the start of a program makes them available:
 *
 * <pre>{@code
 * PolluxEvents.register();
 * }</pre>
 *
 * <table>
 *   <caption>The events, all in the category Pollux</caption>
 *   <tr><th>name</th><th>when</th><th>what</th></tr>
 *   <tr><td>{@code pollux.Pool}</td><td>every second</td><td>tasks, queues, polls of each pool</td></tr>
 *   <tr><td>{@code pollux.Worker}</td><td>every second</td><td>what each worker does</td></tr>
 *   <tr><td>{@code pollux.Waiting}</td><td>every 10 seconds</td><td>how many tasks wait at which line, and for
 *   what</td></tr>
 *   <tr><td>{@code pollux.Diagnosis}</td><td>every 10 seconds</td><td>blocked workers, deadlocks, lost
 *   wake-ups, leaks</td></tr>
 *   <tr><td>{@code pollux.LongPoll}</td><td>a poll of more than 10 ms</td><td>the task; only with
 *   {@link #recordPolls}</td></tr>
 *   <tr><td>{@code pollux.TaskFailure}</td><td>a task that fails</td><td>the class of the failure and its first line;
 *   only with {@link #recordTasks}</td></tr>
 *   <tr><td>{@code pollux.Task}</td><td>the end of a task that was chosen</td><td>from its spawn to its end: polls, the
 *   longest wait, and where that was; only with {@link #recordTasks}</td></tr>
 * </table>
 *
 * <p>While no recording asks for these events nothing is looked at. Needs the module {@code jdk.jfr}; without it this
 * class cannot be used, and the rest of this module can.
 */
@SuppressWarnings("UnusedVariable") // JFR reads the fields of an event
public final class PolluxEvents {

    private static final int FOLLOWED = 10_000;

    private static boolean registered;
    private static Snapshot.Suspects suspects = new Snapshot.Suspects();

    private PolluxEvents() {}

    /** Makes the events available to recordings. Calling it again does nothing. May be called from any thread. */
    public static synchronized void register() {
        if (!registered) {
            FlightRecorder.addPeriodicEvent(PoolEvent.class, PolluxEvents::pools);
            FlightRecorder.addPeriodicEvent(WorkerEvent.class, PolluxEvents::workers);
            FlightRecorder.addPeriodicEvent(WaitingEvent.class, PolluxEvents::waiting);
            FlightRecorder.addPeriodicEvent(DiagnosisEvent.class, PolluxEvents::diagnoses);
            registered = true;
        }
    }

    /**
     * Has a pool record its long polls. While no recording asks for {@code pollux.LongPoll}, each poll costs the calls
     * of two hooks.
     *
     * @param pool the options of a pool that will be built; hooks that are set already stay
     * @return the same options
     */
    public static TaskPool.Builder recordPolls(TaskPool.Builder pool) {
        ThreadLocal<LongPollEvent> current =
                ThreadLocal.withInitial(LongPollEvent::new); // one poll at a time on each worker
        LongPollEvent any = new LongPollEvent();
        return pool.onPollStart(task -> {
                    if (any.isEnabled()) {
                        LongPollEvent event = current.get();
                        event.task = task.id();
                        event.begin();
                    }
                })
                .onPollStop(task -> {
                    if (any.isEnabled()) {
                        end(current.get(), task);
                    }
                });
    }

    private static void end(LongPollEvent event, JoinHandle<?> task) {
        if (event.task == task.id()) { // not if the recording has begun within this poll
            event.end();
            if (event.shouldCommit()) {
                event.commit();
            }
        }
        event.task = 0;
    }

    /**
     * Has a pool record its failures, and one task of so many from its spawn to its end. A task that was chosen is
     * looked at after each of its polls, which takes some microseconds; the others cost the calls of five hooks while a
     * recording asks for {@code pollux.Task}. At most 10,000 tasks are followed at a time.
     *
     * @param pool the options of a pool that will be built; hooks that are set already stay
     * @param oneOf of how many tasks one is recorded, at least 1, which is all of them
     * @return the same options
     * @throws IllegalArgumentException if {@code oneOf} is less than 1
     */
    public static TaskPool.Builder recordTasks(TaskPool.Builder pool, int oneOf) {
        if (oneOf < 1) {
            throw new IllegalArgumentException("one of " + oneOf + " tasks cannot be recorded; it takes 1 or more");
        }
        Map<Long, TaskEvent> followed = new ConcurrentHashMap<>();
        AtomicInteger number = new AtomicInteger();
        TaskEvent any = new TaskEvent();
        return pool.onTaskSpawn(task -> {
                    if (any.isEnabled()
                            && Integer.remainderUnsigned(number.getAndIncrement(), oneOf) == 0
                            && followed.size() < FOLLOWED) {
                        TaskEvent event = new TaskEvent();
                        event.task = task.id();
                        event.waitsSince = System.nanoTime();
                        event.begin();
                        followed.put(task.id(), event);
                    }
                })
                .onPollStart(task -> {
                    TaskEvent event = followed.isEmpty() ? null : followed.get(task.id());
                    if (event != null) {
                        event.pollStarts();
                    }
                })
                .onPollStop(task -> {
                    TaskEvent event = followed.isEmpty() ? null : followed.get(task.id());
                    if (event != null) {
                        event.pollStops(task);
                    }
                })
                .onTaskEnd(task -> {
                    TaskEvent event = followed.isEmpty() ? null : followed.remove(task.id());
                    if (event != null) {
                        event.commit();
                    }
                })
                .onTaskFailed(PolluxEvents::failed);
    }

    private static void failed(JoinHandle<?> task, Throwable failure) {
        TaskFailureEvent event = new TaskFailureEvent();
        if (event.isEnabled()) {
            StackTraceElement[] trace = failure.getStackTrace();
            event.task = task.id();
            event.failure = failure.getClass().getName();
            event.place = trace.length == 0 ? "" : trace[0].toString();
            event.commit();
        }
    }

    private static void pools() {
        for (TaskPool pool : TaskPool.open()) {
            PoolMetrics metrics = pool.metrics();
            PoolEvent event = new PoolEvent();
            event.pool = name(pool);
            event.live = metrics.liveTasks();
            event.spawned = metrics.spawnedTasks();
            event.queued = metrics.injectDepth();
            for (PoolMetrics.Worker worker : metrics.workers()) {
                event.queued += worker.queueDepth();
                event.polls += worker.polls();
                event.steals += worker.steals();
            }
            event.commit();
        }
    }

    private static void workers() {
        for (TaskPool pool : TaskPool.open()) {
            int index = 0;
            for (PoolMetrics.Worker worker : pool.metrics().workers()) {
                WorkerEvent event = new WorkerEvent();
                event.pool = name(pool);
                event.worker = index++;
                event.state = worker.state().name().toLowerCase(Locale.ROOT);
                event.task = worker.task();
                event.blocked = worker.blocked().toNanos();
                event.commit();
            }
        }
    }

    private static void waiting() {
        for (Snapshot.Kind kind : Snapshot.take(null, new Snapshot.Suspects()).kinds()) {
            WaitingEvent event = new WaitingEvent();
            event.place = kind.place();
            event.waitsFor = kind.waitsFor();
            event.count = kind.count();
            event.example = kind.example();
            event.commit();
        }
    }

    private static synchronized void diagnoses() {
        Snapshot.Suspects now = new Snapshot.Suspects();
        for (Snapshot.Diagnosis diagnosis : Snapshot.take(suspects, now).diagnoses()) {
            DiagnosisEvent event = new DiagnosisEvent();
            event.fault = diagnosis.fault().title;
            event.pool = diagnosis.pool();
            event.task = diagnosis.tasks().get(0);
            event.place = diagnosis.place();
            event.commit();
        }
        suspects = now;
    }

    private static String name(TaskPool pool) {
        String name = pool.name();
        return name.length() <= 100 ? name : name.substring(0, 100);
    }

    @Name("pollux.Pool")
    @Label("Pool")
    @Category("Pollux")
    @Period("1 s")
    @StackTrace(false)
    private static final class PoolEvent extends Event {
        @Label("Pool")
        String pool = "";

        @Label("Live Tasks")
        long live;

        @Label("Queued Tasks")
        long queued;

        @Label("Spawned Tasks")
        long spawned;

        @Label("Polls")
        long polls;

        @Label("Steals")
        long steals;
    }

    @Name("pollux.Worker")
    @Label("Worker")
    @Category("Pollux")
    @Period("1 s")
    @StackTrace(false)
    private static final class WorkerEvent extends Event {
        @Label("Pool")
        String pool = "";

        @Label("Worker")
        int worker;

        @Label("State")
        String state = "";

        @Label("Task")
        @Description("The task that it polls; 0 if there is none")
        long task;

        @Label("Blocked")
        @Timespan(Timespan.NANOSECONDS)
        long blocked;
    }

    @Name("pollux.Waiting")
    @Label("Waiting Tasks")
    @Description("Tasks that are suspended at one line and wait for the same kind of thing")
    @Category("Pollux")
    @Period("10 s")
    @StackTrace(false)
    private static final class WaitingEvent extends Event {
        @Label("Place")
        String place = "";

        @Label("Waits For")
        String waitsFor = "";

        @Label("Tasks")
        long count;

        @Label("Example")
        @Description("The number of one of the tasks")
        long example;
    }

    @Name("pollux.Diagnosis")
    @Label("Diagnosis")
    @Category("Pollux")
    @Period("10 s")
    @StackTrace(false)
    private static final class DiagnosisEvent extends Event {
        @Label("Fault")
        String fault = "";

        @Label("Pool")
        String pool = "";

        @Label("Task")
        long task;

        @Label("Place")
        String place = "";
    }

    @Name("pollux.TaskFailure")
    @Label("Task Failure")
    @Category("Pollux")
    @StackTrace(false)
    private static final class TaskFailureEvent extends Event {
        @Label("Task")
        long task;

        @Label("Failure")
        @Description("The class of the failure; its message may hold values")
        String failure = "";

        @Label("Place")
        @Description("The first line of its stack trace")
        String place = "";
    }

    /** Written by the thread that spawns, then by those that poll, one after the other. */
    @Name("pollux.Task")
    @Label("Task")
    @Description("One task of those that are followed, from its spawn to its end")
    @Category("Pollux")
    @StackTrace(false)
    private static final class TaskEvent extends Event {
        @Label("Task")
        long task;

        @Label("Polls")
        int polls;

        @Label("Longest Wait")
        @Timespan(Timespan.NANOSECONDS)
        long longestWait;

        @Label("Place")
        @Description("Where it waited longest")
        String place = "";

        private transient String waitsAt = "not polled yet";
        private transient long waitsSince;

        void pollStarts() {
            polls++;
            long waited = System.nanoTime() - waitsSince;
            if (waited > longestWait) {
                longestWait = waited;
                place = waitsAt;
            }
        }

        void pollStops(JoinHandle<?> handle) {
            waitsAt = Snapshot.whereabouts(AwaitTree.of(handle));
            waitsSince = System.nanoTime();
        }
    }

    @Name("pollux.LongPoll")
    @Label("Long Poll")
    @Category("Pollux")
    @Threshold("10 ms")
    @StackTrace(false)
    private static final class LongPollEvent extends Event {
        @Label("Task")
        long task;
    }
}
