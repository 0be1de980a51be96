package pollux.concurrency;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.sync.Notify;

/**
 * Two wait, one of them gives up at some moment, and one notification is given: the one who stays gets it, or the next.
 */
final class NotifyRace extends Race {

    @Override
    public void run() {
        Notify notify = new Notify();
        Party stays = new Party(notify.notified());
        Future<Void> leaves = notify.notified();
        together(stays, new GivesUp(notify, leaves), new Gives(notify));
        settle(stays);
        require(stays.hasEnded(), "a notification was lost");
        Party next = new Party(notify.notified());
        settle(next);
        require(!next.hasEnded(), "a notification came twice");
    }

    private static final class Gives implements Runnable {
        private final Notify notify;

        Gives(Notify notify) {
            this.notify = notify;
        }

        @Override
        public void run() {
            notify.notifyOne();
        }
    }

    /** Has it passed on whether it came in the poll or before the cancelling. */
    private static final class GivesUp implements Runnable {
        private final Notify notify;
        private final Future<Void> future;

        GivesUp(Notify notify, Future<Void> future) {
            this.notify = notify;
            this.future = future;
        }

        @Override
        public void run() {
            Party party = new Party(future);
            party.run();
            if (party.hasEnded()) {
                notify.notifyOne();
            } else {
                future.cancel();
            }
        }
    }

    /** One waiter and one notification, over a permit that is looked for before the waker is there, and not again. */
    static final class LooksOnce extends Race {

        @Override
        public void run() {
            Permit permit = new Permit();
            Party waits = new Party(permit);
            together(waits, permit);
            settle(waits);
            require(waits.hasEnded(), "a notification was lost");
        }

        private static final class Permit extends RawFuture<Void> implements Runnable {
            private volatile boolean given;
            private volatile @Nullable Waker waiter;

            @Override
            public void run() {
                Waker waker = waiter;
                if (waker == null) {
                    given = true;
                } else {
                    waiter = null;
                    given = true;
                    waker.wake();
                }
            }

            @Override
            public @Nullable Object pollRaw(Context cx) {
                if (given) {
                    return null;
                }
                waiter = cx.waker();
                return PENDING;
            }
        }
    }
}
