/**
 * Looks into a running program: a console in the browser, metrics for Micrometer, events for the JDK Flight Recorder.
 */
@org.jspecify.annotations.NullMarked
module pollux.observability {
    requires jdk.httpserver;
    // needed only by PolluxEvents, and by PolluxMetrics
    requires static jdk.jfr;
    requires static micrometer.core;
    requires static org.jspecify;
    requires transitive pollux.core;

    exports pollux.observability;
}
