package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.stream.RawStream.PENDING;
import static pollux.stream.Script.END;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.sync.Broadcast;

/** What every operator does, whatever else it does: items, the end, failures, cancellation, clean-up, budget. */
@Timeout(120)
class OperatorContractTest {

    /**
     * One operator over a source.
     *
     * @param fiveItems what it makes of 1, 2, 3, 4, 5 and the end
     * @param twoItems what it passes on of 1, 2 and a failure, before the failure
     */
    record Operator(
            String name,
            Function<AsyncStream<Integer>, AsyncStream<?>> over,
            List<Object> fiveItems,
            List<Object> twoItems) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Object> FIVE = List.of(1, 2, 3, 4, 5);
    private static final List<Object> TWO = List.of(1, 2);

    private static final Duration LONG = Duration.ofDays(1);

    private static <T> Future<T> later(T value) {
        return Futures.yieldNow().map(nothing -> value);
    }

    private static Operator same(String name, Function<AsyncStream<Integer>, AsyncStream<?>> over) {
        return new Operator(name, over, FIVE, TWO);
    }

    private static Operator terminal(String name, Function<AsyncStream<Integer>, Future<?>> over, Object... fiveItems) {
        return new Operator(name, source -> AsyncStreams.once(over.apply(source)), List.of(fiveItems), List.of());
    }

    static Stream<Operator> operators() {
        return Stream.concat(streams(), terminals());
    }

    static Stream<Operator> streams() {
        return Stream.of(
                new Operator("map", s -> s.map(i -> -i), List.of(-1, -2, -3, -4, -5), List.of(-1, -2)),
                new Operator("filter", s -> s.filter(i -> i % 2 == 1), List.of(1, 3, 5), List.of(1)),
                same("take", s -> s.take(100_000)),
                same("takeWhile", s -> s.takeWhile(i -> i < 100_000)),
                same("then ready", s -> s.then(Futures::ready)),
                same("then later", s -> s.then(i -> Futures.yieldNow().map(nothing -> i))),
                new Operator(
                        "concatMap",
                        s -> s.concatMap(i -> i % 2 == 0 ? AsyncStreams.empty() : AsyncStreams.of(i, -i)),
                        List.of(1, -1, 3, -3, 5, -5),
                        List.of(1, -1)),
                same("flatten", s -> AsyncStreams.flatten(AsyncStreams.of(AsyncStreams.empty(), s))),
                same("streamDefer", s -> AsyncStreams.streamDefer(() -> s)),
                same("buffered 1", s -> s.buffered(1, Futures::ready)),
                same("buffered 3", s -> s.buffered(3, i -> Futures.yieldNow().map(nothing -> i))),
                same("buffered 100", s -> s.buffered(100, Futures::ready)),
                same("bufferedUnordered 1", s -> s.bufferedUnordered(1, Futures::ready)),
                // the failure of the source overtakes what is under way
                new Operator("bufferedUnordered 3", s -> s.bufferedUnordered(3, Futures::ready), FIVE, List.of()),
                new Operator(
                        "chunks",
                        s -> s.chunks(2),
                        List.of(List.of(1, 2), List.of(3, 4), List.of(5)),
                        List.of(List.of(1, 2))),
                new Operator("chunks, unfinished", s -> s.chunks(10), List.of(FIVE), List.of(TWO)),
                new Operator(
                        "chunks of a time",
                        s -> s.chunks(2, Duration.ofDays(1)),
                        List.of(List.of(1, 2), List.of(3, 4), List.of(5)),
                        List.of(List.of(1, 2))),
                new Operator("chunks of a time, unfinished", s -> s.chunks(9, LONG), List.of(FIVE), List.of(TWO)),
                same("skip none", s -> s.skip(0)),
                new Operator("skip", s -> s.skip(2), List.of(3, 4, 5), List.of()),
                new Operator(
                        "mapNotNull", s -> s.mapNotNull(i -> i % 2 == 1 ? -i : null), List.of(-1, -3, -5), List.of(-1)),
                new Operator("scan", s -> s.scan(0, Integer::sum).skip(1), List.of(1, 3, 6, 10, 15), List.of(1, 3)),
                same("timeout", s -> s.timeout(LONG)),
                new Operator("debounce", s -> s.debounce(LONG), List.of(5), List.of(2)),
                new Operator("sample", s -> s.sample(LONG), List.of(5), List.of(2)),
                same("partitioned 1", s -> s.partitioned(1, i -> i, Futures::ready)),
                same("partitioned 3, one key", s -> s.partitioned(3, i -> 0, OperatorContractTest::later)),
                same("partitioned 100", s -> s.partitioned(100, i -> i % 2, OperatorContractTest::later)),
                same("concat", s -> AsyncStreams.concat(AsyncStreams.empty(), s, AsyncStreams.empty())),
                same("throttle", s -> s.throttle(Duration.ZERO)),
                same("recover", s -> s.recover(AsyncStreams::error)),
                same("merge 1", s -> AsyncStreams.merge(s)),
                same("merge 3", s -> AsyncStreams.merge(AsyncStreams.empty(), s, AsyncStreams.empty())),
                same("zip left", s -> AsyncStreams.zip(s, AsyncStreams.range(0, 100_000), (a, b) -> a)),
                same("zip right", s -> AsyncStreams.zip(AsyncStreams.range(0, 100_000), s, (a, b) -> b)),
                same(
                        "a chain",
                        s -> s.map(i -> i)
                                .filter(i -> true)
                                .then(Futures::ready)
                                .take(100_000)));
    }

