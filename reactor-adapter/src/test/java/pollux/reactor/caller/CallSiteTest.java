package pollux.reactor.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import pollux.executor.LocalPool;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStreams;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * Under {@code Hooks.onOperatorDebug} a failure names the line that has called a conversion of ours: the first one
 * outside of its package, so that this test has a package of its own.
 */
class CallSiteTest {

    static class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    enum Conversion {
        MONO_OF_BLOCK(() -> ReactorAdapter.mono(() -> {
            throw new Failure();
        })),
        MONO_OF_FUTURE(() -> ReactorAdapter.mono(ReactorAdapter.async(() -> {
            throw new Failure();
        }))),
        MONO_DEFER(() -> ReactorAdapter.monoDefer(() -> Futures.failed(new Failure()))),
        MONO_OF_BLOCK_ON(() -> ReactorAdapter.on(new LocalPool()).mono(() -> "never run")),
        FLUX_OF_STREAM(() -> ReactorAdapter.flux(AsyncStreams.error(new Failure()))),
        FLUX_DEFER(() -> ReactorAdapter.fluxDefer(() -> AsyncStreams.error(new Failure()))),
        FLUX_OF_BLOCK(() -> ReactorAdapter.flux(out -> {
            throw new Failure();
        })),
        FLUX_OF_FUTURES(() -> ReactorAdapter.flux(List.of(Futures.failed(new Failure())), 1));

        final Supplier<Publisher<String>> made;

        Conversion(Supplier<Publisher<String>> made) {
            this.made = made;
        }
    }

    @AfterEach
    void reset() {
        Hooks.resetOnOperatorDebug();
        Hooks.resetOnEachOperator();
    }

    @ParameterizedTest
    @EnumSource
    void a_trace_names_the_caller(Conversion conversion) {
        Hooks.onOperatorDebug();
        Publisher<String> made = conversion.made.get();
        assertThat(made.toString()).contains(" at ").contains("CallSiteTest$Conversion.", "(CallSiteTest.java:");
        if (conversion != Conversion.MONO_OF_BLOCK_ON) {
            assertThatThrownBy(() -> Flux.from(made).blockLast())
                    .isInstanceOf(Failure.class)
                    .satisfies(failure -> assertThat(
                                    Stream.of(failure.getSuppressed()).map(Throwable::getMessage))
                            .anySatisfy(trace -> assertThat(trace)
                                    .containsPattern("checkpoint ⇢ ReactorAdapter\\.(mono|flux).* at .*"
                                            + "CallSiteTest\\$Conversion\\..*\\(CallSiteTest\\.java:\\d+\\)")));
        }
    }

    @Test
    void nothing_is_added_without_it() {
        assertThat(ReactorAdapter.mono(() -> "value")).hasToString("ReactorAdapter.mono(block)");
        assertThat(ReactorAdapter.flux(AsyncStreams.error(new Failure()))).hasToString("ReactorAdapter.flux(stream)");
        List<Publisher<?>> seen = new ArrayList<>();
        Hooks.onEachOperator(operator -> {
            seen.add(operator);
            return operator instanceof Mono<Object> mono ? mono.checkpoint("of a hook") : operator;
        });
        Mono<String> made = ReactorAdapter.mono(() -> "value");
        assertThat(seen).hasSize(1).first().hasToString("ReactorAdapter.mono(block)");
        assertThat(made.toString()).contains("of a hook").doesNotContain("CallSiteTest");
        assertThat(made.block()).isEqualTo("value");
    }
}
