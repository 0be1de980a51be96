package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.Pollux;
import pollux.future.Future;
import pollux.reactive.ProtocolViolation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;

@Timeout(120)
class IntoFutureTest {

    /** One way in: what it makes of no item, of one, and of three. */
    private record Way(
            String name,
            Function<Publisher<String>, Future<?>> convert,
            Object empty,
            Object one,
            Object many,
            boolean cancelsAfterItem) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Class<?> NONE = NoSuchElementException.class;
    private static final Class<?> TOO_MANY = IllegalStateException.class;

    static Stream<Way> ways() {
        return Stream.of(
                new Way("future", p -> ReactorAdapter.future(mono(p)), "null", "a", TOO_MANY, false),
                new Way("first", ReactorAdapter::first, NONE, "a", "a", true),
                new Way("firstOrNull", ReactorAdapter::firstOrNull, "null", "a", "a", true),
                new Way("single", ReactorAdapter::exactlyOne, NONE, "a", TOO_MANY, false),
                new Way("last", ReactorAdapter::last, NONE, "a", "c", false),
                new Way("completion", ReactorAdapter::completion, "null", "null", "null", false),
                new Way("toList", ReactorAdapter::toList, List.of(), List.of("a"), List.of("a", "b", "c"), false));
    }

    /** A mono that passes everything on, also what a mono must not do. */
    private static Mono<String> mono(Publisher<String> publisher) {
        return Mono.fromDirect(publisher);
    }

