/**
 * How tasks wait for each other and talk: wakers, notifications, promises, channels, semaphores, cancellation.
 *
 * <p>Hop 3 of the life of a value is here ({@link pollux.sync.AtomicWaker}). Everything in this package may be used
 * from any thread; nothing in it blocks one. Futures are lazy, and each method says under <b>Cancellation</b> what a
 * waiter that gives up loses. No waker is woken, and no code of the user is called, while a lock is held.
 */
package pollux.sync;
