package pollux.examples;

import static pollux.async.Async.async;

import io.reactivex.rxjava3.core.Flowable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import pollux.async.Async;
import pollux.future.Future;
import pollux.reactive.ReactiveStreams;
import pollux.reactor.ReactorAdapter;
import pollux.rxjava.RxJavaAdapter;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Every way in which a block can read a publisher, under every import, for every class of publisher that can carry a
 * context.
 */
final class Entries {

    private Entries() {}

    /** What the same source looks like to javac and at run time. */
    static Map<String, Function<Mono<Object>, Publisher<Object>>> publishers() {
        Map<String, Function<Mono<Object>, Publisher<Object>>> all = new LinkedHashMap<>();
        all.put("Mono", mono -> mono);
        all.put("Flux", Mono::flux);
        all.put("hidden Flux", mono -> mono.flux().hide());
        all.put("plain Publisher", mono -> mono::subscribe);
        all.put("JDK's and back", mono -> ReactiveStreams.fromFlow(ReactiveStreams.toFlow(mono)));
        all.put("JDK's own", mono -> ReactiveStreams.fromFlow(s -> mono.subscribe(FlowAdapters.toSubscriber(s))));
        all.put("Flowable", Flowable::fromPublisher);
        return all;
    }

    /** Each reads the one item of a publisher inside the task that polls the future. */
    static Map<String, Function<Publisher<Object>, Future<Object>>> all() {
        Map<String, Function<Publisher<Object>, Future<Object>>> all = new LinkedHashMap<>();
        all.put("Async.await", p -> async(() -> Async.await(p)));
        all.put("ReactorAdapter.await", p -> async(() -> ReactorAdapter.await(p)));
        all.put("RxJavaAdapter.await", p -> async(() -> RxJavaAdapter.await(p)));
        all.put(
                "Async.each",
                p -> async(() -> {
                    Object last = null;
                    for (Object item : Async.each(p)) {
                        last = item;
                    }
                    return last;
                }));
        all.put(
                "ReactorAdapter.each",
                p -> async(() -> {
                    Object last = null;
                    for (Object item : ReactorAdapter.each(p)) {
                        last = item;
                    }
                    return last;
                }));
        all.put(
                "RxJavaAdapter.each",
                p -> async(() -> {
                    Object last = null;
                    for (Object item : RxJavaAdapter.each(p)) {
                        last = item;
                    }
                    return last;
                }));
        all.put("ReactiveStreams.future", ReactiveStreams::future);
        all.put("ReactiveStreams.first", ReactiveStreams::first);
        all.put("ReactiveStreams.firstOrNull", ReactiveStreams::firstOrNull);
        all.put("ReactiveStreams.exactlyOne", ReactiveStreams::exactlyOne);
        all.put("ReactiveStreams.last", ReactiveStreams::last);
        all.put("ReactiveStreams.toList", p -> ReactiveStreams.toList(p).map(list -> list.get(0)));
        all.put(
                "ReactiveStreams.fromPublisher",
                p -> ReactiveStreams.fromPublisher(p).next());
        all.put("ReactiveStreams.fromPublisher, prefetch 1", p -> lastOf(ReactiveStreams.fromPublisher(p, 1)));
        all.put("Async.future", Async::future);
        all.put("ReactorAdapter.first", ReactorAdapter::first);
        all.put("RxJavaAdapter.last", RxJavaAdapter::last);
        // Reactor's own wrapper of a Flowable subscribes with a subscriber of RxJava, which carries no context
        all.put(
                "ReactorAdapter.stream",
                p -> p instanceof Flowable<?>
                        ? ReactiveStreams.future(p)
                        : lastOf(ReactorAdapter.stream(Flux.from(p))));
        all.put("RxJavaAdapter.stream", p -> lastOf(RxJavaAdapter.stream(Flowable.fromPublisher(p))));
        all.put("published again", p -> ReactiveStreams.future(ReactiveStreams.publisher(ReactiveStreams.future(p))));
        all.put("deferred", p -> ReactiveStreams.future(ReactiveStreams.deferFuture(() -> ReactiveStreams.future(p))));
        all.put(
                "deferred stream",
                p -> lastOf(ReactiveStreams.fromPublisher(
                        ReactiveStreams.deferStream(() -> ReactiveStreams.fromPublisher(p)))));
        all.put("inside a Mono", p -> ReactiveStreams.future(ReactorAdapter.mono(() -> Async.await(p))));
        all.put(
                "inside a Flowable",
                p -> ReactiveStreams.future(RxJavaAdapter.<Object>flowable(out -> out.emit(Async.await(p)))));
        return all;
    }

    private static Future<Object> lastOf(AsyncStream<Object> stream) {
        return stream.toList().map(list -> list.get(0));
    }
}
