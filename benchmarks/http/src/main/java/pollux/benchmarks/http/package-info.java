/**
 * One handler of three awaits, written in Reactor, Kotlin and Pollux, in one WebFlux application; and the load.
 *
 * <p>{@link pollux.benchmarks.http.Server} is the application, {@link pollux.benchmarks.http.Load} the client, which
 * {@code benchmarks/http/run} starts in a process of its own.
 */
@NullMarked
package pollux.benchmarks.http;

import org.jspecify.annotations.NullMarked;
