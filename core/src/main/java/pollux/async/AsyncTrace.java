package pollux.async;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import pollux.internal.trace.AwaitedAt;

/** Makes the stack trace of a failure show the frames that await the one that failed. */
final class AsyncTrace {

    /*
     * A frame that is resumed by its chain runs right above pollChain; the frames that await it are not on the stack,
     * where a reader of a trace looks for them. So the entries of the machinery are replaced by the places where those
     * frames are suspended:
     *
     *     Repository.load(Repository.java:31)                     Repository.load(Repository.java:31)
     *     Repository$load-async1.resume(Unknown Source)    ──▶    Service.checkout(Service.java:17)
     *     AsyncFrame.pollChain(AsyncFrame.java:150)               Handler.handle(Handler.java:8)
     *     Handler$handle-async1.pollRaw(Unknown Source)           Task.poll(Task.java:88)
     *     Task.poll(Task.java:88)
     *
     * A failure that comes from elsewhere has no such entries: its trace stays as it is, and AwaitedAt adds the
     * lines. A cancellation gets none: it is control flow and much more frequent.
     */

    /** The most frames that are shown. */
    private static final int LONGEST = 256;

    /** The length at which the JVM cuts traces, unless it is told otherwise. */
    private static final int CUT = 1024;

    private AsyncTrace() {}

    /**
     * Adds the places of waiting frames.
     *
     * @param failure what the frame inside of them has thrown
     * @param inner the innermost of them
     * @param root the outermost of them
     */
    static void complete(Throwable failure, AsyncFrame<?> inner, AsyncFrame<?> root) {
        if (failure instanceof CancellationException) {
            return;
        }
        try {
            splice(failure, inner, root);
        } catch (Throwable odd) {
            // methods of exceptions of users may do anything, and the code around has to see the failure itself
        }
        AwaitedAt.leaveChain(failure, () -> places(inner, root).iterator());
    }

    private static void splice(Throwable failure, AsyncFrame<?> inner, AsyncFrame<?> root) {
        StackTraceElement[] trace = failure.getStackTrace();
        int loop = trace == null ? -1 : loopIn(trace);
        if (loop <= 0 || !isOfThisStack(trace, loop)) {
            return;
        }
        List<StackTraceElement> completed = new ArrayList<>(List.of(trace).subList(0, loop - 1));
        completed.addAll(places(inner, root));
        completed.addAll(List.of(trace).subList(Math.min(loop + 2, trace.length), trace.length));
        failure.setStackTrace(completed.toArray(StackTraceElement[]::new));
    }

    private static List<StackTraceElement> places(AsyncFrame<?> inner, AsyncFrame<?> root) {
        List<StackTraceElement> places = new ArrayList<>();
        for (AsyncFrame<?> frame = inner; frame != null; frame = frame == root ? null : frame.link) {
            places.add(frame.place());
            if (places.size() == LONGEST) {
                break;
            }
        }
        return places;
    }

    /**
     * Tells whether a trace was taken below the loop that runs now: from the loop on, it is the stack of now. Another
     * loop of the same shape may pass for this one, which costs a trace some entries of the machinery.
     */
    private static boolean isOfThisStack(StackTraceElement[] trace, int loop) {
        StackTraceElement[] now = new Throwable().getStackTrace();
        int at = loopIn(now);
        if (at < 0) {
            return trace.length >= CUT; // too deep to tell
        }
        for (; loop < trace.length && at < now.length; loop++, at++) {
            if (!trace[loop].getMethodName().equals(now[at].getMethodName())
                    || !trace[loop].getClassName().equals(now[at].getClassName())) {
                return false;
            }
        }
        return loop == trace.length && at == now.length || trace.length >= CUT || now.length >= CUT;
    }

    private static int loopIn(StackTraceElement[] trace) {
        for (int i = 0; i < trace.length; i++) {
            if (trace[i].getMethodName().equals("pollChain")
                    && trace[i].getClassName().equals(AsyncFrame.class.getName())) {
                return i;
            }
        }
        return -1;
    }
}
