/**
 * How Pollux makes and parks threads, whichever package they work for: {@link pollux.internal.thread.DaemonThreads}
 * makes them, {@link pollux.internal.thread.ServiceThread} is one that runs no code of users, {@link
 * pollux.internal.thread.ManagedParking} waits on a thread of others, {@link pollux.internal.thread.ThreadOverride} is
 * what a simulation sees instead.
 */
package pollux.internal.thread;
