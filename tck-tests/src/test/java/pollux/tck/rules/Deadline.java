package pollux.tck.rules;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import pollux.debug.Dump;
import pollux.future.Failures;

/** Ends a wait that lasts too long, and says who is stuck where. */
public final class Deadline {

    /** Something that may wait. */
    @FunctionalInterface
    public interface Wait {
        void run() throws Exception;
    }

    /** A deadline has passed. */
    public static final class Stuck extends AssertionError {

        private static final long serialVersionUID = 1L;

        Stuck(String text) {
            super(text);
        }
    }

    /** What hangs as a rule is given less time than what has to come. */
    private static final long HANGS = 1_000;

    private static final long COMES = Long.getLong("pollux.rules.patience", 60_000);

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "party");
        thread.setDaemon(true);
        return thread;
    });

    private final long millis;

    private Deadline(long millis) {
        this.millis = millis;
    }

    /** For what has to come. */
    public static Deadline generous() {
        return new Deadline(COMES);
    }

    /** For what is known to hang, and is only recorded. */
    public static Deadline brief() {
        return new Deadline(HANGS);
    }

    long millis() {
        return millis;
    }

    /** The one place where the text of a missed deadline is made. */
    public Stuck missed(String what, Object... parties) {
        StringBuilder text =
                new StringBuilder(what).append(" within ").append(millis).append(" ms");
        for (Object party : parties) {
            if (party instanceof Thread thread) {
                text.append("\nthread ").append(thread.getName());
                for (StackTraceElement frame : thread.getStackTrace()) {
                    text.append("\n    at ").append(frame);
                }
            } else {
                text.append('\n').append(party);
            }
        }
        return new Stuck(text.append("\n").append(Dump.ofEverything()).toString());
    }

    /** Runs something on another thread and waits for it, longer than for what it waits for itself. */
    public void elsewhere(String what, Wait work) {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Future<?> running = THREADS.submit(() -> {
            thread.set(Thread.currentThread());
            work.run();
            return null;
        });
        try {
            running.get(2 * millis + 5_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            Thread stuck = thread.get();
            Stuck missed = missed(what + " has not returned", stuck == null ? "it was never started" : stuck);
            running.cancel(true);
            throw missed;
        } catch (ExecutionException failed) {
            throw Failures.rethrow(failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Starts something on another thread and does not wait. */
    public static Future<?> start(Wait work) {
        return THREADS.submit(() -> {
            work.run();
            return null;
        });
    }
}
