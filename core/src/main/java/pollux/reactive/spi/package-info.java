/**
 * What adapters for a library of Reactive Streams provide to core. Open first {@link
 * pollux.reactive.spi.PublisherBridge}, the service
 * interface; then {@link pollux.reactive.spi.PublisherBridges}, which finds the providers and chooses one for each
 * publisher.
 *
 * <p>Users call {@link pollux.reactive.ReactiveStreams}. This package and {@code pollux.reactive} are one floor.
 */
package pollux.reactive.spi;
