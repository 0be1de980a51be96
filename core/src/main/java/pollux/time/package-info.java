/**
 * Sleeping, timeouts and intervals, measured by the timers that the task finds around it (hop 7). Open first {@link
 * pollux.time.Timers}; then {@link pollux.time.Interval} with {@link pollux.time.MissedTickBehavior}, and {@link
 * pollux.time.Retry}. {@link pollux.time.TimerService} is what an executor brings, over a {@link
 * pollux.time.TimeSource}; {@link pollux.time.ManualTime} is both, for tests.
 */
package pollux.time;
