/**
 * The bridge to Reactive Streams as users call it, for {@code org.reactivestreams} and for the JDK's {@code Flow}. Open
 * first {@link pollux.reactive.ReactiveStreams}, which has all the conversions; {@link
 * pollux.reactive.InboundConversions} and {@link pollux.reactive.PublisherConversions} hold its two directions. Then
 * what the conversions take and throw: {@link pollux.reactive.Prefetch}, {@link pollux.reactive.CancelPolicy} and
 * {@link pollux.reactive.ProtocolViolation}. {@link pollux.reactive.Referee} checks the rules between two parties.
 *
 * <p>What the conversions are made of is in {@link pollux.reactive.spi}. A bridge never hangs, never loses an error
 * silently, and never breaks a rule downstream because upstream did.
 */
package pollux.reactive;
