/**
 * Sleeping, timeouts and intervals, measured by whichever timers the task finds around it (hop 7).
 */
package pollux.time;
