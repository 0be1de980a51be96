package pollux.concurrency;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.AwaitedCalls;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Receiver;
import pollux.sync.Sender;

/** Calls that take what is there without a future, beside others that wait: two by a lock that a third one holds. */
final class AwaitedRace extends Race {

    /** Polls as compiled code does: a call first, then the future that it has left, and the step that finishes both. */
    private abstract static class Awaits extends RawFuture<Object> {

        private @Nullable Future<?> waits;

        abstract @Nullable Object call(Context cx);

        @Nullable
        Object finish(@Nullable Object answer, Context cx) {
            return answer;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Object answer = waits == null ? call(cx) : RawFuture.pollAny(waits, cx);
            if (answer != PENDING) {
                return finish(answer, cx);
            }
            if (waits == null) {
                waits = cx.takeAwaited();
            }
            return PENDING;
        }
    }

    @Override
    public void run() {
        AsyncMutex mutex = new AsyncMutex();
        take(mutex.tryLock(), new Locks(mutex), new Locks(mutex));
    }

    private static void take(@Nullable AutoCloseable held, RawFuture<?> first, RawFuture<?> second) {
        Party one = new Party(first);
        Party two = new Party(second);
        together(one, two, new MutexRace.Closes(held));
        settle(one, two);
        require(one.hasEnded() || two.hasEnded(), "the next one was not woken");
        require(!(one.hasEnded() && two.hasEnded()), "two have the lock");
        Party next = one.hasEnded() ? one : two;
        new MutexRace.Closes((AutoCloseable) next.answer()).run();
        settle(one, two);
        require(one.hasEnded() && two.hasEnded(), "the last one was not woken");
    }

    private static final class Locks extends Awaits {
        private final AsyncMutex mutex;

        Locks(AsyncMutex mutex) {
            this.mutex = mutex;
        }

        @Override
        @Nullable
        Object call(Context cx) {
            return AwaitedCalls.lock(mutex, cx);
        }

        @Override
        @Nullable
        Object finish(@Nullable Object answer, Context cx) {
            return AwaitedCalls.locked(answer, cx);
        }
    }

    /** The same by a semaphore of one permit. */
    static final class Semaphore extends Race {

        @Override
        public void run() {
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            take(semaphore.tryAcquire(), new Acquires(semaphore), new Acquires(semaphore));
            require(semaphore.availablePermits() == 0, "a permit was made up");
        }

        private static final class Acquires extends Awaits {
            private final AsyncSemaphore semaphore;

            Acquires(AsyncSemaphore semaphore) {
                this.semaphore = semaphore;
            }

            @Override
            @Nullable
            Object call(Context cx) {
                return AwaitedCalls.acquire(semaphore, cx);
            }

            @Override
            @Nullable
            Object finish(@Nullable Object answer, Context cx) {
                return AwaitedCalls.acquired(answer, cx);
            }
        }
    }

    /** Two senders of one slot, and the receiver. */
    static final class Channel extends Race {

        @Override
        public void run() {
            Mpsc<Integer> channel = Mpsc.bounded(1);
            Party first = new Party(new Sends(channel.sender(), 1));
            Party second = new Party(new Sends(channel.sender(), 2));
            Party received = new Party(new Receives(channel.receiver()));
            together(first, second, received);
            settle(first, second, received);
            require(received.hasEnded(), "the receiver was not woken");
            Party rest = new Party(new Receives(channel.receiver()));
            settle(rest, first, second);
            require(first.hasEnded() && second.hasEnded(), "a sender was not woken");
            require(rest.hasEnded(), "the receiver was not woken");
            require((Integer) received.answer() + (Integer) rest.answer() == 3, "an item was lost or came twice");
        }

        private static final class Sends extends Awaits {
            private final Sender<Integer> sender;
            private final int item;

            Sends(Sender<Integer> sender, int item) {
                this.sender = sender;
                this.item = item;
            }

            @Override
            @Nullable
            Object call(Context cx) {
                return AwaitedCalls.send(sender, item, cx);
            }
        }

        private static final class Receives extends Awaits {
            private final Receiver<Integer> receiver;

            Receives(Receiver<Integer> receiver) {
                this.receiver = receiver;
            }

            @Override
            @Nullable
            Object call(Context cx) {
                return AwaitedCalls.receive(receiver, cx);
            }
        }
    }

    /** Two come for one notification, and a future does beside them: one of the three gets it. */
    static final class Permit extends Race {

        @Override
        public void run() {
            Notify notify = new Notify();
            notify.notifyOne();
            Party one = new Party(new Notified(notify));
            Party two = new Party(new Notified(notify));
            Party future = new Party(notify.notified());
            together(one, two, future);
            settle(one, two, future);
            int ended = (one.hasEnded() ? 1 : 0) + (two.hasEnded() ? 1 : 0) + (future.hasEnded() ? 1 : 0);
            require(ended > 0, "a notification was lost");
            require(ended < 2, "a notification came twice");
            notify.notifyOne();
            notify.notifyOne();
            settle(one, two, future);
            require(one.hasEnded() && two.hasEnded() && future.hasEnded(), "a waiter was not woken");
        }
    }

    private static final class Notified extends Awaits {
        private final Notify notify;

        Notified(Notify notify) {
            this.notify = notify;
        }

        @Override
        @Nullable
        Object call(Context cx) {
            return AwaitedCalls.notified(notify, cx);
        }
    }

    /** The same, over a permit that is looked for and taken in two steps. */
    static final class PermitInTwoSteps extends Race {

        @Override
        public void run() {
            Permission permission = new Permission();
            Party one = new Party(new Takes(permission));
            Party two = new Party(new Takes(permission));
            together(one, two);
            require(!(one.hasEnded() && two.hasEnded()), "a notification came twice");
        }

        private static final class Permission {
            private volatile boolean given = true;
        }

        private static final class Takes extends RawFuture<Void> {
            private final Permission permission;

            Takes(Permission permission) {
                this.permission = permission;
            }

            @Override
            public @Nullable Object pollRaw(Context cx) {
                if (!permission.given) {
                    return PENDING;
                }
                permission.given = false;
                return null;
            }
        }
    }
}
