package pollux.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.stream.RawStream.PENDING;
import static pollux.stream.Script.END;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.sync.Broadcast;
import pollux.sync.LaggedException;
import pollux.sync.Mpsc;

/** What one operator does and the others do not. */
@Timeout(120)
class OperatorTest {

    private final Script source = new Script();

    // ------------------------------------------------------------------ take, takeWhile, filter

    @Test
    void takeCancelsWhenTheEndIsAskedFor() {
        source.add(1, 2, 3);
        Driven driven = new Driven(source.take(2));
        assertThat(driven.poll().value()).isEqualTo(1);
        assertThat(driven.poll().value()).isEqualTo(2);
        assertThat(source.cancels).isZero();
        assertThat(driven.poll().value()).isNull();
        assertThat(source.cancels).isEqualTo(1);
        assertThat(source.polls).isEqualTo(2);
    }

    @Test
    void takeSeesTheCleanUpThroughBeforeItEnds() {
        source.add(1, 2);
        source.cleaningUp(PENDING, 9, END);
        Driven driven = new Driven(source.take(1));
        assertThat(driven.ready()).containsExactly(1);
        source.wake();
        assertThat(driven.ready()).containsExactly(END);
        assertThat(source.isOver()).isTrue();
    }

    @Test
    void takeNothingNeverAsks() {
        source.add(1);
        assertThat(new Driven(source.take(0)).ready()).containsExactly(END);
        assertThat(source.polls).isZero();
        assertThat(source.cancels).isEqualTo(1);
    }

    @Test
    void takeWhileEndsBeforeTheFirstThatIsNotAccepted() {
        source.add(1, 2, 3, 1);
        assertThat(new Driven(source.takeWhile(i -> i < 3)).ready()).containsExactly(1, 2, END);
        assertThat(source.cancels).isEqualTo(1);
    }

    @Test
    void aMillionItemsLeftOutUseNoStack() {
        Driven driven = new Driven(AsyncStreams.range(0, 1_000_001).filter(i -> i == 1_000_000));
        assertThat(driven.ready()).containsExactly(1_000_000, END);
    }

    @Test
    void aMillionEmptyInnerStreamsUseNoStack() {
        Driven driven = new Driven(AsyncStreams.range(0, 1_000_000).concatMap(i -> AsyncStreams.empty()));
        assertThat(driven.ready()).containsExactly(END);
    }

    // ------------------------------------------------------------------ then, concatMap

    @Test
    void thenAsksForTheNextItemAfterTheFuture() {
        List<Cell<String>> cells = cells(2);
        source.add(0, 1, END);
        Driven driven = new Driven(source.then(cells::get));
        driven.poll();
        assertThat(source.polls).isEqualTo(1);
        cells.get(0).complete("a");
        assertThat(driven.ready()).containsExactly("a");
        cells.get(1).complete("b");
        assertThat(driven.ready()).containsExactly("b", END);
    }

