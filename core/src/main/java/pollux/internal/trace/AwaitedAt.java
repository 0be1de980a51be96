package pollux.internal.trace;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The lines that awaited a failure, as a suppressed exception of that failure. A failure that comes out of an awaited
 * future was as a rule made elsewhere: in another thread, in another task, by a library. Its own stack trace then has
 * no line of the code that awaits it, and is not changed.
 *
 * <p>Only the way of a failure calls this class. It never throws.
 */
public final class AwaitedAt extends Throwable {

    /*
     * One record for each failure, whatever it passes. The record has one section for each task or thread that the
     * failure passed, and a section has the awaiting lines only, innermost first:
     *
     *     java.io.IOException: refused
     *         at lib.Connection.read(Connection.java:80)      where the failure was made: stays as it is
     *         Suppressed: awaited at
     *             at shop.Repository.load(Repository.java:31) a frame that was on the stack
     *             at shop.Service.checkout(Service.java:17)   a frame that waited; known when its chain's loop is left
     *             at shop.Main.main(Main.java:9)              another task or thread, which joined the first
     *
     * A frame that waits is not on the stack. So a section notes where it lies in the section (a gap) and how deep the
     * loop of its chain is in the stack; the loop fills the gap when the failure leaves it. See AsyncFrame.pollChain.
     *
     * No record gets: a failure without a stack trace, or made in a static initialiser, since such an object serves
     * many; one that suppresses nothing; a cancellation, which is control flow; an error of the virtual machine.
     */

    private static final long serialVersionUID = 1L;

    /** The most sections of a record. */
    private static final int SECTIONS = 8;

    /** The most lines of a record. */
    private static final int LINES = 256;

    /** The most lines of a section that a blocked thread adds. */
    private static final int BLOCKED_LINES = 16;

    /** How many of the first lines of a trace tell whether a static initialiser made the exception. */
    private static final int MAKERS = 3;

    /** What the names of the classes of this library begin with, also where another jar contains them relocated. */
    private static final String OURS = AwaitedAt.class.getPackageName().replace("internal.trace", "");

    /** Where lines of waiting frames belong, and how many entries the stack has from the loop of their chain on. */
    private record Gap(int index, int depth) {}

    private final transient List<StackTraceElement> lines = new ArrayList<>();
    private final transient ArrayDeque<Gap> gaps = new ArrayDeque<>();
    private transient int sections;

