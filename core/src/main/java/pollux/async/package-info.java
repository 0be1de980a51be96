/**
 * {@code await} in plain Java: blocks, generators and for-each over streams. Open first {@link pollux.async.Async};
 * then what it takes, {@link pollux.async.AsyncBlock} and {@link pollux.async.StreamBlock} with its {@link
 * pollux.async.Emitter}, what it gives to a for statement, {@link pollux.async.AsyncIterable}, {@link
 * pollux.async.AsyncIterator} and {@link pollux.async.BlockingIterable}, and {@link pollux.async.Awaits}, the mark of
 * a method that awaits. {@link pollux.async.Reruns} is for frameworks that subscribe many times.
 *
 * <p>For compiled code: {@link pollux.async.AsyncFrame} is the base of the state machines, {@link
 * pollux.async.CompiledBlock} and {@link pollux.async.CompiledStreamBlock} are what a lambda becomes, {@link
 * pollux.async.AwaitedCalls} takes the place of an awaited emission, {@link pollux.async.LoopCalls} that of an await in
 * a for statement that takes its item, and {@link pollux.async.DirectNumbers} has the numbers that calls return without
 * a box. Hop 9 of a value's way: the frame resumes at its await; and hop 12: the value is the result of {@code await}.
 */
package pollux.async;
