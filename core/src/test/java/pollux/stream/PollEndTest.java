package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.future.Services;
import pollux.future.Waker;

/** Which streams know their end without producing an item. */
class PollEndTest {

    private final Context cx = new Context(Waker.noop(), Services.NONE);

    /** Streams of two items, and whether they know after these that there are no more. */
    static Stream<Arguments> streamsOfTwo() {
        return Stream.of(
                arguments(AsyncStreams.of(1, 2), true),
                arguments(AsyncStreams.range(0, 2), true),
                arguments(AsyncStreams.from(List.of(1, 2)), true),
                arguments(AsyncStreams.<Integer>from(Stream.of(1, 2)::iterator), false),
                arguments(AsyncStreams.fromIterator(List.of(1, 2).iterator()), false),
                arguments(AsyncStreams.of(1, 2).map(i -> i + 1), true),
                arguments(AsyncStreams.of(1, 2).filter(i -> true), true),
                arguments(AsyncStreams.of(1, 2, 3).filter(i -> i < 3), false),
                arguments(AsyncStreams.of(1, 2, 3).take(2), true),
                arguments(AsyncStreams.of(1, 2).take(3), true),
                arguments(AsyncStreams.of(1, 2).takeWhile(i -> true), true),
                arguments(AsyncStreams.of(0, 1, 2).skip(1), true),
                arguments(AsyncStreams.of(1, 2).mapNotNull(i -> i), true),
                arguments(AsyncStreams.of(2).scan(1, Integer::sum), true),
                arguments(AsyncStreams.of(1, 2).timeout(Duration.ofDays(1)), true),
                arguments(AsyncStreams.of(1, 2).partitioned(2, i -> i, Futures::ready), true),
                arguments(AsyncStreams.concat(AsyncStreams.of(1), AsyncStreams.of(2)), true),
                arguments(AsyncStreams.concat(AsyncStreams.of(1, 2), AsyncStreams.empty()), false),
                arguments(AsyncStreams.of(1, 2, 3).takeWhile(i -> i < 3), false),
                arguments(AsyncStreams.of(1, 2).then(Futures::ready), true),
                arguments(AsyncStreams.of(1, 2).buffered(2, Futures::ready), true),
                arguments(AsyncStreams.of(1, 2).bufferedUnordered(2, Futures::ready), true),
                arguments(AsyncStreams.of(1).concatMap(i -> AsyncStreams.of(i, 2)), true),
                arguments(AsyncStreams.streamDefer(() -> AsyncStreams.of(1, 2)), true));
    }

    @ParameterizedTest
    @MethodSource("streamsOfTwo")
    void isFalseWhileThereAreItemsAndTrueAfterThemIfTheStreamCanTell(AsyncStream<Integer> stream, boolean canTell) {
        assertThat(RawStream.pollEndAny(stream, cx)).isFalse();
        assertThat(RawStream.pollAny(stream, cx)).isInstanceOf(Integer.class);
        assertThat(RawStream.pollEndAny(stream, cx)).isFalse();
        assertThat(RawStream.pollAny(stream, cx)).isInstanceOf(Integer.class);
        assertThat(RawStream.pollEndAny(stream, cx)).isEqualTo(canTell);
        assertThat(RawStream.pollAny(stream, cx)).isNull();
    }

    static Stream<AsyncStream<?>> streamsOfNothing() {
        return Stream.of(
                AsyncStreams.empty(),
                AsyncStreams.error(new IllegalArgumentException()),
                AsyncStreams.range(3, 3),
                AsyncStreams.of().map(i -> i),
                AsyncStreams.of().filter(i -> false),
                AsyncStreams.of(1).take(0),
                AsyncStreams.merge(List.of()));
    }

    @ParameterizedTest
    @MethodSource("streamsOfNothing")
    void isTrueBeforeTheFirstPollOfAnEmptyStream(AsyncStream<?> stream) {
        assertThat(RawStream.pollEndAny(stream, cx)).isTrue();
    }

    @Test
    void callsNoFunctionOfTheUser() {
        AsyncStream<Integer> stream = AsyncStreams.of(1).map(i -> {
            throw new AssertionError("called");
        });
        assertThat(RawStream.pollEndAny(stream, cx)).isFalse();
    }
}
