package pollux.tck.rules;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.jvm.functions.Function1;
import kotlin.jvm.functions.Function2;
import kotlinx.coroutines.CoroutineScope;
import kotlinx.coroutines.CoroutineStart;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.GlobalScope;
import kotlinx.coroutines.channels.ProducerScope;
import kotlinx.coroutines.flow.Flow;
import kotlinx.coroutines.flow.FlowCollector;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.future.FutureKt;
import kotlinx.coroutines.reactive.AwaitKt;
import kotlinx.coroutines.reactive.PublishKt;
import kotlinx.coroutines.reactive.ReactiveFlowKt;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import pollux.tck.TckEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The peers, each as its users use it; their columns are recorded, not judged. */
final class Peers {

    private static final String REACTOR = "Reactor";
    private static final String RXJAVA = "RxJava";
    private static final String MUTINY = "Mutiny";
    private static final String KOTLINX = "kotlinx-coroutines-reactive";

    private Peers() {}

    /** The libraries and their versions. */
    static String versions() {
        return REACTOR + " " + System.getProperty("reactor.version") + ", " + RXJAVA + " "
                + System.getProperty("rxjava.version") + ", " + MUTINY + " " + System.getProperty("mutiny.version")
                + ", "
                + KOTLINX + " " + System.getProperty("kotlinx-coroutines.version");
    }

    // ------------------------------------------------------------------ publishers

    static List<PublisherParty> publishers() {
        List<PublisherParty> all = new ArrayList<>();
        all.add(many(REACTOR, "Flux.range", n -> Flux.range(0, (int) n), Flux::error, Flux::never));
        all.add(many(REACTOR, "Flux.generate", Peers::generatedFlux, Flux::error, null));
        all.add(many(
                REACTOR,
                "Flux.publishOn",
                n -> Flux.range(0, (int) n).publishOn(reactor.core.scheduler.Schedulers.parallel()),
                e -> Flux.error(e).publishOn(reactor.core.scheduler.Schedulers.parallel()),
                () -> Flux.never().publishOn(reactor.core.scheduler.Schedulers.parallel())));
        all.add(one(REACTOR, "Mono.fromFuture", Mono::fromFuture));
        all.add(many(RXJAVA, "Flowable.range", n -> Flowable.range(0, (int) n), Flowable::error, Flowable::never));
        all.add(many(RXJAVA, "Flowable.generate", Peers::generatedFlowable, Flowable::error, null));
        all.add(many(
                RXJAVA,
                "Flowable.observeOn",
                n -> Flowable.range(0, (int) n).observeOn(Schedulers.computation()),
                e -> Flowable.error(e).observeOn(Schedulers.computation()),
                () -> Flowable.never().observeOn(Schedulers.computation())));
        all.add(one(RXJAVA, "Flowable.fromCompletionStage", Flowable::fromCompletionStage));
        all.add(many(
                MUTINY,
                "Multi.range",
                n -> rs(Multi.createFrom().range(0, (int) n)),
                e -> rs(Multi.createFrom().failure(e)),
                () -> rs(Multi.createFrom().nothing())));
        all.add(many(
                MUTINY,
                "Multi.emitOn",
                n -> rs(Multi.createFrom().range(0, (int) n).emitOn(TckEnvironment.POOL)),
                e -> rs(Multi.createFrom().failure(e).emitOn(TckEnvironment.POOL)),
                () -> rs(Multi.createFrom().nothing().emitOn(TckEnvironment.POOL))));
        all.add(one(
                MUTINY,
                "Uni.completionStage.toMulti",
                future -> rs(Uni.createFrom().completionStage(future).toMulti())));
        all.add(many(
                KOTLINX,
                "Flow.asPublisher",
                n -> ReactiveFlowKt.asPublisher(flow(n)),
                e -> ReactiveFlowKt.asPublisher(failing(e)),
                () -> ReactiveFlowKt.asPublisher(awaiting())));
        all.add(many(
                KOTLINX,
                "publish { send }",
                n -> publish(flow(n)),
                e -> publish(failing(e)),
                () -> publish(awaiting())));
        return all;
    }

    private static PublisherParty many(
            String library,
            String name,
            LongFunction<Publisher<?>> items,
            java.util.function.Function<Throwable, Publisher<?>> failing,
            @Nullable Supplier<Publisher<?>> silent) {
        return new PublisherParty(
                library, name, Integer.MAX_VALUE, items, () -> failing.apply(PublisherParty.failure()), silent, true);
    }

    private static PublisherParty one(
            String library, String name, java.util.function.Function<CompletableFuture<Integer>, Publisher<?>> of) {
        return new PublisherParty(
                library,
                name,
                1,
                n -> of.apply(CompletableFuture.completedFuture(0)),
                () -> of.apply(CompletableFuture.failedFuture(PublisherParty.failure())),
                () -> of.apply(new CompletableFuture<>()),
                true);
    }

    private static Publisher<?> generatedFlux(long n) {
        return Flux.generate(() -> 0, (next, sink) -> {
            if (next == n) {
                sink.complete();
            } else {
                sink.next(next);
            }
            return next + 1;
        });
    }

