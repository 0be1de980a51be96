package pollux.tck.matrix;

import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Observable;
import java.util.List;
import java.util.stream.Stream;
import pollux.executor.Spawner;
import pollux.reactive.CancelPolicy;
import pollux.rxjava.Overflow;
import pollux.rxjava.RxJavaAdapter;
import pollux.tck.TckEnvironment;

/** The conversions of {@code RxJavaAdapter}. */
final class RxJavaRows {

    private static final String IN = "RxJava → Pollux";
    private static final String OUT = "Pollux → RxJava";

    private RxJavaRows() {}

    static List<Row> rows() {
        return Stream.of(
                        into(),
                        indirect(singles()),
                        indirect(maybes()),
                        indirect(completables()),
                        flowables(),
                        indirect(observables()))
                .flatMap(List::stream)
                .toList();
    }

    /** Of types that are no publishers; what makes them publishers stands between. */
    private static List<Row> indirect(List<Row> rows) {
        return rows.stream().map(Row::indirect).toList();
    }

    private static List<Row> into() {
        return List.of(
                Row.intoFuture(
                                IN,
                                "future(single)",
                                p -> RxJavaAdapter.future(
                                        Flowable.fromPublisher(p).singleOrError()))
                        .indirect(),
                Row.intoFuture(
                                IN,
                                "future(maybe)",
                                p -> RxJavaAdapter.future(
                                        Flowable.fromPublisher(p).singleElement()))
                        .indirect(),
                Row.intoFuture(
                                IN,
                                "future(completable)",
                                p -> RxJavaAdapter.future(
                                        Flowable.fromPublisher(p).ignoreElements()))
                        .indirect(),
                Row.intoFuture(IN, "first(flowable)", p -> RxJavaAdapter.first(Flowable.fromPublisher(p))),
                Row.intoFuture(IN, "firstOrNull(flowable)", p -> RxJavaAdapter.firstOrNull(Flowable.fromPublisher(p))),
                Row.intoFuture(IN, "single(flowable)", p -> RxJavaAdapter.exactlyOne(Flowable.fromPublisher(p))),
                Row.intoFuture(IN, "last(flowable)", p -> RxJavaAdapter.last(Flowable.fromPublisher(p))),
                Row.intoFuture(IN, "completion(flowable)", p -> RxJavaAdapter.completion(Flowable.fromPublisher(p))),
                Row.intoFuture(IN, "toList(flowable)", p -> RxJavaAdapter.toList(Flowable.fromPublisher(p))),
                Row.intoStream(IN, "stream(flowable)", p -> RxJavaAdapter.stream(Flowable.fromPublisher(p))),
                Row.intoStream(IN, "stream(flowable, 1)", p -> RxJavaAdapter.stream(Flowable.fromPublisher(p), 1)),
                Row.intoStream(
                                IN,
                                "stream(observable, error(3))",
                                p -> RxJavaAdapter.stream(Observable.fromPublisher(p), Overflow.error(3)))
                        .indirect(),
                Row.intoStream(
                                IN,
                                "stream(observable, dropLatest(3))",
                                p -> RxJavaAdapter.stream(Observable.fromPublisher(p), Overflow.dropLatest(3)))
                        .indirect(),
                Row.intoStream(
                                IN,
                                "stream(observable, dropOldest(3))",
                                p -> RxJavaAdapter.stream(Observable.fromPublisher(p), Overflow.dropOldest(3)))
                        .indirect(),
                Row.intoStream(
                                IN,
                                "stream(observable, unbounded())",
                                p -> RxJavaAdapter.stream(Observable.fromPublisher(p), Overflow.unbounded()))
                        .indirect());
    }

