package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.Waker;

/**
 * One waiting task as a node of a {@link WaiterList}. All fields are guarded by the lock of the list's owner.
 *
 * <p>One exception: the waiting task itself may compare {@link #waker} with its own without the lock, for no other
 * thread sets it. The waking thread clears it; seeing the old value then only means that the wake-up is under way.
 */
class Waiter {

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    /** Where this node stands in the order of arrival, from 1; 0 while it is in no list. */
    long position;

    @Nullable
    Waker waker;
}
