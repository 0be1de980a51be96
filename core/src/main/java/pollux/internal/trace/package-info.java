/**
 * What stack traces say of awaits: {@link pollux.internal.trace.AwaitedAt} is the lines that awaited a failure, {@link
 * pollux.internal.trace.Ended} makes the failures of what is polled after its end, {@link
 * pollux.internal.trace.Interrupted} those of blocking code that was cancelled. Knows nothing of tasks.
 */
package pollux.internal.trace;
