package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.Garbage;
import pollux.doubles.HandTask;
import pollux.future.Future;

@Timeout(120)
class BroadcastTest {

    private final Broadcast<Integer> broadcast = Broadcast.bounded(3);
    private final HandTask task = new HandTask();

    @Test
    void everyReceiverGetsEveryItem() {
        BroadcastReceiver<Integer> a = broadcast.subscribe();
        BroadcastReceiver<Integer> b = broadcast.subscribe();
        for (int i = 0; i < 3; i++) {
            assertThat(broadcast.send(i)).isEqualTo(2);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(task.value(a.receive())).isEqualTo(i);
            assertThat(b.tryReceive()).isEqualTo(i);
        }
        assertThat(a.tryReceive()).isNull();
        task.waiting(b.receive());
    }

    @Test
    void aNewReceiverStartsWithTheNextItem() {
        BroadcastReceiver<Integer> early = broadcast.subscribe();
        broadcast.send(1);
        BroadcastReceiver<Integer> late = broadcast.subscribe();
        broadcast.send(2);
        assertThat(late.tryReceive()).isEqualTo(2);
        assertThat(early.tryReceive()).isOne();
    }

    @Test
    void withoutReceiversItemsGoNowhere() {
        assertThat(broadcast.send(1)).isZero();
        assertThat(broadcast.subscribe().tryReceive()).isNull();
    }

    @Test
    void whoLagsIsToldHowManyItMissedAndGoesOn() {
        BroadcastReceiver<Integer> slow = broadcast.subscribe();
        for (int i = 0; i < 10; i++) {
            broadcast.send(i);
        }
        Future<Integer> lagged = slow.receive();
        assertThatThrownBy(() -> task.poll(lagged))
                .isInstanceOfSatisfying(
                        LaggedException.class, e -> assertThat(e.missed()).isEqualTo(7))
                .hasMessageContaining("7 items");
        assertThatThrownBy(() -> task.poll(lagged)).isInstanceOf(IllegalStateException.class);
        assertThat(task.value(slow.receive())).isEqualTo(7);
        broadcast.send(10);
        broadcast.send(11);
        assertThatThrownBy(slow::tryReceive)
                .isInstanceOfSatisfying(
                        LaggedException.class, e -> assertThat(e.missed()).isOne());
        assertThat(slow.tryReceive()).isEqualTo(9);
    }

