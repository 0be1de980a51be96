/**
 * The nouns and what combines futures; hops 8 to 10 in the life of a value. Open first {@link pollux.future.Future},
 * then {@link pollux.future.Poll}, {@link pollux.future.Waker} and {@link pollux.future.Context}, which a poll gets.
 *
 * <p>Then {@link pollux.future.Futures}, which makes and combines them, with {@link pollux.future.Select} for the
 * first of several, {@link pollux.future.Shared} for one run that many await, and {@link pollux.future.FuseFuture} for
 * a future that is polled after its end. {@link pollux.future.Block} is code that may await, as packages below {@code
 * pollux.async} see it, and {@link pollux.future.BlockFuture} is a run of one that was not compiled.
 *
 * <p>For authors of futures: {@link pollux.future.RawFuture} is the base without allocation, {@link
 * pollux.future.Ending} is how a future that owns others ends, {@link pollux.future.FutureSet} polls only those that
 * were woken, {@link pollux.future.Failures} and {@link pollux.future.DropHook} take failures and values that have no
 * receiver, {@link pollux.future.Droppable} is a value that is closed then, {@link pollux.future.Inspectable} and
 * {@link pollux.future.AwaitTree} are what a dump asks.
 *
 * <p>{@link pollux.future.AwaitedCalls} is for compiled code only.
 *
 * <p>Imports nothing of Pollux but {@code pollux.internal}. A future here names no executor, no timer and no stream;
 * it finds those in the {@linkplain pollux.future.Services services} of its context.
 */
package pollux.future;
