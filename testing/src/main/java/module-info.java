/**
 * A seeded simulator for async code, one clock for Pollux, Reactor and RxJava, a JUnit 5 extension, and probes.
 */
@org.jspecify.annotations.NullMarked
module pollux.testing {
    requires static org.jspecify;
    requires transitive pollux.core;
    // each is needed only by who uses it
    requires static org.junit.jupiter.api;
    requires static pollux.reactor;
    requires static pollux.rxjava;

    exports pollux.testing;
}
