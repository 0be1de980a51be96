/**
 * {@link pollux.internal.timer.TimerWheel}, the timing wheel, for the drivers of timers: the workers of a pool (hop 7)
 * and the fallback thread.
 */
package pollux.internal.timer;
