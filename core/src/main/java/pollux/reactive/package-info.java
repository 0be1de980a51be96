/**
 * The bridge to Reactive Streams, both ways, for {@code org.reactivestreams} and for the JDK's {@code Flow}: hops 1 to
 * 3 and 10 to 11 on the way in, their mirror image on the way out.
 *
 * <p>{@link pollux.reactive.ReactiveStreams} has all the conversions. The other types are what adapters for a library
 * build on: {@link pollux.reactive.CallbackFuture}, {@link pollux.reactive.PublisherFuture} and {@link
 * pollux.reactive.PublisherStream} inbound, {@link pollux.reactive.StreamSubscription} and {@link
 * pollux.reactive.FutureSubscription} outbound.
 *
 * <p>A bridge never hangs, never loses an error silently, and never breaks a rule downstream because upstream did.
 */
package pollux.reactive;
