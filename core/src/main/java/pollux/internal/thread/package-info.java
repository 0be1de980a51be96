/**
 * How Pollux makes threads of its own, whichever package they work for.
 */
package pollux.internal.thread;