    private static Publisher<?> generatedFlowable(long n) {
        return Flowable.generate(() -> 0, (next, emitter) -> {
            if (next == n) {
                emitter.onComplete();
            } else {
                emitter.onNext(next);
            }
            return next + 1;
        });
    }

    private static <T> Publisher<T> rs(Multi<T> multi) {
        return FlowAdapters.toPublisher(multi);
    }

    private static Flow<Integer> flow(long n) {
        return FlowKt.asFlow(IntStream.range(0, (int) n).iterator());
    }

    private static Flow<Integer> failing(Throwable failure) {
        return FlowKt.asFlow((Function1<Continuation<? super Integer>, Object>) continuation -> {
            throw (RuntimeException) failure;
        });
    }

    /** Waits for ever, and can be cancelled. */
    private static Flow<Integer> awaiting() {
        return FlowKt.asFlow((Function1<Continuation<? super Integer>, Object>)
                continuation -> kotlinx.coroutines.DelayKt.awaitCancellation(continuation));
    }

    private static Publisher<Integer> publish(Flow<Integer> flow) {
        return PublishKt.publish(Dispatchers.getUnconfined(), (Function2<
                        ProducerScope<? super Integer>, Continuation<? super Unit>, Object>)
                (scope, continuation) -> flow.collect((FlowCollector<Integer>) scope::send, continuation));
    }

    // ------------------------------------------------------------------ subscribers

    static List<SubscriberParty> subscribers() {
        return List.of(
                new SubscriberParty(
                        REACTOR,
                        "Mono.from.toFuture",
                        p -> Consumption.of(Mono.from(p).toFuture())),
                new SubscriberParty(
                        REACTOR,
                        "Flux.from.collectList",
                        p -> Consumption.of(Flux.from(p).collectList().toFuture())),
                new SubscriberParty(
                        REACTOR,
                        "Flux.from.publishOn",
                        p -> Consumption.of(Flux.from(p)
                                .publishOn(reactor.core.scheduler.Schedulers.parallel())
                                .collectList()
                                .toFuture())),
                new SubscriberParty(
                        RXJAVA,
                        "Flowable.fromPublisher.first",
                        p -> Consumption.of(Flowable.fromPublisher(p)
                                .firstElement()
                                .toCompletionStage(-1)
                                .toCompletableFuture())),
                new SubscriberParty(
                        RXJAVA,
                        "Flowable.fromPublisher.toList",
                        p -> Consumption.of(Flowable.fromPublisher(p)
                                .toList()
                                .toCompletionStage()
                                .toCompletableFuture())),
                new SubscriberParty(
                        RXJAVA,
                        "Flowable.fromPublisher.observeOn",
                        p -> Consumption.of(Flowable.fromPublisher(p)
                                .observeOn(Schedulers.computation())
                                .toList()
                                .toCompletionStage()
                                .toCompletableFuture())),
                new SubscriberParty(
                        MUTINY,
                        "Uni.publisher",
                        p -> Consumption.of(Uni.createFrom()
                                .publisher(FlowAdapters.toFlowPublisher(p))
                                .subscribeAsCompletionStage())),
                new SubscriberParty(
                        MUTINY,
                        "Multi.publisher.asList",
                        p -> Consumption.of(Multi.createFrom()
                                .publisher(FlowAdapters.toFlowPublisher(p))
                                .collect()
                                .asList()
                                .subscribeAsCompletionStage())),
                new SubscriberParty(
                        KOTLINX,
                        "awaitFirstOrNull",
                        p -> awaited((scope, continuation) -> AwaitKt.awaitFirstOrNull(p, continuation))),
                new SubscriberParty(
                        KOTLINX,
                        "awaitLast",
                        p -> awaited((scope, continuation) -> AwaitKt.awaitLast(p, continuation))),
                new SubscriberParty(
                        KOTLINX,
                        "asFlow.toList",
                        p -> awaited((scope, continuation) ->
                                FlowKt.toList(ReactiveFlowKt.asFlow(p), new ArrayList<Object>(), continuation))));
    }

    private static Consumption awaited(Function2<CoroutineScope, Continuation<? super Object>, Object> block) {
        return Consumption.of(FutureKt.<Object>future(
                GlobalScope.INSTANCE, Dispatchers.getUnconfined(), CoroutineStart.DEFAULT, block));
    }

    // ------------------------------------------------------------------ stages

    static List<ProcessorRules.Party> stages() {
        return List.of(
                new ProcessorRules.Party(REACTOR, "Flux.map", p -> Flux.from(p).map(item -> item)),
                new ProcessorRules.Party(
                        RXJAVA, "Flowable.map", p -> Flowable.fromPublisher(p).map(item -> item)),
                new ProcessorRules.Party(
                        MUTINY,
                        "Multi.map",
                        p -> rs(Multi.createFrom()
                                .publisher(FlowAdapters.toFlowPublisher(p))
                                .map(item -> item))),
                new ProcessorRules.Party(
                        KOTLINX,
                        "asFlow.asPublisher",
                        p -> ReactiveFlowKt.asPublisher(ReactiveFlowKt.asFlow(p), EmptyCoroutineContext.INSTANCE)));
    }
}
