package pollux.concurrency;

import java.util.concurrent.atomic.AtomicBoolean;
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

    /** All that were made before a broadcast end, and a notification that comes after it is for the next one. */
    static final class Broadcast extends Race {

        @Override
        public void run() {
            Notify notify = new Notify();
            Party one = new Party(notify.notified());
            Party two = new Party(notify.notified());
            together(one, two, new Tells(notify));
            settle(one, two);
            require(one.hasEnded() && two.hasEnded(), "a broadcast was missed");
            Party next = new Party(notify.notified());
            settle(next);
            require(next.hasEnded(), "a notification was lost");
        }

        private static final class Tells implements Runnable {
            private final Notify notify;

            Tells(Notify notify) {
                this.notify = notify;
            }

            @Override
            public void run() {
                notify.notifyWaiters();
                notify.notifyOne();
            }
        }
    }

    /** A broadcast and then a permit, over a future that looks for the one, and then takes the other. */
    static final class TakesUnseen extends Race {

        @Override
        public void run() {
            Signals signals = new Signals();
            Party one = new Party(new Told(signals));
            together(one, signals);
            settle(one);
            require(one.hasEnded(), "a broadcast was missed");
            require(signals.permit.get(), "a notification was lost");
        }

        private static final class Signals implements Runnable {
            private final AtomicBoolean permit = new AtomicBoolean();
            private volatile boolean broadcast;

            @Override
            public void run() {
                broadcast = true;
                permit.set(true);
            }
        }

        private static final class Told extends RawFuture<Void> {
            private final Signals signals;

            Told(Signals signals) {
                this.signals = signals;
            }

            @Override
            public @Nullable Object pollRaw(Context cx) {
                if (signals.broadcast || signals.permit.compareAndSet(true, false)) {
                    return null;
                }
                cx.waker().wake();
                return PENDING;
            }
        }
    }

    /** Two begin to wait, the first is polled with another waker, and each gets one of two notifications. */
    static final class Moves extends Race {

        @Override
        public void run() {
            Notify notify = new Notify();
            Future<Void> first = notify.notified();
            Party before = new Party(first);
            before.run();
            Party one = new Party(first);
            Party two = new Party(notify.notified());
            together(one, two, new Gives(notify));
            settle(one, two);
            require(one.hasEnded(), "a notification went to the later one, or to the waker before");
            require(!two.hasEnded(), "a notification came twice");
            notify.notifyOne();
            settle(two);
            require(two.hasEnded(), "a notification was lost");
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
