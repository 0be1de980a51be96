package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.doubles.HandTask;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.stream.AsyncStreams;
import pollux.time.Interval;
import pollux.time.Timers;

/** What has room for the waker of one task refuses a second one with a clear message, and the first goes on. */
@Timeout(120)
class OnePartyTest {

    /**
     * Something for one task at a time.
     *
     * @param party makes one future after the other, all at the same thing
     * @param event makes the one that waits ready
     */
    private record One(String name, Supplier<Future<?>> party, Runnable event) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<One> ones() {
        Mpsc<Integer> bounded = Mpsc.bounded(8);
        Mpsc<Integer> unbounded = Mpsc.unbounded();
        Mpsc<Integer> many = Mpsc.bounded(8);
        Mpsc<Integer> streamed = Mpsc.bounded(8);
        Broadcast<Integer> broadcast = Broadcast.bounded(8);
        BroadcastReceiver<Integer> subscribed = broadcast.subscribe();
        Watch<Integer> watch = new Watch<>(0);
        WatchReceiver<Integer> watcher = watch.watcher();
        return Stream.of(
                new One(
                        "bounded receive",
                        () -> bounded.receiver().receive(),
                        () -> bounded.sender().trySend(1)),
                new One(
                        "unbounded receive",
                        () -> unbounded.receiver().receive(),
                        () -> unbounded.sender().trySend(1)),
                new One(
                        "receiveMany",
                        () -> many.receiver().receiveMany(new ArrayList<>(), 2),
                        () -> many.sender().trySend(1)),
                new One(
                        "stream of a receiver",
                        () -> AsyncStreams.from(streamed.receiver()).next(),
                        () -> streamed.sender().trySend(1)),
                new One("broadcast receive", subscribed::receive, () -> broadcast.send(1)),
                new One("watch", watcher::changed, () -> watch.set(1)));
    }

    private final HandTask first = new HandTask();
    private final HandTask second = new HandTask();

    @ParameterizedTest
    @MethodSource("ones")
    void theSecondIsRefusedAndTheFirstGoesOn(One one) {
        Future<?> waiting = first.waiting(one.party.get());
        Future<?> refused = one.party.get();
        assertThatThrownBy(() -> second.poll(refused))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("for one task at a time");
        first.waiting(waiting);
        one.event.run();
        assertThat(first.wakes()).isOne();
        first.value(waiting);
        second.waiting(one.party.get());
    }

    @ParameterizedTest
    @MethodSource("ones")
    void oneThatGivesUpMakesRoom(One one) {
        Future<?> waiting = first.waiting(one.party.get());
        if (!one.name.startsWith("stream")) { // its cancel closes the receiver
            waiting.cancel();
            Future<?> next = second.waiting(one.party.get());
            one.event.run();
            assertThat(first.wakes()).isZero();
            assertThat(second.wakes()).isOne();
            second.value(next);
        }
    }

    /** A future that was never polled is let go of, in the middle of another's wait. */
    @ParameterizedTest
    @MethodSource("ones")
    void oneThatNeverWaitedLeavesTheOtherAlone(One one) {
        Future<?> waiting = first.waiting(one.party.get());
        if (!one.name.startsWith("stream")) {
            one.party.get().cancel();
        }
        one.event.run();
        assertThat(first.wakes()).isOne();
        first.value(waiting);
    }

    /** The same future polled from another task is no second party: futures may move. */
    @ParameterizedTest
    @MethodSource("ones")
    void aFutureMayMoveToAnotherTask(One one) {
        Future<?> moving = first.waiting(one.party.get());
        second.waiting(moving);
        one.event.run();
        assertThat(first.wakes()).isZero();
        assertThat(second.wakes()).isOne();
        second.value(moving);
    }

    @Test
    void intervalsRefuseASecondTick() {
        Interval interval = Timers.interval(Duration.ofHours(1));
        first.value(interval.tick());
        Future<Long> waiting = first.waiting(interval.tick());
        assertThatThrownBy(() -> second.poll(interval.tick()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another tick()");
        waiting.cancel();
    }

    /** A channel with four consumers: three of them fail, none hangs, and every item arrives. */
    @Test
    void noneOfManyConsumersHangs() {
        Mpsc<Integer> channel = Mpsc.bounded(8);
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            CountDownLatch refused = new CountDownLatch(3);
            List<JoinHandle<Integer>> consumers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                consumers.add(pool.spawn(takeAll(channel.receiver(), 0).recover(e -> {
                    assertThat(e).isInstanceOf(IllegalStateException.class);
                    refused.countDown();
                    return Futures.ready(0);
                })));
            }
            try {
                refused.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            pool.spawn(sendAll(channel.sender(), 1000));
            int taken = 0;
            for (JoinHandle<Integer> consumer : consumers) {
                taken += BlockOn.blockOn(consumer.join());
            }
            assertThat(taken).isEqualTo(1000);
        }
    }

    private static Future<Integer> takeAll(Receiver<Integer> receiver, int taken) {
        return receiver.receive().then(x -> x == null ? Futures.ready(taken) : takeAll(receiver, taken + 1));
    }

    private static Future<Void> sendAll(Sender<Integer> sender, int left) {
        if (left == 0) {
            sender.close();
            return Futures.ready(null);
        }
        return sender.send(left).then(x -> sendAll(sender, left - 1));
    }

    /** What the table says of a leaf that overwrites the waker, as a Receiver did. */
    @Test
    void canaryALeafThatOverwritesIsCaught() {
        AtomicWaker slot = new AtomicWaker();
        boolean[] happened = {false};
        Supplier<Future<?>> party = () -> (Future<Integer>) (Context cx) -> {
            slot.register(cx.waker());
            return happened[0] ? Poll.ready(1) : Poll.pending();
        };
        One broken = new One("broken", party, () -> {
            happened[0] = true;
            slot.wake();
        });
        assertThatThrownBy(() -> theSecondIsRefusedAndTheFirstGoesOn(broken)).isInstanceOf(AssertionError.class);
    }
}
