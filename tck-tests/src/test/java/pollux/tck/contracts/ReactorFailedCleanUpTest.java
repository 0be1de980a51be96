package pollux.tck.contracts;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.reactivestreams.Publisher;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The hook is {@code onErrorDropped}, in the context of the subscriber. */
class ReactorFailedCleanUpTest extends FailedCleanUpContract {

    static Stream<Arguments> rows() {
        return rows(List.of(
                bridge("mono", ReactorAdapter::mono),
                bridge("flux of a stream", future -> ReactorAdapter.flux(AsyncStreams.once(future))),
                bridge("flux of futures", future -> ReactorAdapter.flux(List.of(future), 1)),
                bridge("mono behind an operator", future -> Mono.just(1).flatMap(i -> ReactorAdapter.mono(future)))));
    }

    @Override
    Runnable subscribe(Publisher<Integer> publisher, Consumer<Throwable> onError) {
        Consumer<Throwable> hook = dropped::add;
        return Flux.from(publisher)
                .contextWrite(Context.of("reactor.onErrorDropped.local", hook))
                .subscribe(x -> {}, onError)::dispose;
    }
}
