package pollux.async;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Makes the stack trace of a failure show the frames that await the one that failed. */
final class AsyncTrace {

    /*
     * A frame that is resumed by its chain runs right above pollChain; the frames that await it are not on the stack, where
     * someone who reads a trace looks for them. So the entries of the machinery are replaced by the places where those frames
     * are suspended:
     *
     *     Repository.load(Repository.java:31)                     Repository.load(Repository.java:31)
     *     Repository$load$async1.resume(Unknown Source)    ──▶    Service.checkout(Service.java:17)
     *     AsyncFrame.pollChain(AsyncFrame.java:150)               Handler.handle(Handler.java:8)
     *     Handler$handle$async1.pollRaw(Unknown Source)           Task.poll(Task.java:88)
     *     Task.poll(Task.java:88)
     *
     * A failure that comes from elsewhere has no such entries, and stays as it is. So does a cancellation, which is control
     * flow and much more frequent.
     */

    /** The most frames that are shown. */
    private static final int LONGEST = 256;

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
        StackTraceElement[] trace = failure.getStackTrace();
        int loop = loopIn(trace);
        if (loop <= 0) {
            return;
        }
        List<StackTraceElement> completed = new ArrayList<>(List.of(trace).subList(0, loop - 1));
        for (AsyncFrame<?> frame = inner; frame != null; frame = frame == root ? null : frame.link) {
            completed.add(frame.place());
            if (completed.size() == loop - 1 + LONGEST) {
                break;
            }
        }
        completed.addAll(List.of(trace).subList(Math.min(loop + 2, trace.length), trace.length));
        failure.setStackTrace(completed.toArray(StackTraceElement[]::new));
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
