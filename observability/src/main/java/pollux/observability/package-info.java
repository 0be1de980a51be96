/**
 * Looks into a running program. Open first {@link pollux.observability.Console}, the live page; then {@link
 * pollux.observability.PolluxMetrics} for Micrometer and {@link pollux.observability.PolluxEvents} for the Flight
 * Recorder.
 */
@org.jspecify.annotations.NullMarked
package pollux.observability;
