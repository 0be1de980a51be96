/**
 * Single, Maybe, Completable, Flowable, Observable and Scheduler, to and from Pollux.
 */
@org.jspecify.annotations.NullMarked
module pollux.rxjava {
    requires static org.jspecify;
    requires transitive org.reactivestreams;
    requires transitive pollux.core;
    requires transitive io.reactivex.rxjava3;

    exports pollux.rxjava;

    provides pollux.reactive.spi.PublisherBridge with
            pollux.rxjava.RxJavaBridge;
}
