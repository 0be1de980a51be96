package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Poll;
import pollux.reactive.ReactiveStreams;
import pollux.time.ManualTime;
import pollux.time.Timers;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The message of a timeout names the Mono or Flux that was not ready, in one line. */
class TimeoutMessageTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final ManualTime time = new ManualTime();
    private final LocalPool pool = new LocalPool(time);

    @AfterEach
    void close() {
        pool.close();
    }

    private String messageOf(Future<?> late) {
        JoinHandle<?> task = pool.spawn(Timers.timeout(LIMIT, late));
        pool.runUntilStalled();
        time.advance(LIMIT);
        pool.runUntilStalled();
        Throwable[] failure = new Throwable[1];
        task.toCompletableFuture().whenComplete((none, thrown) -> failure[0] = thrown);
        pool.runUntilStalled();
        assertThat(failure[0]).isInstanceOf(TimeoutException.class);
        return String.valueOf(failure[0].getMessage());
    }

    static Stream<Arguments> publishers() {
        Mono<Object> mono = Mono.never();
        Flux<Object> flux = Flux.never();
        String named = "payments (reactor.core.publisher.";
        return Stream.of(
                Arguments.of(mono, mono.getClass().getName()),
                Arguments.of(flux, flux.getClass().getName()),
                Arguments.of(mono.map(x -> x), "reactor.core.publisher.MonoMap"),
                Arguments.of(mono.hide(), "reactor.core.publisher.MonoHide"),
                Arguments.of(mono.name("payments"), named + "MonoName"),
                Arguments.of(flux.name("payments"), named + "FluxName"),
                Arguments.of(Flux.concat(Flux.just(1), flux).name("payments"), named + "FluxName"),
                Arguments.of(mono.name("payments").map(x -> x), "reactor.core.publisher.MonoMap"),
                Arguments.of(mono.name("two\nlines\u2028three"), "two lines three (reactor.core.publisher.MonoName)"),
                Arguments.of(mono.name("x".repeat(10_000)), "xxx"));
    }

    @ParameterizedTest
    @MethodSource("publishers")
    void aPublisherIsNamed(Publisher<?> publisher, String name) {
        for (Future<?> late : new Future<?>[] {
            ReactorAdapter.future(publisher),
            ReactorAdapter.toList(publisher),
            ReactorAdapter.last(publisher),
            ReactiveStreams.future(publisher),
            ReactiveStreams.fromPublisher(publisher).toList(),
            ReactorAdapter.future(publisher).map(x -> x)
        }) {
            assertThat(messageOf(late))
                    .startsWith("not ready within PT2S: ")
                    .contains(name)
                    .hasSizeLessThan(600)
                    .doesNotContainPattern("[\\p{Cntrl}\\u2028]");
        }
    }

    @Test
    void whatAFutureOfAUserSaysIsOneLine() {
        assertThat(messageOf(new Spoken("first\nsecond"))).isEqualTo("not ready within PT2S: first second");
    }

    @Test
    void aToStringThatThrowsIsLeftOut() {
        assertThat(messageOf(new Spoken(null))).contains("Spoken");
    }

    private record Spoken(String text) implements Future<Object> {
        @Override
        public Poll<Object> poll(Context cx) {
            cx.waker();
            return Poll.pending();
        }

        @Override
        public String toString() {
            return text.concat("");
        }
    }
}
