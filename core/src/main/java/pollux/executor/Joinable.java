package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/** The joiners of a task: mostly none, or one, which then costs no list. */
abstract class Joinable extends TaskState {

    /*
     *     null ──▶ Joiner ──▶ Joiners      the first party; the first again, when it leaves; a list, once there is a second
     *
     * A party registers, then looks whether the task has ended; the task ends, then looks who is registered. Each side
     * writes by compareAndSet before it reads, so one of the two sees the other.
     */

    private static final VarHandle JOINERS = VarHandles.handle(MethodHandles.lookup(), "joiners", Object.class);

    private volatile @Nullable Object joiners;

    /** Adds a party, which looks for the end afterwards. */
    final void addJoiner(Joiner<?> joiner) {
        while (true) {
            Object present = joiners;
            if (present == null) {
                if (JOINERS.compareAndSet(this, null, joiner)) {
                    return;
                }
            } else if (present instanceof Joiners list) {
                list.add(joiner);
                return;
            } else {
                JOINERS.compareAndSet(this, present, new Joiners((Joiner<?>) present));
            }
        }
    }

    /** Takes a party out, if it is still in. */
    final void removeJoiner(Joiner<?> joiner) {
        if (!JOINERS.compareAndSet(this, joiner, null) && joiners instanceof Joiners list) {
            list.remove(joiner);
        }
    }

    /** Wakes all joiners. Called once, when the task has ended. */
    final void wakeJoiners() {
        Object present = joiners;
        if (present instanceof Joiner<?> one) {
            Joiners.wake(one.waker);
        } else if (present != null) {
            ((Joiners) present).wakeAll();
        }
    }

    /** Counts those who wait, for tests. */
    final int joining() {
        Object present = joiners;
        return present == null ? 0 : present instanceof Joiners list ? list.size() : 1;
    }
}
