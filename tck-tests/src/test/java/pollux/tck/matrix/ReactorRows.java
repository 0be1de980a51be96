package pollux.tck.matrix;

import java.util.List;
import pollux.executor.Spawner;
import pollux.reactive.CancelPolicy;
import pollux.reactor.ReactorAdapter;
import pollux.tck.TckEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The conversions of {@code ReactorAdapter}. */
final class ReactorRows {

    private static final String MONO_IN = "Mono → Pollux";
    private static final String FLUX_IN = "Flux → Pollux";
    private static final String MONO_OUT = "Pollux → Mono";
    private static final String FLUX_OUT = "Pollux → Flux";

    private ReactorRows() {}

    static List<Row> rows() {
        return List.of(
                Row.intoFuture(MONO_IN, "future(mono)", p -> ReactorAdapter.future(Mono.fromDirect(p))),
                Row.intoFuture(FLUX_IN, "first(flux)", p -> ReactorAdapter.first(Flux.from(p))),
                Row.intoFuture(FLUX_IN, "firstOrNull(flux)", p -> ReactorAdapter.firstOrNull(Flux.from(p))),
                Row.intoFuture(FLUX_IN, "single(flux)", p -> ReactorAdapter.exactlyOne(Flux.from(p))),
                Row.intoFuture(FLUX_IN, "last(flux)", p -> ReactorAdapter.last(Flux.from(p))),
                Row.intoFuture(FLUX_IN, "completion(flux)", p -> ReactorAdapter.completion(Flux.from(p))),
                Row.intoFuture(FLUX_IN, "toList(flux)", p -> ReactorAdapter.toList(Flux.from(p))),
                Row.intoStream(FLUX_IN, "stream(flux)", p -> ReactorAdapter.stream(Flux.from(p))),
                Row.intoStream(FLUX_IN, "stream(flux, 1)", p -> ReactorAdapter.stream(Flux.from(p), 1)),
                Row.outOfFuture(MONO_OUT, "mono(future)", ReactorAdapter::mono),
                Row.outOfFuture(
                        MONO_OUT,
                        "ReactorAdapter.on(pool).mono(future)",
                        f -> ReactorAdapter.on(TckEnvironment.POOL).mono(f)),
                Row.outOfFutures(MONO_OUT, "monoDefer(supplier)", f -> ReactorAdapter.monoDefer(f)),
                Row.outOfFuture(
                        MONO_OUT,
                        "mono(handle)",
                        f -> ReactorAdapter.mono(Spawner.inline().spawn(f))),
                Row.outOfFuture(
                        MONO_OUT,
                        "mono(handle, PROPAGATE)",
                        f -> ReactorAdapter.mono(Spawner.inline().spawn(f), CancelPolicy.PROPAGATE)),
                Row.outOfFuture(FLUX_OUT, "flux(future)", f -> ReactorAdapter.<Integer>flux(f)),
                Row.outOfFuture(FLUX_OUT, "flux(futures, 2)", f -> ReactorAdapter.flux(List.of(f), 2)),
                Row.outOfFuture(FLUX_OUT, "fluxOrdered(futures, 2)", f -> ReactorAdapter.fluxOrdered(List.of(f), 2)),
                Row.outOfStream(FLUX_OUT, "flux(stream)", ReactorAdapter::flux),
                Row.outOfStream(
                        FLUX_OUT,
                        "ReactorAdapter.on(pool).flux(stream)",
                        s -> ReactorAdapter.on(TckEnvironment.POOL).flux(s)),
                Row.outOfStreams(FLUX_OUT, "fluxDefer(supplier)", s -> ReactorAdapter.fluxDefer(s)));
    }
}