    private static List<Row> singles() {
        return List.of(
                Row.outOfFuture(
                        OUT, "single(future)", f -> RxJavaAdapter.single(f).toFlowable()),
                Row.outOfFuture(
                        OUT,
                        "RxJavaAdapter.on(pool).single(future)",
                        f -> RxJavaAdapter.on(TckEnvironment.POOL).single(f).toFlowable()),
                Row.outOfFutures(
                        OUT,
                        "singleDefer(supplier)",
                        f -> RxJavaAdapter.singleDefer(f).toFlowable()),
                Row.outOfFuture(
                        OUT,
                        "single(handle)",
                        f -> RxJavaAdapter.single(Spawner.inline().spawn(f)).toFlowable()),
                Row.outOfFuture(
                        OUT,
                        "single(handle, PROPAGATE)",
                        f -> RxJavaAdapter.single(Spawner.inline().spawn(f), CancelPolicy.PROPAGATE)
                                .toFlowable()));
    }

    private static List<Row> maybes() {
        return List.of(
                Row.outOfFuture(
                        OUT, "maybe(future)", f -> RxJavaAdapter.maybe(f).toFlowable()),
                Row.outOfFuture(
                        OUT,
                        "RxJavaAdapter.on(pool).maybe(future)",
                        f -> RxJavaAdapter.on(TckEnvironment.POOL).maybe(f).toFlowable()),
                Row.outOfFutures(
                        OUT,
                        "maybeDefer(supplier)",
                        f -> RxJavaAdapter.maybeDefer(f).toFlowable()),
                Row.outOfFuture(
                        OUT,
                        "maybe(handle)",
                        f -> RxJavaAdapter.maybe(Spawner.inline().spawn(f)).toFlowable()));
    }

    private static List<Row> completables() {
        return List.of(
                Row.outOfEnd(
                        OUT,
                        "completable(future)",
                        f -> RxJavaAdapter.completable(f).toFlowable()),
                Row.outOfEnd(
                        OUT,
                        "RxJavaAdapter.on(pool).completable(future)",
                        f -> RxJavaAdapter.on(TckEnvironment.POOL)
                                .completable(f)
                                .toFlowable()),
                Row.outOfEnds(
                        OUT,
                        "completableDefer(supplier)",
                        f -> RxJavaAdapter.completableDefer(f).toFlowable()),
                Row.outOfEnd(
                        OUT,
                        "completable(handle)",
                        f -> RxJavaAdapter.completable(Spawner.inline().spawn(f))
                                .toFlowable()));
    }

    private static List<Row> flowables() {
        return List.of(
                Row.outOfFuture(OUT, "flowable(future)", f -> RxJavaAdapter.<Integer>flowable(f)),
                Row.outOfFuture(OUT, "flowable(futures, 2)", f -> RxJavaAdapter.flowable(List.of(f), 2)),
                Row.outOfFuture(OUT, "flowableOrdered(futures, 2)", f -> RxJavaAdapter.flowableOrdered(List.of(f), 2)),
                Row.outOfStream(OUT, "flowable(stream)", RxJavaAdapter::flowable),
                Row.outOfStream(
                        OUT,
                        "RxJavaAdapter.on(pool).flowable(stream)",
                        s -> RxJavaAdapter.on(TckEnvironment.POOL).flowable(s)),
                Row.outOfStreams(OUT, "flowableDefer(supplier)", s -> RxJavaAdapter.flowableDefer(s)));
    }

    private static List<Row> observables() {
        return List.of(
                Row.outOfStream(
                        OUT,
                        "observable(stream)",
                        s -> RxJavaAdapter.observable(s).toFlowable(BackpressureStrategy.BUFFER)),
                Row.outOfStream(
                        OUT,
                        "RxJavaAdapter.on(pool).observable(stream)",
                        s -> RxJavaAdapter.on(TckEnvironment.POOL)
                                .observable(s)
                                .toFlowable(BackpressureStrategy.BUFFER)),
                Row.outOfStreams(
                        OUT,
                        "observableDefer(supplier)",
                        s -> RxJavaAdapter.observableDefer(s).toFlowable(BackpressureStrategy.BUFFER)));
    }
}
