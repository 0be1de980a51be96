package pollux.executor;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Services;
import pollux.future.Waker;

/** What the task finds around it that the calling thread works for; {@code CurrentTask} is its public face. */
final class TaskServices {

    /** The services of the task that a blocking call or a virtual thread works for. Set on those threads only. */
    private static final ThreadLocal<Services> ELSEWHERE = new ThreadLocal<>();

    private TaskServices() {}

    /** Returns the services; null outside all tasks. */
    static @Nullable Services current() {
        Trampoline polling = Trampoline.current();
        if (polling == null) {
            return ELSEWHERE.get();
        }
        Context cx = polling.context();
        return cx == null || cx.polled() == Waker.noop() ? null : cx.services(); // without a waker nothing is polled
    }

    /** Calls code that works for a task on a thread that does not poll it. */
    static <T extends @Nullable Object> T call(Services services, Callable<T> code) throws Exception {
        Services outer = ELSEWHERE.get();
        ELSEWHERE.set(services);
        try {
            return code.call();
        } finally {
            if (outer == null) {
                ELSEWHERE.remove();
            } else {
                ELSEWHERE.set(outer);
            }
        }
    }
}
