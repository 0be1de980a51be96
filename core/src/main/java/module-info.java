/**
 * Futures that do nothing until polled, an executor of their own, and the bridge to Reactive Streams.
 */
@org.jspecify.annotations.NullMarked
module pollux.core {
    // annotations, needed to compile Pollux only; a module that requires Pollux need not have them
    requires static org.jspecify;
    // automatic module: static keeps core linkable with jlink; Maven still brings the jar
    requires static transitive org.reactivestreams;

    // for users; pollux itself is the façade
    exports pollux;
    exports pollux.future;
    exports pollux.sync;
    exports pollux.time;
    exports pollux.stream;
    exports pollux.debug;
    exports pollux.executor;
    exports pollux.scope;
    exports pollux.io;
    exports pollux.reactive;
    exports pollux.async;

    // for adapters
    exports pollux.reactive.spi;

    uses pollux.reactive.spi.PublisherBridge;
}