    @Test
    void thenCancelsTheFutureAndTheSource() {
        Cell<String> cell = new Cell<String>().withSuspendedCleanUp();
        source.add(0);
        Driven driven = new Driven(source.then(i -> cell));
        driven.poll();
        assertThat(driven.stream.cancel()).isFalse();
        assertThat(cell.cancels).isEqualTo(1);
        assertThat(source.cancels).isEqualTo(1);
        assertThat(driven.poll().isPending()).isTrue();
        cell.complete("ignored");
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void concatMapCancelsTheInnerStreamAndTheSource() {
        Script inner = Script.of(5).cleaningUp(PENDING, END);
        source.add(0);
        Driven driven = new Driven(source.concatMap(i -> inner));
        assertThat(driven.ready()).containsExactly(5);
        assertThat(driven.stream.cancel()).isFalse();
        assertThat(source.cancels).isEqualTo(1);
        assertThat(inner.cancels).isEqualTo(1);
        driven.poll();
        assertThat(driven.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void aFailureOfAnInnerStreamCancelsTheSource() {
        IOException failure = new IOException();
        source.add(0, 1);
        assertThat(new Driven(source.concatMap(i -> Script.of(7, failure))).ready())
                .containsExactly(7, failure);
        assertThat(source.cancels).isEqualTo(1);
    }

    // ------------------------------------------------------------------ buffered

    private static List<Cell<String>> cells(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Cell<String>()).toList();
    }

    private static List<Integer> started(List<? extends Cell<?>> cells) {
        return IntStream.range(0, cells.size())
                .filter(i -> cells.get(i).polls > 0)
                .boxed()
                .toList();
    }

    @Test
    void bufferedKeepsTheOrderAndTheLimit() {
        List<Cell<String>> cells = cells(6);
        Driven driven = new Driven(AsyncStreams.range(0, 6).buffered(3, cells::get));
        driven.poll();
        assertThat(started(cells)).containsExactly(0, 1, 2);
        cells.get(1).complete("b");
        cells.get(2).complete("c");
        assertThat(driven.ready()).isEmpty();
        assertThat(started(cells)).as("results that wait count").containsExactly(0, 1, 2);
        cells.get(0).complete("a");
        assertThat(driven.poll().value()).isEqualTo("a");
        assertThat(driven.poll().value()).isEqualTo("b");
        assertThat(driven.poll().value()).isEqualTo("c");
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(started(cells)).containsExactly(0, 1, 2, 3, 4, 5);
        for (int i = 5; i > 2; i--) {
            cells.get(i).complete("" + i);
        }
        assertThat(driven.ready()).containsExactly("3", "4", "5", END);
    }

    @Test
    void bufferedUnorderedPassesThemAsTheyComeAndKeepsTheLimit() {
        List<Cell<String>> cells = cells(6);
        Driven driven = new Driven(AsyncStreams.range(0, 6).bufferedUnordered(3, cells::get));
        driven.poll();
        assertThat(started(cells)).containsExactly(0, 1, 2);
        cells.get(1).complete("b");
        assertThat(driven.ready()).containsExactly("b");
        assertThat(started(cells)).containsExactly(0, 1, 2, 3);
        cells.get(2).complete("c");
        cells.get(0).complete("a");
        assertThat(driven.ready()).containsExactly("c", "a");
        for (int i = 3; i < 6; i++) {
            cells.get(i).complete("" + i);
        }
        assertThat(driven.ready()).containsExactlyInAnyOrder("3", "4", "5", END).endsWith(END);
    }

    @Test
    void bufferedReportsAFailureInItsPlaceAndStartsNothingBehindIt() {
        List<Cell<String>> cells = cells(9);
        Driven driven = new Driven(AsyncStreams.range(0, 9).buffered(3, cells::get));
        driven.poll();
        IOException failure = new IOException();
        cells.get(1).fail(failure);
        assertThat(driven.ready()).isEmpty();
        cells.get(0).complete("a");
        assertThat(driven.ready()).containsExactly("a", failure);
        assertThat(started(cells)).containsExactly(0, 1, 2);
        assertThat(cells.get(2).cancels).isEqualTo(1);
    }

    @Test
    void bufferedReportsTheSourcesFailureBehindWhatIsUnderWay() {
        List<Cell<String>> cells = cells(2);
        IOException failure = new IOException();
        source.add(0, 1, failure);
        Driven driven = new Driven(source.buffered(3, cells::get));
        driven.poll();
        cells.get(1).complete("b");
        cells.get(0).complete("a");
        assertThat(driven.ready()).containsExactly("a", "b", failure);
    }

    @Test
    void bufferedUnorderedFailsAtOnceAndCancelsTheOthers() {
        List<Cell<String>> cells = cells(9);
        cells.get(2).withSuspendedCleanUp();
        Driven driven = new Driven(AsyncStreams.range(0, 9).bufferedUnordered(3, cells::get));
        driven.poll();
        IOException failure = new IOException();
        cells.get(1).fail(failure);
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(cells.get(0).cancels).isEqualTo(1);
        assertThat(cells.get(2).cancels).isEqualTo(1);
        cells.get(2).complete("ignored");
        assertThat(driven.failure()).isSameAs(failure);
        assertThat(started(cells)).containsExactly(0, 1, 2);
    }

    @Test
    void bufferedCancelsEverythingUnderWay() {
        for (boolean ordered : new boolean[] {true, false}) {
            List<Cell<String>> cells = cells(3);
            Script script = Script.of(0, 1, 2);
            Driven driven =
                    new Driven(ordered ? script.buffered(9, cells::get) : script.bufferedUnordered(9, cells::get));
            driven.poll();
            assertThat(driven.stream.cancel()).isTrue();
            assertThat(cells).allMatch(cell -> cell.cancels == 1);
            assertThat(script.cancels).isEqualTo(1);
        }
    }

    @Test
    void bufferedGoesRoundManyTimesWithAnyConcurrency() {
        for (int concurrency : new int[] {1, 7, 8, 9, 100, Integer.MAX_VALUE}) {
            Driven driven = new Driven(AsyncStreams.range(0, 3_000)
                    .buffered(concurrency, i -> i % 3 == 0 ? Futures.yieldNow().map(nothing -> i) : Futures.ready(i)));
            List<Object> all = driven.ready();
            assertThat(all).hasSize(3_001);
            for (int i = 0; i < 3_000; i++) {
                assertThat(all.get(i)).isEqualTo(i);
            }
        }
    }

    /** More are under way than there was room for, and some have ended by then. */
    @Test
    void bufferedKeepsTheOrderWhileItGrows() {
        List<Cell<String>> cells = cells(77);
        Mpsc<Integer> channel = Mpsc.unbounded();
        Driven driven = new Driven(AsyncStreams.from(channel.receiver()).buffered(100, cells::get));
        int count = 0;
        for (int more : new int[] {8, 9, 20, 40}) {
            for (int i = 0; i < more; i++) {
                channel.sender().trySend(count++);
            }
            assertThat(driven.ready()).isEmpty();
            cells.get(count - 2).complete("" + (count - 2));
            assertThat(driven.ready()).isEmpty();
        }
        channel.sender().close();
        List<Object> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cells.get(i).complete("" + i);
            expected.add("" + i);
        }
        expected.add(END);
        assertThat(driven.ready()).isEqualTo(expected);
    }

    @Test
    void oneWakeUpOfManyFuturesCostsOnePoll() {
        int count = 10_000;
        List<Cell<String>> cells = cells(count);
        Driven driven = new Driven(AsyncStreams.range(0, count).buffered(count, cells::get));
        driven.ready();
        for (int i = count - 1; i >= 0; i--) {
            cells.get(i).complete("" + i);
            driven.poll();
        }
        assertThat(cells.stream().mapToInt(cell -> cell.polls).sum()).isLessThanOrEqualTo(3 * count);
    }

    // ------------------------------------------------------------------ chunks

    @Test
    void aFullChunkLeavesAtOnce() {
        source.add(1, 2, 3);
        Driven driven = new Driven(source.chunks(2));
        assertThat(driven.ready()).containsExactly(List.of(1, 2));
        assertThat(source.polls).isEqualTo(4); // three items and one pending
        source.add(4, END);
        assertThat(driven.ready()).containsExactly(List.of(3, 4), END);
    }

    // ------------------------------------------------------------------ throttle

    @Test
    void throttleKeepsTheDistanceFromItemToQuestion() {
        source.add(1, 2, 3);
        Driven driven = new Driven(source.throttle(Duration.ofMillis(10)));
        assertThat(driven.ready()).containsExactly(1);
        driven.task.time.advance(Duration.ofMillis(10).minusNanos(1));
        assertThat(driven.ready()).isEmpty();
        assertThat(source.polls).isEqualTo(1);
        driven.task.time.advance(Duration.ofNanos(1));
        assertThat(driven.task.wakes()).isEqualTo(1);
        assertThat(driven.ready()).containsExactly(2);
        driven.task.time.advance(Duration.ofSeconds(1));
        assertThat(driven.ready()).containsExactly(3);
    }

    @Test
    void throttleCountsFromTheItemAndNotFromTheNextPoll() {
        source.add(1, 2);
        Driven driven = new Driven(source.throttle(Duration.ofMillis(10)));
        assertThat(driven.poll().value()).isEqualTo(1);
        driven.task.time.advance(Duration.ofMillis(10));
        assertThat(driven.poll().value()).isEqualTo(2);
    }

    @Test
    void throttleWithdrawsItsTimer() {
        source.add(1, 2);
        Driven driven = new Driven(source.throttle(Duration.ofMillis(10)));
        driven.ready();
        assertThat(driven.task.time.pendingTimers()).isEqualTo(1);
        assertThat(driven.stream.cancel()).isTrue();
        assertThat(driven.task.time.pendingTimers()).isZero();
        assertThat(source.cancels).isEqualTo(1);
    }

    @Test
    void aHugeThrottleIsAsGoodAsForEver() {
        source.add(1, 2);
        Driven driven = new Driven(source.throttle(Duration.ofSeconds(Long.MAX_VALUE)));
        assertThat(driven.ready()).containsExactly(1);
        driven.task.time.advance(Duration.ofDays(36_500));
        assertThat(driven.ready()).isEmpty();
    }

    // ------------------------------------------------------------------ recover

    @Test
    void recoverGoesOnWithAnotherStreamOnce() {
        IOException first = new IOException();
        IOException second = new IOException();
        source.add(1, first);
        List<Throwable> seen = new ArrayList<>();
        Driven driven = new Driven(source.recover(failure -> {
            seen.add(failure);
            return Script.of(2, second);
        }));
        assertThat(driven.ready()).containsExactly(1, 2, second);
        assertThat(seen).containsExactly(first);
    }

    @Test
    void recoverPassesCancelToTheStreamUnderWay() {
        Script fallback = new Script();
        Driven driven = new Driven(Script.of(new IOException()).recover(failure -> fallback));
        driven.poll();
        driven.stream.cancel();
        assertThat(fallback.cancels).isEqualTo(1);
    }

    private static final IOException DOWN = new IOException("down");

    private static AsyncStream<Integer> reconnecting(int attempt, int last) {
        AsyncStream<Integer> source = attempt == last ? AsyncStreams.of(7) : AsyncStreams.error(DOWN);
        return source.recover(failure -> reconnecting(attempt + 1, last));
    }

    @Test
    void reconnectingForEverUsesNoStackAndYields() {
        Driven driven = new Driven(reconnecting(0, 100_000));
        assertThat(driven.poll().isPending()).isTrue();
        assertThat(driven.task.wakes()).isPositive();
        assertThat(driven.ready()).containsExactly(7, END);
    }

    // ------------------------------------------------------------------ merge, zip

    @Test
    void mergeTakesTurnsWhileAllAreReady() {
        Driven driven = new Driven(AsyncStreams.merge(
                AsyncStreams.of("a", "a", "a"), AsyncStreams.of("b", "b", "b"), AsyncStreams.of("c", "c", "c")));
        assertThat(driven.ready()).containsExactly("a", "b", "c", "a", "b", "c", "a", "b", "c", END);
    }

    @Test
    void mergePollsOnlyTheWoken() {
        List<Script> scripts =
                IntStream.range(0, 1_000).mapToObj(i -> new Script()).toList();
        Driven driven = new Driven(AsyncStreams.merge(scripts));
        driven.ready();
        for (int i = 0; i < 1_000; i++) {
            scripts.get(i).add(i);
            assertThat(driven.poll().value()).isEqualTo(i);
        }
        assertThat(scripts.stream().mapToInt(script -> script.polls).sum()).isLessThanOrEqualTo(3_000);
    }

    @Test
    void mergeOfNothingIsEmpty() {
        assertThat(new Driven(AsyncStreams.merge()).ready()).containsExactly(END);
    }

    @Test
    void mergeFailsAtOnceAfterTheCleanUpOfTheOthers() {
        Script slow = Script.of().cleaningUp(PENDING, END);
        Driven driven = new Driven(AsyncStreams.merge(slow, source));
        driven.ready();
        IOException failure = new IOException();
        source.add(failure);
        assertThat(driven.poll().isPending()).isTrue();
        slow.wake();
        assertThat(driven.task.wakes()).isPositive();
        assertThat(driven.failure()).isSameAs(failure);
        assertThat(slow.violations).isEmpty();
    }

    @Test
    void mergeCancelsAll() {
        List<Script> scripts = List.of(new Script(), Script.of(END), Script.of(1));
        Driven driven = new Driven(AsyncStreams.merge(scripts));
        assertThat(driven.ready()).containsExactly(1);
        assertThat(driven.stream.cancel()).isTrue();
        assertThat(scripts).extracting(script -> script.cancels).containsExactly(1, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void zipEndsWithTheShorterOneAndCancelsTheOther(boolean leftIsShorter) {
        Script other = Script.of(1, 2, 3);
        source.add(10, 20, END);
        Driven driven = new Driven(
                leftIsShorter
                        ? AsyncStreams.zip(source, other, Integer::sum)
                        : AsyncStreams.zip(other, source, Integer::sum));
        assertThat(driven.ready()).containsExactly(11, 22, END);
        assertThat(other.cancels).isEqualTo(1);
        assertThat(source.cancels).isZero();
    }

    @Test
    void zipAsksBothAndEndsThoughOneIsSilent() {
        Script silent = new Script();
        Driven driven = new Driven(AsyncStreams.zip(silent, source, Integer::sum));
        driven.poll();
        assertThat(silent.polls).isEqualTo(1);
        assertThat(source.polls).isEqualTo(1);
        source.add(1, END);
        assertThat(driven.ready()).isEmpty();
        assertThat(source.polls).as("holds the item").isEqualTo(2);
        silent.add(1);
        assertThat(driven.ready()).containsExactly(2, END);
        assertThat(silent.cancels).isEqualTo(1);
    }

    // ------------------------------------------------------------------ next, first

    @Test
    void nextBorrowsTheStream() {
        source.add(1, 2, END);
        Driven task = new Driven(source);
        for (Integer expected : List.of(1, 2)) {
            Future<Integer> next = source.next();
            assertThat(task.task.answer(next).value()).isEqualTo(expected);
            assertThatThrownBy(() -> task.task.answer(next)).isExactlyInstanceOf(IllegalStateException.class);
        }
        assertThat(task.task.answer(source.next())).isEqualTo(Poll.ready(null));
        assertThat(source.cancels).isZero();
    }

    @Test
    void aCancelledNextLosesNothing() {
        Driven task = new Driven(source);
        Future<Integer> given = source.next();
        task.task.answer(given);
        assertThat(given.cancel()).isTrue();
        assertThat(source.cancels).isZero();
        source.add(1);
        assertThat(task.task.answer(source.next()).value()).isEqualTo(1);
    }

    @Test
    void nextPassesTheFailureOn() {
        IOException failure = new IOException();
        source.add(failure);
        Driven task = new Driven(source);
        assertThatThrownBy(() -> task.task.answer(source.next())).isSameAs(failure);
    }

    @Test
    void firstTakesOneAndCancels() {
        source.add(1, 2);
        assertThat(new Driven(AsyncStreams.once(source.first())).ready()).containsExactly(1, END);
        assertThat(source.cancels).isEqualTo(1);
        assertThat(new Driven(AsyncStreams.once(AsyncStreams.empty().first())).ready())
                .containsExactly(END);
    }

    @Test
    void forEachSeesEachItem() {
        List<Integer> seen = new ArrayList<>();
        new Driven(AsyncStreams.once(AsyncStreams.range(0, 5).forEach(seen::add))).ready();
        assertThat(seen).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void forEachAsyncTakesOneAtATime() {
        AtomicInteger started = new AtomicInteger();
        List<Cell<String>> cells = cells(2);
        Driven driven = new Driven(AsyncStreams.once(AsyncStreams.range(0, 2).forEachAsync(i -> {
            started.incrementAndGet();
            return cells.get(i);
        })));
        driven.ready();
        assertThat(started).hasValue(1);
        cells.get(0).complete(null);
        driven.ready();
        assertThat(started).hasValue(2);
        cells.get(1).complete(null);
        assertThat(driven.ready()).containsExactly(END);
    }

    // ------------------------------------------------------------------ any, all, scan, skip, concat

    @Test
    void anyAndAllLeaveAtTheFirstItemThatDecides() {
        source.add(1, 2, 3);
        Script other = Script.of(1, 2, 3);
        Driven any = new Driven(AsyncStreams.once(source.any(i -> i == 2)));
        Driven all = new Driven(AsyncStreams.once(other.all(i -> i != 2)));
        assertThat(any.ready()).containsExactly(true, END);
        assertThat(all.ready()).containsExactly(false, END);
        for (Script asked : List.of(source, other)) {
            assertThat(asked.polls).isEqualTo(2);
            assertThat(asked.cancels).isOne();
        }
    }

    @Test
    void anyAndAllOfNothing() {
        assertThat(new Driven(AsyncStreams.once(AsyncStreams.empty().any(i -> true))).ready())
                .containsExactly(false, END);
        assertThat(new Driven(AsyncStreams.once(AsyncStreams.empty().all(i -> false))).ready())
                .containsExactly(true, END);
    }

    @Test
    void scanBeginsWithTheSeedBeforeItAsks() {
        Driven driven = new Driven(source.scan(10, Integer::sum));
        assertThat(driven.ready()).containsExactly(10);
        source.add(1, 2, END);
        assertThat(driven.ready()).containsExactly(11, 13, END);
    }

    @Test
    void skipOfMoreThanThereIsIsEmpty() {
        source.add(1, 2, END);
        assertThat(new Driven(source.skip(Long.MAX_VALUE)).ready()).containsExactly(END);
        assertThatThrownBy(() -> source.skip(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void concatAsksOneAfterTheOtherAndCancelsThoseThatHadNoTurn() {
        Script first = Script.of(1, END);
        Script last = new Script();
        Driven driven = new Driven(AsyncStreams.concat(first, source, last));
        source.add(2);
        assertThat(driven.ready()).containsExactly(1, 2);
        assertThat(last.polls).isZero();
        assertThat(driven.stream.cancel()).isTrue();
        assertThat(List.of(first.cancels, source.cancels, last.cancels)).containsExactly(0, 1, 1);
    }

    @Test
    void concatCancelsTheRestAfterAFailure() {
        IOException failure = new IOException();
        Script slow = new Script().cleaningUp(PENDING, END);
        Driven driven = new Driven(AsyncStreams.concat(Script.of(failure), slow));
        assertThat(driven.ready()).isEmpty();
        assertThat(slow.cancels).isOne();
        slow.wake();
        assertThat(driven.failure()).isSameAs(failure);
    }

    // ------------------------------------------------------------------ broadcast

    @Test
    void aBroadcastEndsAsItsSourceDoes() {
        IOException failure = new IOException("down");
        for (Object last : new Object[] {END, failure}) {
            Broadcast<Integer> channel = Broadcast.bounded(8);
            Driven early = new Driven(AsyncStreams.from(channel.subscribe()));
            assertThat(early.ready()).isEmpty();
            Driven sending = new Driven(AsyncStreams.once(Script.of(1, 2, last).broadcast(channel)));
            assertThat(sending.ready()).containsExactly(last);
            assertThat(early.task.wakes()).isPositive();
            assertThat(early.ready()).containsExactly(1, 2, last);
            assertThat(new Driven(AsyncStreams.from(channel.subscribe())).ready())
                    .containsExactly(last);
        }
    }

    @Test
    void theReceiversHearThatTheSenderWasCancelled() {
        Broadcast<Integer> channel = Broadcast.bounded(8, 1);
        Driven receiving = new Driven(AsyncStreams.from(channel.subscribe()));
        Driven sending = new Driven(AsyncStreams.once(source.broadcast(channel)));
        source.add(1);
        sending.ready();
        assertThat(receiving.ready()).containsExactly(1);
        sending.stream.cancel();
        assertThat(source.cancels).isOne();
        assertThat(receiving.task.wakes()).isPositive();
        assertThat(receiving.failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void aLagFailsTheStreamOrIsPassedOver() {
        Broadcast<Integer> channel = Broadcast.bounded(2);
        List<Long> missed = new ArrayList<>();
        Driven strict = new Driven(AsyncStreams.from(channel.subscribe()));
        Driven lenient = new Driven(AsyncStreams.from(channel.subscribe(), lag -> missed.add(lag.missed())));
        for (int i = 0; i < 5; i++) {
            channel.send(i);
        }
        assertThat(strict.failure()).isInstanceOf(LaggedException.class);
        assertThat(lenient.ready()).containsExactly(3, 4);
        assertThat(missed).containsExactly(3L);
        assertThat(channel.send(5)).as("the failed stream has left").isOne();
    }

    // ------------------------------------------------------------------ wrong arguments

    @Test
    void wrongArgumentsAreNamed() {
        assertThatThrownBy(() -> source.take(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> source.buffered(0, Futures::ready)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> source.bufferedUnordered(0, Futures::ready))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> source.chunks(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> source.map(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThatThrownBy(() -> AsyncStreams.merge(source, null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> AsyncStreams.of(1, null)).isInstanceOf(NullPointerException.class);
    }
}
