/**
 * The nouns: {@link pollux.future.Future}, {@link pollux.future.Poll}, {@link pollux.future.Waker}, {@link
 * pollux.future.Context}, and what combines futures. Hops 8 to 10 in the life of a value.
 *
 * <p>Imports nothing of Pollux but the queues. A future here names no executor, no timer and no stream; it finds those
 * in the {@linkplain pollux.future.Services services} of its context.
 */
package pollux.future;