    private AwaitedAt() {
        super("awaited at", null, false, true);
        setStackTrace(new StackTraceElement[0]);
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // a stack trace begins with it, and no class name belongs there
    public String toString() {
        return "awaited at";
    }

    // ------------------------------------------------------------------ what the way of a failure calls

    /**
     * Adds the line of the await that has just thrown, and of those around it. For the await of compiled code.
     *
     * @param failure what the awaited future has thrown
     */
    public static void await(Throwable failure) {
        try {
            note(failure, nearest(AwaitedAt::isAwaiting), false);
        } catch (Throwable odd) {
            // a stack trace is not worth another failure; methods of exceptions of users may do anything
        }
    }

    /**
     * Adds the lines of the thread that has waited. For calls that hold up their thread.
     *
     * @param failure what the future has thrown
     */
    public static void block(Throwable failure) {
        try {
            note(failure, nearest(frame -> !isOurs(frame)), true);
        } catch (Throwable odd) {
            // as above
        }
    }

    /**
     * Adds the lines of waiting frames, where the failure leaves the loop of their chain. For that loop.
     *
     * @param failure what the innermost frame has thrown
     * @param places of the frames around it, innermost first
     */
    public static void leaveChain(Throwable failure, Iterable<StackTraceElement> places) {
        try {
            AwaitedAt record = find(failure);
            if (record != null) {
                record.fill(places);
            }
        } catch (Throwable odd) {
            // as above
        }
    }

    /**
     * Tells where the code awaits that is being polled.
     *
     * @return class, method and line; null if no code that awaits or blocks is on the stack
     */
    public static @Nullable StackTraceElement here() {
        return StackWalker.getInstance().walk(frames -> {
            boolean[] blocked = {false};
            return frames.filter(frame -> {
                        blocked[0] |= isBlocking(frame);
                        return isAwaiting(frame) || blocked[0] && !isOurs(frame);
                    })
                    .findFirst()
                    .map(frame -> shown(frame.toStackTraceElement()))
                    .orElse(null);
        });
    }

    // ------------------------------------------------------------------ one failure

    private static void note(Throwable failure, @Nullable StackTraceElement here, boolean blocked) {
        if (here == null || failure instanceof CancellationException || failure instanceof VirtualMachineError) {
            return;
        }
        StackTraceElement[] trace = failure.getStackTrace();
        if (trace == null || trace.length == 0 || servesMany(trace) || shows(List.of(trace), here)) {
            return;
        }
        AwaitedAt record;
        synchronized (failure) { // as addSuppressed does: of two tasks one adds the record
            record = find(failure);
            if (record == null) {
                record = new AwaitedAt();
                failure.addSuppressed(record);
            }
        }
        record.add(here, blocked);
    }

    private static boolean servesMany(StackTraceElement[] trace) {
        for (int i = 0; i < MAKERS && i < trace.length; i++) {
            if (trace[i].getMethodName().equals("<clinit>")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable AwaitedAt find(Throwable failure) {
        Throwable[] suppressed = failure.getSuppressed();
        if (suppressed != null) {
            for (Throwable one : suppressed) {
                if (one instanceof AwaitedAt record) {
                    return record;
                }
            }
        }
        return null;
    }

    // ------------------------------------------------------------------ one record

    private synchronized void add(StackTraceElement here, boolean blocked) {
        if (sections == SECTIONS || lines.size() >= LINES || shows(lines, here)) {
            return;
        }
        sections++;
        gaps.clear(); // of a section whose failure was caught on its way
        if (blocked) {
            StackWalker.getInstance()
                    .walk(frames -> frames.dropWhile(frame -> isOurs(frame))
                            .limit(Math.min(BLOCKED_LINES, LINES - lines.size()))
                            .map(StackFrame::toStackTraceElement)
                            .toList())
                    .forEach(lines::add);
        } else {
            StackTraceElement[] stack = new Throwable().getStackTrace();
            for (int i = 0; i < stack.length && lines.size() < LINES; i++) {
                if (isAwaiting(stack[i].getMethodName())) {
                    lines.add(shown(stack[i]));
                } else if (isLoop(stack[i])) {
                    gaps.add(new Gap(lines.size(), stack.length - i));
                }
            }
        }
        setStackTrace(lines.toArray(StackTraceElement[]::new));
    }

    private synchronized void fill(Iterable<StackTraceElement> places) {
        Gap gap = gaps.peek();
        if (gap == null || gap.depth != depthOfLoop()) {
            return;
        }
        gaps.poll();
        int index = gap.index;
        for (StackTraceElement place : places) {
            if (lines.size() >= LINES) {
                break;
            }
            lines.add(index++, place);
        }
        int added = index - gap.index;
        for (int i = gaps.size(); i > 0; i--) {
            Gap outer = gaps.poll();
            gaps.add(new Gap(outer.index + added, outer.depth));
        }
        setStackTrace(lines.toArray(StackTraceElement[]::new));
    }

    private static int depthOfLoop() {
        StackTraceElement[] stack = new Throwable().getStackTrace();
        for (int i = 0; i < stack.length; i++) {
            if (isLoop(stack[i])) {
                return stack.length - i;
            }
        }
        return -1;
    }

    // ------------------------------------------------------------------ entries of a stack

    private static @Nullable StackTraceElement nearest(Predicate<StackFrame> wanted) {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(wanted).findFirst())
                .map(frame -> shown(frame.toStackTraceElement()))
                .orElse(null);
    }

    private static boolean shows(List<StackTraceElement> lines, StackTraceElement here) {
        for (StackTraceElement line : lines) {
            if (line.getLineNumber() == here.getLineNumber()
                    && line.getClassName().equals(here.getClassName())
                    && source(line.getMethodName()).equals(here.getMethodName())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLoop(StackTraceElement entry) {
        return entry.getMethodName().equals("pollChain") && entry.getClassName().equals(OURS + "async.AsyncFrame");
    }

    private static boolean isAwaiting(StackFrame frame) {
        return isAwaiting(frame.getMethodName());
    }

    /** The weaver gives the code of each block and method that awaits such a name. */
    private static boolean isAwaiting(String method) {
        return method.endsWith("$async") && method.startsWith("lambda$");
    }

    /** An entry as the source has it: with the name of the method that the code was written in. */
    private static StackTraceElement shown(StackTraceElement entry) {
        String method = source(entry.getMethodName());
        return method.equals(entry.getMethodName())
                ? entry
                : new StackTraceElement(entry.getClassName(), method, entry.getFileName(), entry.getLineNumber());
    }

    /** Of {@code lambda$checkout$2$async}: {@code checkout}. */
    private static String source(String method) {
        if (!isAwaiting(method)) {
            return method;
        }
        String name = method.substring("lambda$".length(), method.length() - "$async".length());
        int number = name.lastIndexOf('$');
        if (number > 0 && name.substring(number + 1).chars().allMatch(Character::isDigit)) {
            return name.substring(0, number);
        }
        return !name.isEmpty() && Character.isDigit(name.charAt(0)) ? "lambda" : name; // ecj counts them only
    }

    /** A call that holds up its thread. */
    private static boolean isBlocking(StackFrame frame) {
        String type = frame.getClassName();
        return type.equals(OURS + "executor.BlockOn") || type.equals(OURS + "async.Parking");
    }

    /** The calls between the code that waits and this class. */
    private static boolean isOurs(StackFrame frame) {
        String type = frame.getClassName();
        if (!type.startsWith(OURS)) {
            return false;
        }
        return switch (frame.getMethodName()) {
            case "await", "block", "emit", "hasNext", "next", "close", "blockOn", "run", "runUntil" -> true;
            default -> isBlocking(frame) || type.equals(AwaitedAt.class.getName());
        };
    }
}
