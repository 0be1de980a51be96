/**
 * The timing wheel, for whoever drives timers: the workers of a pool (hop 7) and the fallback thread.
 */
package pollux.internal.timer;
