package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** Something that happens once and that any number of tasks may wait for. */
final class Event {

    /*
     * happened is set before the list is emptied, and a waiter joins only under the lock after another look at it; so a
     * waiter either sees that it happened, or is in the list when it is emptied. The lock is this object, which no
     * user can reach.
     */

    private final WaiterList<Waiter> waiters = new WaiterList<>();
    private volatile boolean happened;

    boolean hasHappened() {
        return happened;
    }

    /** Sets the event and wakes all waiters; false if it was set before. */
    boolean happen() {
        synchronized (this) {
            if (happened) {
                return false;
            }
            happened = true;
        }
        waiters.wakeUpTo(Long.MAX_VALUE, this);
        return true;
    }

    /** Lets {@code waiter} wait with this waker; false if there is nothing to wait for, because it has happened. */
    boolean await(Waiter waiter, Waker waker) {
        if (happened) {
            return false;
        }
        if (waiter.waker == waker) {
            return true;
        }
        synchronized (this) {
            if (happened) {
                return false;
            }
            waiter.waker = waker;
            if (waiter.position == 0) {
                waiters.add(waiter);
            }
            return true;
        }
    }

    /** Takes back {@link #await}. */
    void leave(Waiter waiter) {
        synchronized (this) {
            waiters.remove(waiter);
            waiter.waker = null;
        }
    }

    /** A future that ends, with null, when it has happened. */
    RawFuture<Void> future(String name) {
        return new EventFuture(this, name);
    }

    private static final class EventFuture extends LeafFuture<Void> {

        private final Event event;
        private final String name;
        private final Waiter waiter = new Waiter();

        EventFuture(Event event, String name) {
            this.event = event;
            this.name = name;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (mustYield(cx) || event.await(waiter, cx.waker())) {
                return PENDING;
            }
            end(cx);
            return null;
        }

        @Override
        void leave() {
            event.leave(waiter);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
