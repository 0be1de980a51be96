/**
 * The bridge to Project Reactor: {@link pollux.reactor.ReactorAdapter} holds every conversion. The way of a value is
 * that of {@code pollux.reactive} (hops 1 to 3 and 10, 11 in, the mirror image out); added here are the types of
 * Reactor, its {@code Context}, its hooks, and its schedulers.
 */
package pollux.reactor;
