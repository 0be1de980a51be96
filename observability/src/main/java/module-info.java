/**
 * Looks into a running program: a console in the browser, metrics for Micrometer, events for the JDK Flight Recorder.
 */
@org.jspecify.annotations.NullMarked
module pollux.observability {
    requires jdk.httpserver;
    requires static org.jspecify;
    requires transitive pollux.core;

    exports pollux.observability;
}
