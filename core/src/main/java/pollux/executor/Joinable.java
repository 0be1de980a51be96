package pollux.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import pollux.internal.memory.VarHandles;

/** The joiners of a task: mostly none, or one, which then costs no list. The number of the task lies in that list. */
abstract class Joinable extends TaskState {

    /*
     *     null ──▶ Joiner ──▶ Joiners      the first party; the first again, when it leaves; a list, once there is a second
     *     null ──▶ Joiners                 the number is asked for; it lies in the list, which then stays
     *
     * A party registers, then looks whether the task has ended; the task ends, then looks who is registered. Each side
     * writes by compareAndSet before it reads, so one of the two sees the other.
     */

    private static final VarHandle JOINERS = VarHandles.handle(MethodHandles.lookup(), "joiners", Object.class);

    private volatile @Nullable Object joiners;

    /** Adds a party, which looks for the end afterwards. */
    final void addJoiner(Joiner<?> joiner) {
        if (joiners != null || !JOINERS.compareAndSet(this, null, joiner)) {
            list().add(joiner);
        }
    }

    /** Returns the list, which is made if there is none. */
    private Joiners list() {
        while (true) {
            Object present = joiners;
            if (present instanceof Joiners list) {
                return list;
            }
            JOINERS.compareAndSet(this, present, new Joiners((Joiner<?>) present));
        }
    }

    /** Returns the number of the task, which is drawn if it was not asked for before. */
    final long number() {
        return list().number();
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
