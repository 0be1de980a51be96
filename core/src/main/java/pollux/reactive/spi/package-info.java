/**
 * What the bridges are made of, for adapters to a library of Reactive Streams; users call {@link pollux.reactive}. Hops
 * 1 to 3 and 10 to 11 of an item on its way in, and their mirror image on the way out.
 *
 * <p>How an adapter is found: {@link pollux.reactive.spi.PublisherBridge} is the service interface, {@link
 * pollux.reactive.spi.PublisherBridges} finds the providers and chooses one for each publisher, {@link
 * pollux.reactive.spi.CarriedThreadLocals} is what a provider may add to a task.
 *
 * <p>Inbound: {@link pollux.reactive.spi.PublisherStream} for many items and {@link
 * pollux.reactive.spi.PublisherFuture} for one. {@link pollux.reactive.spi.CallbackFuture} is the base for any foreign
 * source of one value; {@link pollux.reactive.spi.ScalarFuture} is for a value that is there already. {@link
 * pollux.reactive.spi.SerialSubscription} makes the calls on the foreign subscription, {@link
 * pollux.reactive.spi.Demand} counts what was requested, {@link pollux.reactive.spi.FusedQueue} is the queue of a
 * publisher that is polled, {@link pollux.reactive.spi.OffenderClass} finds the class that a violation names.
 *
 * <p>Outbound: {@link pollux.reactive.spi.SubscriptionFactory} makes the subscription of each subscriber, {@link
 * pollux.reactive.spi.FutureSource} is one that has a future for each, {@link
 * pollux.reactive.spi.SourcePublisher} is the plain publisher over it. {@link pollux.reactive.spi.TaskSubscription} is
 * the base: a subscription that polls. {@link pollux.reactive.spi.StreamSubscription} serves a stream, {@link
 * pollux.reactive.spi.FusibleSubscription} one that the subscriber may poll, {@link
 * pollux.reactive.spi.FutureSubscription} a future, {@link pollux.reactive.spi.FuturesSubscription} a set of futures,
 * {@link pollux.reactive.spi.ReadySubscription} a value, {@link pollux.reactive.spi.ErrorSubscription} a failure.
 *
 * <p>Around both: {@link pollux.reactive.spi.BridgeHooks} gets what is dropped and discarded. {@link
 * pollux.reactive.spi.SerialExecutor}, {@link pollux.reactive.spi.SerialExecutors} and {@link
 * pollux.reactive.spi.ScheduledSpawner} are what the schedulers of the libraries are built on.
 */
package pollux.reactive.spi;
