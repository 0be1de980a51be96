package pollux.tck.matrix;

import java.util.List;
import org.reactivestreams.FlowAdapters;
import pollux.executor.Spawner;
import pollux.reactive.CancelPolicy;
import pollux.reactive.ReactiveStreams;
import pollux.tck.TckEnvironment;

/** The conversions of {@code ReactiveStreams}. */
final class CoreRows {

    private static final String IN = "Publisher → Pollux";
    private static final String OUT = "Pollux → Publisher";
    private static final String FLOW = "The JDK's Flow";

    private CoreRows() {}

    static List<Row> rows() {
        return List.of(
                Row.intoFuture(IN, "future(publisher)", ReactiveStreams::future),
                Row.intoFuture(IN, "first(publisher)", ReactiveStreams::first),
                Row.intoFuture(IN, "firstOrNull(publisher)", ReactiveStreams::firstOrNull),
                Row.intoFuture(IN, "single(publisher)", ReactiveStreams::exactlyOne),
                Row.intoFuture(IN, "last(publisher)", ReactiveStreams::last),
                Row.intoFuture(IN, "completion(publisher)", ReactiveStreams::completion),
                Row.intoFuture(IN, "toList(publisher)", ReactiveStreams::toList),
                Row.intoStream(IN, "stream(publisher)", ReactiveStreams::fromPublisher),
                Row.intoStream(IN, "stream(publisher, 1)", p -> ReactiveStreams.fromPublisher(p, 1)),
                Row.intoStream(
                        IN, "stream(publisher, MAX_VALUE)", p -> ReactiveStreams.fromPublisher(p, Integer.MAX_VALUE)),
                Row.outOfFuture(OUT, "publisher(future)", ReactiveStreams::publisher),
                Row.outOfFuture(
                        OUT,
                        "ReactiveStreams.on(pool).publisher(future)",
                        f -> ReactiveStreams.on(TckEnvironment.POOL).publisher(f)),
                Row.outOfFutures(OUT, "deferFuture(supplier)", f -> ReactiveStreams.deferFuture(f)),
                Row.outOfFuture(
                        OUT,
                        "publisher(handle)",
                        f -> ReactiveStreams.publisher(Spawner.inline().spawn(f))),
                Row.outOfFuture(
                        OUT,
                        "publisher(handle, PROPAGATE)",
                        f -> ReactiveStreams.publisher(Spawner.inline().spawn(f), CancelPolicy.PROPAGATE)),
                Row.outOfFuture(OUT, "publisher(futures, 2)", f -> ReactiveStreams.publisher(List.of(f), 2)),
                Row.outOfFuture(
                        OUT, "publisherOrdered(futures, 2)", f -> ReactiveStreams.publisherOrdered(List.of(f), 2)),
                Row.outOfStream(OUT, "publisher(stream)", ReactiveStreams::publisher),
                Row.outOfStream(
                        OUT,
                        "ReactiveStreams.on(pool).publisher(stream)",
                        s -> ReactiveStreams.on(TckEnvironment.POOL).publisher(s)),
                Row.outOfStreams(OUT, "deferStream(supplier)", s -> ReactiveStreams.deferStream(s)),
                Row.intoFuture(
                        FLOW,
                        "future(flow)",
                        p -> ReactiveStreams.future(ReactiveStreams.fromFlow(FlowAdapters.toFlowPublisher(p)))),
                Row.intoFuture(
                        FLOW,
                        "first(flow)",
                        p -> ReactiveStreams.first(ReactiveStreams.fromFlow(FlowAdapters.toFlowPublisher(p)))),
                Row.intoFuture(
                        FLOW,
                        "toList(flow)",
                        p -> ReactiveStreams.toList(ReactiveStreams.fromFlow(FlowAdapters.toFlowPublisher(p)))),
                Row.intoStream(
                        FLOW,
                        "stream(flow)",
                        p -> ReactiveStreams.fromPublisher(ReactiveStreams.fromFlow(FlowAdapters.toFlowPublisher(p)))),
                Row.outOfFuture(
                        FLOW,
                        "toFlow(publisher(future))",
                        f -> FlowAdapters.toPublisher(ReactiveStreams.<Integer>toFlow(ReactiveStreams.publisher(f)))),
                Row.outOfStream(
                        FLOW,
                        "toFlow(publisher(stream))",
                        s -> FlowAdapters.toPublisher(ReactiveStreams.<Integer>toFlow(ReactiveStreams.publisher(s)))));
    }
}
