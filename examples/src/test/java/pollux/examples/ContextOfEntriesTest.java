package pollux.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.Pollux;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Every entry, for every class of publisher, subscribes with the context of the surrounding task, whatever the import.
 */
@Timeout(180)
class ContextOfEntriesTest {

    private static final String KEY = "user";
    private static final ThreadLocal<String> USER = new ThreadLocal<>();

    @AfterEach
    void off() {
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        Entries.all()
                .forEach((entry, read) -> Entries.publishers().forEach((kind, shape) -> {
                    cases.add(Arguments.of(entry + " of a " + kind, read, shape));
                }));
        return cases.stream();
    }

    private static Mono<Object> seen() {
        return Mono.deferContextual(context -> Mono.just(context.getOrDefault(KEY, "none") + "/" + USER.get()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void propagationOff(
            String name,
            Function<Publisher<Object>, Future<Object>> read,
            Function<Mono<Object>, Publisher<Object>> shape) {
        for (Spawner spawner : List.of(Spawner.inline(), Pollux.pool())) {
            Mono<Object> task = ReactorAdapter.on(spawner).monoDefer(() -> read.apply(shape.apply(seen())));
            assertThat(task.contextWrite(Context.of(KEY, "ann")).block()).isEqualTo("ann/null");
            assertThat(task.block()).as("without a context").isEqualTo("none/null");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void propagationOn(
            String name,
            Function<Publisher<Object>, Future<Object>> read,
            Function<Mono<Object>, Publisher<Object>> shape) {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
        Hooks.enableAutomaticContextPropagation();
        for (Spawner spawner : List.of(Spawner.inline(), Pollux.pool())) {
            Mono<Object> task = ReactorAdapter.on(spawner).monoDefer(() -> read.apply(shape.apply(seen())));
            assertThat(task.contextWrite(Context.of(KEY, "ann")).block()).isEqualTo("ann/ann");
        }
    }

    /** Blocks in blocks, each with a context of its own, and Monos that change theirs. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void changedContexts(
            String name,
            Function<Publisher<Object>, Future<Object>> read,
            Function<Mono<Object>, Publisher<Object>> shape) {
        Future<Object> inner = ReactorAdapter.withContext(Context.of(KEY, "inner"), read.apply(shape.apply(seen())));
        Future<Object> both = ReactorAdapter.withContext(
                Context.of(KEY, "outer"),
                inner.then(first -> read.apply(shape.apply(seen())).map(second -> first + " " + second)));
        assertThat(Pollux.blockOn(both)).isEqualTo("inner/null outer/null");
        Mono<Object> own = seen().contextWrite(context -> context.put(KEY, context.get(KEY) + "+"));
        Mono<Object> transformed = Mono.just(1)
                .transformDeferredContextual((mono, context) -> mono.map(one -> context.getOrDefault(KEY, "none")));
        assertThat(Pollux.blockOn(ReactorAdapter.withContext(Context.of(KEY, "ann"), read.apply(shape.apply(own)))))
                .isEqualTo("ann+/null");
        assertThat(Pollux.blockOn(
                        ReactorAdapter.withContext(Context.of(KEY, "ann"), read.apply(shape.apply(transformed)))))
                .isEqualTo("ann");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aHugeContext(
            String name,
            Function<Publisher<Object>, Future<Object>> read,
            Function<Mono<Object>, Publisher<Object>> shape) {
        Map<Object, Object> many = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            many.put(new Hostile(i), i);
        }
        Context huge = Context.of(many);
        Mono<Object> same = Mono.deferContextual(context -> Mono.just(context == huge));
        Mono<Object> task = ReactorAdapter.monoDefer(() -> read.apply(shape.apply(same)));
        assertThat(task.contextWrite(outer -> huge).block()).isEqualTo(true);
    }

    /** A key that takes no null, and no key of another class. */
    private record Hostile(int number) {
        @Override
        public boolean equals(Object other) {
            return number == ((Hostile) other).number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }

    /** The canary: a subscriber without a context is noticed by the tests above. */
    @Test
    void aSubscriberThatCarriesNoContextIsNoticed() {
        Mono<Object> task = ReactorAdapter.monoDefer(() -> new pollux.reactive.spi.PublisherFuture<Object, Object>(
                seen(), pollux.reactive.spi.PublisherFuture.Mode.AT_MOST_ONE));
        assertThat(task.contextWrite(Context.of(KEY, "ann")).block()).isEqualTo("none/null");
    }
}
