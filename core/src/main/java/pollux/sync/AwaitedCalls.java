package pollux.sync;

import org.jspecify.annotations.Nullable;
import pollux.future.Context;

/**
 * The calls of this package that compiled code makes in place of those that it awaits where they stand, as {@code
 * await(mutex.lock())}. For compiled code only.
 *
 * <p>Each takes what is there, and then no future is made. Else it makes the future that the call in the source makes,
 * and polls it. Budget, failures, and what a dump shows are those of a future in both cases. A method has the name of
 * the one in the source; the receiver of that is its first parameter, and the context of the poll its last.
 *
 * <p>Where a value has to be made, it is made behind the place where the two ways meet, by {@link #locked} and {@link
 * #acquired}: HotSpot keeps no object there that only one of the ways has made, so none of them is one if nothing else
 * refers to it. Up to there the answer is the lock, and the rest of the value is in {@link Context#scratch}. Answers of
 * mocks and of traced locks are values already.
 *
 * <p>Each returns the value, or {@link pollux.future.RawFuture#PENDING}; the future is then {@linkplain
 * Context#suspendAt kept in the context}.
 */
public final class AwaitedCalls {

    /*
     * A receiver that is null, a wrong argument and a closed channel go the way of the call in the source, which fails.
     * So do the mocks of tests: a mock has nothing in its fields, and its methods answer as the test says.
     */

    private AwaitedCalls() {}

    /**
     * Awaits {@link AsyncMutex#lock}, up to the guard, which {@link #locked} makes.
     *
     * @param mutex the receiver
     * @param cx the context of this poll
     * @return what {@code locked} takes, or pending
     */
    public static @Nullable Object lock(AsyncMutex mutex, Context cx) {
        if (mutex == null || mutex.permits == null || mutex.trace != null) {
            return cx.pollAwaited(mutex.lock());
        }
        if (cx.hasBudget()) {
            long turn = mutex.permits.tryTake(1);
            if (turn >= Permits.TAKEN) {
                cx.spend();
                return AsyncMutex.AwaitedLock.taken(mutex, turn, cx);
            }
        }
        return cx.pollAwaited(new AsyncMutex.AwaitedLock(mutex));
    }

    /**
     * Finishes an await of {@link AsyncMutex#lock}.
     *
     * @param answer what {@link #lock} has answered, or its future
     * @param cx the context of this poll
     * @return the guard
     */
    public static @Nullable Object locked(@Nullable Object answer, Context cx) {
        return answer instanceof AsyncMutex mutex ? new AsyncMutex.Guard(mutex, cx.scratch()) : answer;
    }

    /**
     * Awaits {@link AsyncSemaphore#acquire()}, up to the permit, which {@link #acquired} makes.
     *
     * @param semaphore the receiver
     * @param cx the context of this poll
     * @return what {@code acquired} takes, or pending
     */
    public static @Nullable Object acquire(AsyncSemaphore semaphore, Context cx) {
        return isPlain(semaphore) ? take(semaphore, 1, cx) : cx.pollAwaited(semaphore.acquire());
    }

    /**
     * Awaits {@link AsyncSemaphore#acquire(int)}, up to the permit, which {@link #acquired} makes.
     *
     * @param semaphore the receiver
     * @param count how many permits
     * @param cx the context of this poll
     * @return what {@code acquired} takes, or pending
     */
    public static @Nullable Object acquire(AsyncSemaphore semaphore, int count, Context cx) {
        return isPlain(semaphore) && count > 0 ? take(semaphore, count, cx) : cx.pollAwaited(semaphore.acquire(count));
    }

    private static boolean isPlain(@Nullable AsyncSemaphore semaphore) {
        return semaphore != null && semaphore.permits != null && semaphore.trace == null;
    }

    private static @Nullable Object take(AsyncSemaphore semaphore, int count, Context cx) {
        if (cx.hasBudget()) {
            long turn = semaphore.permits.tryTake(count);
            if (turn >= Permits.TAKEN) {
                cx.spend();
                return AsyncSemaphore.AwaitedAcquire.taken(semaphore, count, turn, cx);
            }
        }
        return cx.pollAwaited(new AsyncSemaphore.AwaitedAcquire(semaphore, count));
    }

    /**
     * Finishes an await of {@link AsyncSemaphore#acquire()} or {@link AsyncSemaphore#acquire(int)}.
     *
     * @param answer what {@code acquire} has answered, or its future
     * @param cx the context of this poll
     * @return the permit
     */
    public static @Nullable Object acquired(@Nullable Object answer, Context cx) {
        if (!(answer instanceof AsyncSemaphore semaphore)) {
            return answer;
        }
        long taken = cx.scratch();
        return new AsyncSemaphore.Permit(semaphore, (int) (taken >>> Integer.SIZE), (int) taken);
    }

    /**
     * Awaits {@link Sender#send}.
     *
     * @param <T> the type of the items
     * @param sender the receiver of the call
     * @param item the item
     * @param cx the context of this poll
     * @return null, or pending
     */
    public static <T> @Nullable Object send(Sender<T> sender, T item, Context cx) {
        if (item != null && takesSlot(sender, cx)) {
            sender.core.push(item);
            return null;
        }
        return cx.pollAwaited(sender.send(item));
    }

    /**
     * Awaits {@link Sender#reserve}.
     *
     * @param <T> the type of the items
     * @param sender the receiver of the call
     * @param cx the context of this poll
     * @return the permit, or pending
     */
    public static <T> @Nullable Object reserve(Sender<T> sender, Context cx) {
        if (takesSlot(sender, cx)) {
            return new Permit<>(sender.core);
        }
        return cx.pollAwaited(sender.reserve());
    }

    /**
     * Awaits {@link Receiver#receive}.
     *
     * @param receiver the receiver
     * @param cx the context of this poll
     * @return the item, null at the end of the channel, or pending
     */
    public static @Nullable Object receive(Receiver<?> receiver, Context cx) {
        if (receiver != null && receiver.core != null && cx.hasBudget()) {
            Object item = receiver.core.takeAtOnce();
            if (item != null) {
                cx.spend();
                return item;
            }
        }
        return cx.pollAwaited(receiver.receive());
    }

    /**
     * Awaits {@link Notify#notified}.
     *
     * @param notify the receiver
     * @param cx the context of this poll
     * @return null, or pending
     */
    public static @Nullable Object notified(Notify notify, Context cx) {
        if (notify != null && cx.hasBudget() && Notify.takePermit(notify)) {
            cx.spend();
            return null;
        }
        return cx.pollAwaited(notify.notified());
    }

    private static boolean takesSlot(@Nullable Sender<?> sender, Context cx) {
        if (sender == null
                || sender.core == null
                || sender.closed
                || !cx.hasBudget()
                || sender.core.slots.tryTake(1) != Permits.TAKEN) {
            return false;
        }
        cx.spend();
        return true;
    }
}