    @Test
    void closingLetsReceiversFinish() {
        BroadcastReceiver<Integer> busy = broadcast.subscribe();
        broadcast.send(1);
        Future<Integer> waiting = task.waiting(broadcast.subscribe().receive());
        broadcast.close();
        assertThat(task.wakes()).isOne();
        assertThat(task.value(waiting)).isNull();
        assertThat(task.value(busy.receive())).isOne();
        assertThat(task.value(busy.receive())).isNull();
        assertThatThrownBy(() -> broadcast.send(2)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aClosedReceiverGetsNothing() {
        BroadcastReceiver<Integer> receiver = broadcast.subscribe();
        broadcast.send(1);
        receiver.close();
        receiver.close();
        assertThat(task.value(receiver.receive())).isNull();
        assertThat(broadcast.send(2)).isZero();
        assertThat(broadcast).hasToString("Broadcast[1 sent, capacity 3, 0 receivers]");
        assertThat(receiver).hasToString("BroadcastReceiver[closed]");
    }

    @Test
    void saysHowFarItIsBehind() {
        BroadcastReceiver<Integer> receiver = broadcast.subscribe();
        broadcast.send(1);
        broadcast.send(2);
        assertThat(receiver).hasToString("BroadcastReceiver[2 behind]");
    }

    @Test
    void aReceiverThatIsClosedIsWokenByThatOnly() {
        BroadcastReceiver<Integer> receiver = broadcast.subscribe();
        Future<Integer> waiting = task.waiting(receiver.receive());
        receiver.close();
        assertThat(task.wakes()).isOne();
        broadcast.send(1);
        broadcast.close();
        receiver.close();
        assertThat(task.wakes()).isZero();
        assertThat(task.value(waiting)).isNull();
    }

    @Test
    void aCancelledReceiveLosesNothing() {
        BroadcastReceiver<Integer> receiver = broadcast.subscribe();
        Future<Integer> receive = task.waiting(receiver.receive());
        broadcast.send(1);
        receive.cancel();
        assertThat(receiver.tryReceive()).isOne();
    }

    @Test
    void itemsThatNobodyWillSeeAreLetGo() throws Exception {
        Broadcast<Object> objects = Broadcast.bounded(8);
        BroadcastReceiver<Object> reads = objects.subscribe();
        BroadcastReceiver<Object> leaves = objects.subscribe();
        List<WeakReference<Object>> sent = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Object item = new Object();
            sent.add(new WeakReference<>(item));
            objects.send(item);
        }
        for (int i = 0; i < 4; i++) {
            reads.tryReceive();
        }
        leaves.close();
        Garbage.awaitCollected(sent.toArray(new WeakReference<?>[0]));
        assertThat(objects.send(new Object())).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesCapacitiesThatHoldNothing(int capacity) {
        assertThatThrownBy(() -> Broadcast.bounded(capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(capacity));
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> broadcast.send(null)).isInstanceOf(NullPointerException.class);
    }

    /** Each receiver sees every number once and in order, or is told that it missed it. */
    @Test
    void receivedAndMissedAddUp() throws Exception {
        int items = 20_000;
        Broadcast<Integer> shared = Broadcast.bounded(16);
        AtomicLong missed = new AtomicLong();
        AtomicLong received = new AtomicLong();
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            BroadcastReceiver<Integer> receiver = shared.subscribe();
            Thread thread = new Thread(() -> {
                HandTask own = new HandTask();
                int expected = 0;
                while (true) {
                    try {
                        Integer item = own.await(receiver.receive());
                        if (item == null) {
                            return;
                        }
                        if (item != expected) {
                            wrong.incrementAndGet();
                        }
                        expected = item + 1;
                        received.incrementAndGet();
                    } catch (LaggedException e) {
                        expected += (int) e.missed();
                        missed.addAndGet(e.missed());
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (int i = 0; i < items; i++) {
            shared.send(i);
        }
        shared.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(received.get() + missed.get()).isEqualTo(3L * items);
    }

    // ------------------------------------------------------------------ replay and failure

    @Test
    void aNewReceiverBeginsWithWhatIsReplayed() {
        Broadcast<Integer> channel = Broadcast.bounded(3, 2);
        assertThat(channel.subscribe().tryReceive()).isNull();
        for (int sent = 1; sent <= 7; sent++) {
            channel.send(sent);
            List<Integer> seen = new ArrayList<>();
            try (BroadcastReceiver<Integer> joined = channel.subscribe()) {
                for (Integer item = joined.tryReceive(); item != null; item = joined.tryReceive()) {
                    seen.add(item);
                }
            }
            assertThat(seen).isEqualTo(sent == 1 ? List.of(1) : List.of(sent - 1, sent));
        }
        channel.close();
        BroadcastReceiver<Integer> late = channel.subscribe();
        assertThat(List.of(task.value(late.receive()), task.value(late.receive())))
                .containsExactly(6, 7);
        assertThat(task.<Integer>value(late.receive())).isNull();
    }

    @Test
    void whatIsNotReplayedAnyMoreIsNotKeptAlive() {
        Broadcast<Object> channel = Broadcast.bounded(8, 1);
        WeakReference<Object> first = new WeakReference<>(new Object());
        channel.send(first.get());
        channel.send("second");
        Garbage.awaitCollected(first);
        // nor is what the last reader has passed
        BroadcastReceiver<Object> reader = channel.subscribe();
        WeakReference<Object> read = new WeakReference<>(new Object());
        channel.send(read.get());
        channel.send("last");
        for (int i = 0; i < 3; i++) {
            assertThat(reader.tryReceive()).isNotNull();
        }
        Garbage.awaitCollected(read);
        assertThat(channel.subscribe().tryReceive()).isEqualTo("last");
    }

    @Test
    void aReceiverThatLeavesDoesNotTakeTheReplayWithIt() {
        Broadcast<Integer> channel = Broadcast.bounded(4, 4);
        BroadcastReceiver<Integer> leaving = channel.subscribe();
        for (int i = 0; i < 6; i++) {
            channel.send(i);
        }
        leaving.close();
        BroadcastReceiver<Integer> joined = channel.subscribe();
        for (int i = 2; i < 6; i++) {
            assertThat(joined.tryReceive()).isEqualTo(i);
        }
    }

    @Test
    void aFailureComesAfterWhatIsLeftEachTime() {
        BroadcastReceiver<Integer> receiver = broadcast.subscribe();
        Future<Integer> waiting = task.waiting(receiver.receive());
        broadcast.send(1);
        IllegalStateException failure = new IllegalStateException("down");
        broadcast.close(failure);
        broadcast.close();
        assertThat(task.wakes()).isPositive();
        assertThat(task.value(waiting)).isOne();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> task.poll(receiver.receive())).isSameAs(failure);
        }
        receiver.close();
        assertThat(task.<Integer>value(receiver.receive())).isNull();
    }

    @Test
    void aReplayThatDoesNotFitIsRefused() {
        for (int replay : new int[] {-1, 4}) {
            assertThatThrownBy(() -> Broadcast.bounded(3, replay))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("" + replay);
        }
    }
}
