package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.stream.Script.END;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.stream.AsyncStreams.Step;
import pollux.sync.ChannelClosedException;
import pollux.sync.Mpsc;
import pollux.time.MissedTickBehavior;

@Timeout(120)
class AsyncStreamsTest {

    /** A source, made afresh, and its items. */
    record Source(String name, Supplier<AsyncStream<?>> make, List<Object> items) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static final IOException DOWN = new IOException("down");

    static Stream<Source> sources() {
        return Stream.of(
                new Source("of", () -> AsyncStreams.of(1, 2, 3), List.of(1, 2, 3, END)),
                new Source("of nothing", AsyncStreams::of, List.of(END)),
                new Source("empty", AsyncStreams::empty, List.of(END)),
                new Source("failed", () -> AsyncStreams.error(DOWN), List.of(DOWN)),
                new Source("from", () -> AsyncStreams.from(List.of("a", "b")), List.of("a", "b", END)),
                new Source(
                        "fromIterator",
                        () -> AsyncStreams.fromIterator(List.of("a", "b").iterator()),
                        List.of("a", "b", END)),
                new Source("range", () -> AsyncStreams.range(-1, 2), List.of(-1, 0, 1, END)),
                new Source("empty range", () -> AsyncStreams.range(2, 2), List.of(END)),
                new Source("backward range", () -> AsyncStreams.range(2, 1), List.of(END)),
                new Source(
                        "last range",
                        () -> AsyncStreams.range(Integer.MAX_VALUE - 1, Integer.MAX_VALUE),
                        List.of(Integer.MAX_VALUE - 1, END)),
                new Source("once", () -> AsyncStreams.once(Futures.ready(5)), List.of(5, END)),
                new Source("once nothing", () -> AsyncStreams.once(Futures.ready(null)), List.of(END)),
                new Source("once failed", () -> AsyncStreams.once(Futures.failed(DOWN)), List.of(DOWN)),
                new Source(
                        "unfold",
                        () -> AsyncStreams.<Integer, Integer>unfold(
                                1, n -> Futures.ready(n > 100 ? null : new Step<>(n, n * 10))),
                        List.of(1, 10, 100, END)),
                new Source(
                        "unfold later",
                        () -> AsyncStreams.<Integer, Integer>unfold(
                                1, n -> Futures.yieldNow().map(nothing -> n > 10 ? null : new Step<>(n, n * 10))),
                        List.of(1, 10, END)),
                new Source("unfold failed", () -> AsyncStreams.unfold(1, n -> Futures.failed(DOWN)), List.of(DOWN)),
                new Source(
                        "streamDefer", () -> AsyncStreams.streamDefer(() -> AsyncStreams.of(1, 2)), List.of(1, 2, END)),
                new Source("receiver", AsyncStreamsTest::channelOfTwo, List.of(1, 2, END)));
    }

