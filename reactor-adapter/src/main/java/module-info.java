/**
 * Mono, Flux, Scheduler and Context, to and from Pollux.
 */
@org.jspecify.annotations.NullMarked
module pollux.reactor {
    requires static context.propagation;
    requires static io.reactivex.rxjava3;
    requires static org.jspecify;
    requires transitive org.reactivestreams;
    requires transitive pollux.core;
    requires static reactor.blockhound;
    requires transitive reactor.core;
    requires static spring.beans;
    requires static spring.boot;
    requires static spring.core;

    exports pollux.reactor;

    provides pollux.reactive.spi.PublisherBridge with
            pollux.reactor.ReactorBridge;
    provides reactor.blockhound.integration.BlockHoundIntegration with
            pollux.reactor.BlockHoundMarks;
}