    static Stream<Operator> terminals() {
        return Stream.of(
                terminal("forEach", s -> s.forEach(i -> {})),
                terminal("forEachAsync", s -> s.forEachAsync(i -> Futures.ready(null))),
                terminal("fold", s -> s.fold(0, Integer::sum), 15),
                terminal("toList", AsyncStream::toList, FIVE),
                terminal("count", AsyncStream::count, 5L),
                terminal("any", s -> s.any(i -> i > 100_000), false),
                terminal("all", s -> s.all(i -> i < 100_000), true),
                terminal("broadcast", s -> s.broadcast(Broadcast.bounded(1))));
    }

    private final Script source = new Script();

    private Driven drive(Operator operator) {
        return new Driven(operator.over.apply(source));
    }

    private void noViolations() {
        assertThat(source.violations).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void passesItemsAndTheEnd(Operator operator) {
        source.add(1, 2, 3, 4, 5, END);
        Driven driven = drive(operator);
        assertThat(driven.ready()).containsExactlyElementsOf(with(operator.fiveItems, END));
        assertThatThrownBy(driven::poll)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after its end");
        assertThat(source.cancels).isZero();
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void keepsTheWakerOfTheLastPoll(Operator operator) {
        Driven driven = drive(operator);
        List<Object> seen = new ArrayList<>();
        for (Object answer : with(FIVE, END)) {
            assertThat(driven.poll().isPending()).isTrue();
            driven.task.moveToAnotherWaker();
            assertThat(driven.poll().isPending()).isTrue();
            driven.task.wakes();
            source.add(answer);
            assertThat(driven.task.wakes()).as("woken").isPositive();
            seen.addAll(driven.ready());
        }
        assertThat(seen).containsExactlyElementsOf(with(operator.fiveItems, END));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void endsWithAnEmptySource(Operator operator) {
        source.add(END);
        List<Object> ready = drive(operator).ready();
        assertThat(ready.get(ready.size() - 1)).isEqualTo(END);
        assertThat(ready).hasSizeLessThanOrEqualTo(2);
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void passesTheFailureAsItIs(Operator operator) {
        IOException failure = new IOException("down");
        source.add(1, 2, failure);
        Driven driven = drive(operator);
        List<Object> ready = driven.ready();
        assertThat(ready).containsExactlyElementsOf(with(operator.twoItems, failure));
        assertThat(ready.get(ready.size() - 1)).isSameAs(failure);
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(source.cancels).isZero();
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void waitsWithASilentSource(Operator operator) {
        Driven driven = drive(operator);
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(driven.task.wakes()).isZero();
        assertThat(source.polls).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("streams")
    void doesNothingBeforeTheFirstPoll(Operator operator) {
        drive(operator);
        assertThat(source.polls).isZero();
        assertThat(source.cancels).isZero();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void cancelBeforeTheFirstPollPassesOn(Operator operator) {
        Driven driven = drive(operator);
        assertThat(driven.stream.cancel()).isTrue();
        // what a supplier has not supplied yet, and what an outer stream has not yielded yet, has no owner
        boolean unreached = operator.name.equals("streamDefer") || operator.name.equals("flatten");
        assertThat(source.cancels).isEqualTo(unreached ? 0 : 1);
        assertThat(source.polls).isZero();
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
        noViolations();
    }

    /** Those that have an item after the first, and have not delivered it. */
    private static final Set<String> HOLDING = Set.of(
            "chunks",
            "chunks, unfinished",
            "chunks of a time",
            "chunks of a time, unfinished",
            "debounce",
            "sample",
            "zip left",
            "zip right",
            "toList");

    @ParameterizedTest
    @MethodSource("operators")
    void cancelInTheMiddlePassesOn(Operator operator) {
        source.add(1);
        Driven driven = drive(operator);
        driven.ready();
        boolean holds = HOLDING.contains(operator.name);
        assertThat(driven.stream.cancel()).isEqualTo(!holds);
        assertThat(source.cancels).isEqualTo(1);
        if (holds) { // the next poll drops the item
            assertThatThrownBy(driven::poll).isExactlyInstanceOf(CancellationException.class);
        }
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void seesASuspendedCleanUpThroughWhenCancelled(Operator operator) {
        source.add(1);
        source.cleaningUp(PENDING, 77, PENDING, END);
        Driven driven = drive(operator);
        driven.ready();
        assertThat(driven.stream.cancel()).isFalse();
        assertThat(driven.poll().isPending()).isTrue();
        source.wake();
        assertThat(driven.task.wakes()).isPositive();
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(source.isOver()).isFalse();
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
        assertThat(source.isOver()).isTrue();
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void ignoresHowASuspendedCleanUpEnds(Operator operator) {
        source.add(1);
        source.cleaningUp(new IOException("while cleaning up"));
        Driven driven = drive(operator);
        driven.ready();
        assertThat(driven.stream.cancel()).isFalse();
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void aLongSourceYields(Operator operator) {
        int count = 10 * Context.BUDGET;
        Driven driven = new Driven(operator.over.apply(AsyncStreams.range(0, count)));
        // within one poll of the task, however often it asks
        Context cx = driven.task.context();
        int answers = 0;
        while (driven.stream.pollNext(cx).isReady()) {
            answers++;
        }
        assertThat(answers).isLessThanOrEqualTo(2 * Context.BUDGET);
        assertThat(driven.task.wakes()).isPositive();
        List<Object> rest = driven.ready();
        assertThat(rest.get(rest.size() - 1)).isEqualTo(END);
    }

    // ------------------------------------------------------------------ what users' functions do

    private static final RuntimeException THROWN = new IllegalArgumentException("thrown by a user's function");

    private static <T> T boom() {
        throw THROWN;
    }

    static Stream<Operator> throwing() {
        return Stream.of(
                same("map", s -> s.map(i -> boom())),
                same("filter", s -> s.filter(i -> boom())),
                same("takeWhile", s -> s.takeWhile(i -> boom())),
                same("then", s -> s.then(i -> boom())),
                same("then, failing", s -> s.then(i -> Futures.failed(THROWN))),
                same("concatMap", s -> s.concatMap(i -> boom())),
                same("concatMap, failing", s -> s.concatMap(i -> AsyncStreams.error(THROWN))),
                same("buffered", s -> s.buffered(3, i -> boom())),
                same("buffered, failing", s -> s.buffered(3, i -> Futures.failed(THROWN))),
                same("bufferedUnordered", s -> s.bufferedUnordered(3, i -> boom())),
                same("bufferedUnordered, failing", s -> s.bufferedUnordered(3, i -> Futures.failed(THROWN))),
                same("mapNotNull", s -> s.mapNotNull(i -> boom())),
                same("scan", s -> s.scan(0, (a, b) -> boom())),
                same("partitioned, key", s -> s.partitioned(3, i -> boom(), Futures::ready)),
                same("partitioned", s -> s.partitioned(3, i -> i, i -> boom())),
                same("partitioned, failing", s -> s.partitioned(3, i -> i, i -> Futures.failed(THROWN))),
                same("concat with a failing one", s -> AsyncStreams.concat(AsyncStreams.error(THROWN), s)),
                terminal("any", s -> s.any(i -> boom())),
                terminal("all", s -> s.all(i -> boom())),
                same("zip", s -> AsyncStreams.zip(s, AsyncStreams.range(0, 9), (a, b) -> boom())),
                same("zip with a failing one", s -> AsyncStreams.zip(s, AsyncStreams.error(THROWN), (a, b) -> a)),
                same("merge with a failing one", s -> AsyncStreams.merge(s, AsyncStreams.error(THROWN))),
                terminal("forEach", s -> s.forEach(i -> boom())),
                terminal("forEachAsync", s -> s.forEachAsync(i -> boom())),
                terminal("forEachAsync, failing", s -> s.forEachAsync(i -> Futures.failed(THROWN))),
                terminal("fold", s -> s.fold(0, (a, b) -> boom())));
    }

    @ParameterizedTest
    @MethodSource("throwing")
    void aThrowingFunctionFailsTheStreamAndCancelsTheSource(Operator operator) {
        source.add(1);
        Driven driven = drive(operator);
        List<Object> ready = driven.ready();
        assertThat(ready.get(ready.size() - 1)).isSameAs(THROWN);
        assertThat(source.cancels).isEqualTo(1);
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
        noViolations();
    }

    @ParameterizedTest
    @MethodSource("throwing")
    void aSuspendedCleanUpComesBeforeTheFailure(Operator operator) {
        source.add(1);
        source.cleaningUp(PENDING, END);
        Driven driven = drive(operator);
        List<Object> before = driven.ready();
        assertThat(before).doesNotContain(THROWN);
        assertThat(source.cancels).isEqualTo(1);
        source.wake();
        assertThat(driven.task.wakes()).isPositive();
        assertThat(driven.failure()).isSameAs(THROWN);
        assertThat(source.isOver()).isTrue();
        noViolations();
    }

    static Stream<Operator> answeringNull() {
        return Stream.of(
                same("map", s -> s.map(i -> null)),
                same("then", s -> s.then(i -> null)),
                same("then", s -> s.then(i -> Futures.ready(null))),
                same("concatMap", s -> s.concatMap(i -> null)),
                same("flatten", s -> AsyncStreams.flatten(s.concatMap(i -> null))),
                same("streamDefer", s -> AsyncStreams.streamDefer(() -> null)),
                same("buffered", s -> s.buffered(3, i -> null)),
                same("buffered", s -> s.buffered(3, i -> Futures.ready(null))),
                same("bufferedUnordered", s -> s.bufferedUnordered(3, i -> null)),
                same("bufferedUnordered", s -> s.bufferedUnordered(3, i -> Futures.ready(null))),
                same("recover", s -> AsyncStreams.error(new IOException()).recover(f -> null)),
                same("zip", s -> AsyncStreams.zip(s, AsyncStreams.range(0, 9), (a, b) -> null)),
                same("scan", s -> s.scan(0, (a, b) -> (Integer) null).skip(1)),
                same("partitioned", s -> s.partitioned(3, i -> null, Futures::ready)),
                same("partitioned", s -> s.partitioned(3, i -> i, i -> null)),
                same("partitioned", s -> s.partitioned(3, i -> i, i -> Futures.ready(null))),
                same("unfold", s -> AsyncStreams.unfold(0, state -> null)),
                same(
                        "from",
                        s -> AsyncStreams.fromIterator(
                                java.util.Collections.<Integer>singleton(null).iterator())),
                same("from", s -> AsyncStreams.from(() -> null)),
                terminal("forEachAsync", s -> s.forEachAsync(i -> null)));
    }

    @ParameterizedTest
    @MethodSource("answeringNull")
    void nullIsAFailureThatNamesTheOperator(Operator operator) {
        source.add(1);
        List<Object> ready = drive(operator).ready();
        assertThat((Throwable) ready.get(ready.size() - 1))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining(operator.name.equals("flatten") ? "concatMap" : operator.name);
        noViolations();
    }

    // ------------------------------------------------------------------ a foreign stream that breaks the contract

    @ParameterizedTest
    @MethodSource("streams")
    void aForeignStreamThatAnswersNullIsNamed(Operator operator) {
        AsyncStream<Integer> broken = new AsyncStream<>() {
            @Override
            public Poll<Integer> pollNext(Context cx) {
                return null;
            }

            @Override
            public boolean cancel() {
                return true;
            }
        };
        List<Object> ready = new Driven(operator.over.apply(broken)).ready();
        assertThat((Throwable) ready.get(0))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining(broken.getClass().getName());
    }

    private static List<Object> with(List<Object> items, Object last) {
        List<Object> all = new ArrayList<>(items);
        all.add(last);
        return all;
    }
}
