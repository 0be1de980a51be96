/**
 * How tasks wait for each other and talk. For one value: {@link pollux.sync.Promise} is completed by hand, {@link
 * pollux.sync.OnceCell} makes its value once. Channels: {@link pollux.sync.Mpsc} with {@link pollux.sync.Sender},
 * {@link pollux.sync.Permit} and {@link pollux.sync.Receiver}; {@link pollux.sync.Broadcast} with {@link
 * pollux.sync.BroadcastReceiver}; {@link pollux.sync.Watch} with {@link pollux.sync.WatchReceiver}; {@link
 * pollux.sync.ChannelMetrics} tells what a named channel holds. Locks: {@link pollux.sync.AsyncMutex}, {@link
 * pollux.sync.AsyncRwLock}, {@link pollux.sync.AsyncSemaphore}. Signals: {@link pollux.sync.Notify}, {@link
 * pollux.sync.Barrier}, {@link pollux.sync.CancelToken}. Failures: {@link pollux.sync.ChannelClosedException}, {@link
 * pollux.sync.LaggedException}, {@link pollux.sync.SemaphoreClosedException}.
 *
 * <p>{@link pollux.sync.AwaitedCalls} is for compiled code only.
 *
 * <p>All of them stand on {@link pollux.sync.AtomicWaker}, hop 3 of the life of a value, or on the list of waiters,
 * {@code WaiterList}.
 *
 * <p>Everything in this package may be used from any thread; nothing in it blocks one. Futures are lazy, and each
 * method says under <b>Cancellation</b> what a waiter that gives up loses. No waker is woken, and no code of the user
 * is called, while a lock is held.
 */
package pollux.sync;
