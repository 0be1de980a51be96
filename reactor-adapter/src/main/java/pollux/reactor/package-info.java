/**
 * The bridge to Project Reactor. Open first {@link pollux.reactor.ReactorAdapter}, which has every conversion; {@link
 * pollux.reactor.ReactorConversions} are the same on a chosen spawner. {@link pollux.reactor.ThreadLocals} carry
 * thread locals with a task. For the service loaders: {@link pollux.reactor.ReactorBridge}, by which core finds this
 * adapter, and {@link pollux.reactor.BlockHoundMarks}.
 *
 * <p>The way of a value is that of {@code pollux.reactive} (hops 1 to 3 and 10, 11 in, the mirror image out); added
 * here are the types of Reactor, its {@code Context}, its hooks, and its schedulers.
 */
package pollux.reactor;