    static Stream<Arguments> waysAndExecutions() {
        return ways().flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true)));
    }

    // ------------------------------------------------------------------ the ends of well-behaved publishers

    @ParameterizedTest
    @MethodSource("waysAndExecutions")
    void items(Way way, boolean async) {
        assertEnds(way, Flux.empty(), way.empty, async);
        assertEnds(way, Flux.just("a"), way.one, async);
        assertEnds(way, Flux.just("a", "b", "c"), way.many, async);
    }

    @ParameterizedTest
    @MethodSource("waysAndExecutions")
    void failuresArriveAsTheyAre(Way way, boolean async) {
        IOException failure = new IOException();
        Error fatal = new Error();
        assertThatThrownBy(() -> end(way, Flux.error(failure), async)).isSameAs(failure);
        assertThatThrownBy(() -> end(way, Flux.error(fatal), async)).isSameAs(fatal); // §3a 28
    }

    private static void assertEnds(Way way, Flux<String> source, Object expected, boolean async) {
        if (expected instanceof Class<?> failure) {
            assertThatThrownBy(() -> end(way, source, async)).isInstanceOf(failure);
        } else {
            assertThat(end(way, source, async)).isEqualTo("null".equals(expected) ? null : expected);
        }
    }

    private static Object end(Way way, Flux<String> source, boolean async) {
        Flux<String> from = async ? source.subscribeOn(Schedulers.parallel()) : source.hide();
        return Pollux.blockOn(way.convert.apply(from));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void subscribesAtTheFirstPollAndNotBefore(Way way) {
        TestPublisher<String> source = TestPublisher.create();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        source.assertWasNotSubscribed();
        assertThat(polled.poll()).isSameAs(Polled.PENDING);
        source.assertSubscribers(1);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void onlyTheFirstItemFormsCancelAPublisherThatHasGivenItsItem(Way way) {
        TestPublisher<String> source = TestPublisher.create();
        Polled<?> polled = Polled.of(way.convert.apply(source));
        polled.poll();
        source.next("a");
        if (way.cancelsAfterItem) {
            source.assertCancelled();
            assertThat(polled.poll()).isEqualTo("a");
        } else {
            source.assertNotCancelled();
            assertThat(polled.poll()).isSameAs(Polled.PENDING);
        }
    }

    // ------------------------------------------------------------------ cancellation

    @ParameterizedTest
    @MethodSource("ways")
    void cancelledBeforeTheFirstPollItNeverSubscribes(Way way) {
        TestPublisher<String> source = TestPublisher.create();
        assertThat(Polled.of(way.convert.apply(source)).cancel()).isTrue();
        source.assertWasNotSubscribed();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void cancelledWhileItWaitsItCancelsAndDiscardsEachItemOnce(Way way) {
        Dropped dropped = new Dropped();
        TestPublisher<String> source = TestPublisher.createNoncompliant(Violation.CLEANUP_ON_TERMINATE);
        Polled<?> polled = Polled.of(way.convert.apply(source)).in(dropped.context);
        polled.poll();
        source.next("a");
        polled.cancel();
        source.assertCancelled();
        assertThat(dropped.items).containsExactly("a");
        if (!way.cancelsAfterItem) {
            source.next("late");
            assertThat(dropped.items).containsExactly("a", "late"); // §3a 26
        }
        assertThat(dropped.errors).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void anErrorAfterCancellationIsDroppedOnceInTheContextOfTheTask(Way way) {
        Dropped dropped = new Dropped();
        TestPublisher<String> source = TestPublisher.createNoncompliant(Violation.CLEANUP_ON_TERMINATE);
        Polled<?> polled = Polled.of(way.convert.apply(source)).in(dropped.context);
        polled.poll();
        polled.cancel();
        IOException late = new IOException();
        source.error(late);
        assertThat(dropped.errors).containsExactly(late);
    }

    @Test
    void neverIsCancellable() { // §3a 16
        Polled<Object> polled = Polled.of(ReactorAdapter.future(Mono.never()));
        assertThat(polled.poll()).isSameAs(Polled.PENDING);
        assertThat(polled.cancel()).isTrue();
        Polled<Object> silent = Polled.of(ReactorAdapter.first(subscriber -> {}));
        assertThat(silent.poll()).isSameAs(Polled.PENDING);
        assertThat(silent.cancel()).isTrue();
    }

    // ------------------------------------------------------------------ scalars

    @Test
    void scalarsNeedNoSubscription() {
        IOException failure = new IOException();
        Error fatal = new Error();
        assertThat(ReactorAdapter.future(Mono.just("a"))).hasToString("Futures.ready(a)");
        assertThat(Polled.of(ReactorAdapter.future(Mono.just("a"))).poll()).isEqualTo("a");
        assertThat(Polled.of(ReactorAdapter.future(Mono.empty())).poll()).isNull();
        assertThat(Polled.of(ReactorAdapter.future(Mono.error(failure))).failure())
                .isSameAs(failure);
        assertThat(Polled.of(ReactorAdapter.future(Mono.error(fatal))).failure())
                .isSameAs(fatal);
        Polled<String> polled = Polled.of(ReactorAdapter.future(Mono.just("a")));
        polled.poll();
        assertThat(polled.failure()).isInstanceOf(IllegalStateException.class).hasMessageContaining("ended");
    }

    @Test
    void callablesRunAtTheFirstPoll() {
        AtomicBoolean ran = new AtomicBoolean();
        Future<Boolean> future = ReactorAdapter.future(Mono.fromCallable(() -> ran.getAndSet(true)));
        assertThat(ran).isFalse();
        assertThat(Polled.of(future).poll()).isEqualTo(false);
        assertThat(ran).isTrue();
    }

    // ------------------------------------------------------------------ publishers that break the rules

    @Test
    void errorWithoutOnSubscribeReachesTheAwaiter() { // §3a 2: Reactor's own operators hang here
        IOException failure = new IOException();
        Publisher<String> source = subscriber -> subscriber.onError(failure);
        Polled<String> polled = Polled.of(ReactorAdapter.first(source));
        assertThat(polled.failure())
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isSameAs(failure),
                        thrown -> assertThat(thrown).hasCause(failure));
    }

    @Test
    void itemBeforeOnSubscribeNamesTheRule() { // §3a 1
        Publisher<String> source = subscriber -> subscriber.onNext("a");
        assertThat(Polled.of(ReactorAdapter.first(source)).failure())
                .isInstanceOfSatisfying(
                        ProtocolViolation.class,
                        violation -> assertThat(violation.rule()).isEqualTo("1.9"));
    }

    @Test
    void itemsBeyondTheRequestNameTheRule() { // §3a 11
        Dropped dropped = new Dropped();
        TestPublisher<String> source = TestPublisher.createNoncompliant(Violation.REQUEST_OVERFLOW);
        Polled<String> polled =
                Polled.of(ReactorAdapter.fromPublisher(source, 1).next()).in(dropped.context);
        polled.poll();
        source.next("a", "b", "c");
        assertThat(polled.poll()).isEqualTo("a");
        assertThat(dropped.items).containsExactly("b");
        source.assertCancelled();
    }

    @Test
    void nullsAreArgumentErrors() {
        assertThatThrownBy(() -> ReactorAdapter.future((Mono<String>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.first(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.stream((Flux<String>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReactorAdapter.stream(Flux.empty(), 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
