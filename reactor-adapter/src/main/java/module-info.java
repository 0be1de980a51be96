/**
 * Mono, Flux, Scheduler and Context, to and from Pollux.
 */
@org.jspecify.annotations.NullMarked
module pollux.reactor {
    requires static context.propagation;
    requires static org.jspecify;
    requires transitive org.reactivestreams;
    requires transitive pollux.core;
    requires transitive reactor.core;

    exports pollux.reactor;
}