    private static AsyncStream<Integer> channelOfTwo() {
        Mpsc<Integer> channel = Mpsc.bounded(4);
        var sender = channel.sender();
        sender.trySend(1);
        sender.trySend(2);
        sender.close();
        return AsyncStreams.from(channel.receiver());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void hasItsItemsAndIsOver(Source source) {
        Driven driven = new Driven(source.make.get());
        assertThat(driven.ready()).containsExactlyElementsOf(source.items);
        assertThatThrownBy(driven::poll)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after its end")
                .hasMessageContaining("A stream runs once: make a new one");
    }

    @ParameterizedTest
    @MethodSource("sources")
    void canBeCancelledBeforeTheFirstPoll(Source source) {
        Driven driven = new Driven(source.make.get());
        assertThat(driven.stream.cancel()).isTrue();
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
    }

    static Stream<Source> endless() {
        return Stream.of(
                new Source("range", () -> AsyncStreams.range(0, Integer.MAX_VALUE), List.of()),
                new Source(
                        "from",
                        () -> AsyncStreams.from(
                                () -> Stream.iterate(0, i -> i + 1).iterator()),
                        List.of()),
                new Source("unfold", () -> AsyncStreams.unfold(0, n -> Futures.ready(new Step<>(n, n + 1))), List.of()),
                new Source("interval", () -> AsyncStreams.ticks(Duration.ZERO), List.of()));
    }

    @ParameterizedTest
    @MethodSource("endless")
    void anEndlessOneYieldsWithinOnePollOfItsTask(Source source) {
        Driven driven = new Driven(source.make.get());
        Context cx = driven.task.context();
        int items = 0;
        while (driven.stream.pollNext(cx).isReady()) {
            items++;
        }
        assertThat(items).isBetween(Context.BUDGET / 2, Context.BUDGET);
        assertThat(driven.task.wakes()).isPositive();
        assertThat(driven.poll().isReady()).isTrue();
    }

    @Test
    void nothingIsAskedBeforeTheFirstPoll() {
        List<String> calls = new ArrayList<>();
        AsyncStreams.from(() -> {
            calls.add("iterator");
            return List.of().iterator();
        });
        AsyncStreams.unfold(0, n -> {
            calls.add("unfold");
            return Futures.ready(null);
        });
        AsyncStreams.streamDefer(() -> {
            calls.add("defer");
            return AsyncStreams.empty();
        });
        assertThat(calls).isEmpty();
    }

    @Test
    void aThrowingIteratorFailsTheStream() {
        Iterator<Integer> broken = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                throw new UnsupportedOperationException("broken");
            }
        };
        Driven driven = new Driven(AsyncStreams.fromIterator(broken));
        assertThat(driven.failure()).hasMessage("broken");
        assertThatThrownBy(driven::poll).isExactlyInstanceOf(IllegalStateException.class);
    }

    @Test
    void pendingNeverDoesAnything() {
        Driven driven = new Driven(AsyncStreams.never());
        assertThat(driven.ready()).isEmpty();
        assertThat(driven.stream.cancel()).isTrue();
    }

    @Test
    void unfoldAndOnceCancelTheFutureUnderWay() {
        for (boolean once : new boolean[] {true, false}) {
            Cell<Step<Integer, Integer>> cell = new Cell<Step<Integer, Integer>>().withSuspendedCleanUp();
            Driven driven = new Driven(once ? AsyncStreams.once(cell) : AsyncStreams.unfold(0, n -> cell));
            driven.poll();
            assertThat(driven.stream.cancel()).isFalse();
            assertThat(cell.cancels).isEqualTo(1);
            assertThat(driven.poll().isPending()).isTrue();
            cell.complete(null);
            assertThat(driven.failure()).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void aStepHasAnItem() {
        assertThatThrownBy(() -> new Step<>(null, 1))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("item");
    }

    // ------------------------------------------------------------------ interval

    @Test
    void intervalTicks() {
        Driven driven = new Driven(AsyncStreams.ticks(Duration.ofMillis(300), MissedTickBehavior.SKIP));
        assertThat(driven.ready()).containsExactly(0L);
        driven.task.time.advance(Duration.ofMillis(299));
        assertThat(driven.ready()).isEmpty();
        driven.task.time.advance(Duration.ofMillis(1));
        assertThat(driven.ready()).containsExactly(1L);
        driven.task.time.advance(Duration.ofMillis(950));
        assertThat(driven.ready()).containsExactly(2L); // 3 and 4 were skipped
        driven.task.time.advance(Duration.ofMillis(250));
        assertThat(driven.ready()).containsExactly(5L);
        assertThat(driven.stream.cancel()).isTrue();
        assertThat(driven.task.time.pendingTimers()).isZero();
    }

    // ------------------------------------------------------------------ channels

    @Test
    void aReceiverWaitsForItems() {
        Mpsc<Integer> channel = Mpsc.bounded(1);
        var sender = channel.sender();
        Driven driven = new Driven(AsyncStreams.from(channel.receiver()));
        assertThat(driven.ready()).isEmpty();
        sender.trySend(1);
        assertThat(driven.task.wakes()).isEqualTo(1);
        assertThat(driven.ready()).containsExactly(1);
        assertThat(sender.trySend(2)).as("one for one").isTrue();
        assertThat(sender.trySend(3)).isFalse();
        sender.close();
        assertThat(driven.ready()).containsExactly(2, END);
    }

    @Test
    void cancelClosesTheChannelAndHandsOverWhatIsInIt() {
        Mpsc<Integer> channel = Mpsc.bounded(4);
        var sender = channel.sender();
        sender.trySend(1);
        sender.trySend(2);
        List<Integer> lost = new ArrayList<>();
        Driven driven = new Driven(AsyncStreams.from(channel.receiver(), lost::add));
        assertThat(driven.poll().value()).isEqualTo(1);
        assertThat(driven.stream.cancel()).isTrue();
        assertThat(lost).containsExactly(2);
        assertThatThrownBy(() -> driven.task.answer(sender.send(3))).isInstanceOf(ChannelClosedException.class);
    }
}
