package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.HandTask;
import pollux.executor.Reports;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;

@Timeout(120)
class MpscTest {

    private final Mpsc<Integer> one = Mpsc.bounded(1);
    private final Mpsc<Integer> many = Mpsc.unbounded();
    private final HandTask task = new HandTask();
    private final HandTask other = new HandTask();

    @Test
    void itemsArriveInOrder() {
        for (int i = 0; i < 1000; i++) {
            task.value(many.sender().send(i));
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(task.value(many.receiver().receive())).isEqualTo(i);
        }
    }

    @Test
    void sendDoesNothingBeforeItIsPolled() {
        one.sender().send(1);
        assertThat(one.receiver().tryReceive()).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64})
    void aBoundedChannelHoldsItsCapacity(int capacity) {
        Mpsc<Integer> channel = Mpsc.bounded(capacity);
        int sent = 0;
        while (channel.sender().trySend(sent)) {
            sent++;
        }
        assertThat(sent).isEqualTo(capacity);
        task.waiting(channel.sender().send(-1));
    }

    @Test
    void waitingSendersAreServedInTurn() {
        one.sender().trySend(0);
        Future<Void> a = task.waiting(one.sender().send(1));
        Future<Void> b = other.waiting(one.sender().send(2));
        assertThat(one.receiver().tryReceive()).isZero();
        assertThat(task.wakes()).isOne();
        assertThat(other.wakes()).isZero();
        assertThat(one.sender().trySend(9)).as("overtaking those who wait").isFalse();
        task.value(a);
        other.waiting(b);
        assertThat(one.receiver().tryReceive()).isOne();
        other.value(b);
        assertThat(one.receiver().tryReceive()).isEqualTo(2);
    }

    @Test
    void aReceiverIsWokenFromEmptyToNonEmptyOnly() {
        Future<Integer> receive = task.waiting(many.receiver().receive());
        for (int i = 0; i < 10; i++) {
            many.sender().trySend(i);
        }
        assertThat(task.wakes()).isOne();
        assertThat(task.value(receive)).isZero();
        many.sender().trySend(10);
        assertThat(task.wakes()).isZero();
    }

    // ------------------------------------------------------------------ cancellation

    @Test
    void aCancelledSendWasNotSent() {
        one.sender().trySend(0);
        Future<Void> send = task.waiting(one.sender().send(1));
        send.cancel();
        one.receiver().tryReceive();
        assertThat(one.receiver().tryReceive()).isNull();
        assertThat(one.sender().trySend(2)).isTrue();
    }

    @Test
    void aSendCancelledWithRoomGrantedWasNotSentAndGivesTheRoomToTheNext() {
        one.sender().trySend(0);
        Future<Void> a = task.waiting(one.sender().send(1));
        Future<Void> b = other.waiting(one.sender().send(2));
        one.receiver().tryReceive();
        a.cancel();
        assertThat(other.wakes()).isOne();
        other.value(b);
        assertThat(one.receiver().tryReceive()).isEqualTo(2);
    }

    @Test
    void aCancelledReceiveLosesNothing() {
        Future<Integer> receive = task.waiting(one.receiver().receive());
        one.sender().trySend(1);
        receive.cancel();
        assertThat(task.value(one.receiver().receive())).isOne();
    }

    // ------------------------------------------------------------------ permits

    @Test
    void aPermitKeepsRoom() {
        Permit<Integer> permit = task.value(one.sender().reserve());
        assertThat(one.sender().trySend(9)).isFalse();
        permit.send(1);
        assertThat(one.receiver().tryReceive()).isOne();
    }

    /** Behaviour 53. */
    @Test
    void anUnusedPermitGivesTheRoomToTheNext() {
        Permit<Integer> permit = task.value(one.sender().reserve());
        Future<Permit<Integer>> next = other.waiting(one.sender().reserve());
        permit.close();
        permit.close();
        assertThat(other.wakes()).isOne();
        other.value(next).send(2);
        assertThat(one.sender().tryReserve()).isNull();
        assertThat(one.receiver().tryReceive()).isEqualTo(2);
        assertThat(one.sender().tryReserve()).isNotNull();
    }

    @Test
    void aPermitIsForOneItem() {
        Permit<Integer> permit = one.sender().tryReserve();
        permit.send(1);
        assertThatThrownBy(() -> permit.send(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("reserve()");
        permit.close();
        assertThat(one.sender().trySend(3))
                .as("the room of the item, given back by close()")
                .isFalse();
    }

    // ------------------------------------------------------------------ the senders close

    @Test
    void endsWhenTheLastSenderIsClosedAndAllIsTaken() {
        Sender<Integer> copy = many.sender().copy();
        many.sender().trySend(1);
        many.sender().close();
        many.sender().close();
        assertThat(task.value(many.receiver().receive())).isOne();
        Future<Integer> end = task.waiting(many.receiver().receive());
        copy.trySend(2);
        assertThat(task.value(end)).isEqualTo(2);
        copy.trySend(3);
        copy.close();
        assertThat(many.receiver().isOver()).isFalse();
        assertThat(task.value(many.receiver().receive())).isEqualTo(3);
        assertThat(task.value(many.receiver().receive())).isNull();
        assertThat(task.value(many.receiver().receive()))
                .as("the end stays the end")
                .isNull();
        assertThat(many.receiver().isOver()).isTrue();
    }

    @Test
    void aSendThatWaitsWhenItsSenderIsClosedGoesOn() {
        one.sender().trySend(1);
        Future<Void> send = other.waiting(one.sender().send(2));
        one.sender().close();
        assertThat(task.value(one.receiver().receive())).isOne();
        Future<Integer> receive = task.waiting(one.receiver().receive());
        other.value(send);
        assertThat(task.wakes()).isOne();
        assertThat(task.value(receive)).isEqualTo(2);
        assertThat(task.value(one.receiver().receive())).isNull();
    }

    @Test
    void theLastWaitingSendOfAClosedChannelEndsItByGivingUp() {
        one.sender().trySend(1);
        Future<Void> send = other.waiting(one.sender().send(2));
        one.sender().close();
        one.receiver().tryReceive();
        Future<Integer> receive = task.waiting(one.receiver().receive());
        send.cancel();
        assertThat(task.wakes()).isOne();
        assertThat(task.value(receive)).isNull();
    }

    @Test
    void anOpenPermitKeepsTheChannelFromEnding() {
        Permit<Integer> permit = one.sender().tryReserve();
        one.sender().close();
        Future<Integer> receive = task.waiting(one.receiver().receive());
        permit.close();
        assertThat(task.wakes()).isOne();
        assertThat(task.value(receive)).isNull();
    }

    @Test
    void aClosedSenderSaysSo() {
        Sender<Integer> sender = many.sender();
        Sender<Integer> copy = sender.copy();
        sender.close();
        assertThatThrownBy(() -> sender.trySend(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sender::tryReserve).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(sender::copy).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> task.poll(sender.send(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("copy()");
        assertThat(copy.trySend(1)).isTrue();
    }

    // ------------------------------------------------------------------ the receiver closes

    @Test
    void aClosedReceiverRefusesSendersAndCanBeDrained() {
        one.sender().trySend(1);
        Future<Void> waiting = other.waiting(one.sender().send(2));
        Future<Void> closed = other.waiting(one.sender().receiverClosed());
        assertThat(one.sender().isReceiverClosed()).isFalse();
        one.receiver().close();
        assertThat(other.wakes()).isEqualTo(2);
        assertThatThrownBy(() -> other.poll(waiting)).isInstanceOf(ChannelClosedException.class);
        other.value(closed);
        assertThat(one.sender().isReceiverClosed()).isTrue();
        assertThatThrownBy(() -> one.sender().trySend(3)).isInstanceOf(ChannelClosedException.class);
        assertThat(task.value(one.receiver().receive())).isOne();
        assertThat(task.value(one.receiver().receive())).isNull();
    }

    /** Behaviour 53. */
    @Test
    void aClosedReceiverWaitsForOpenPermits() {
        Mpsc<Integer> two = Mpsc.bounded(2);
        Permit<Integer> used = two.sender().tryReserve();
        Permit<Integer> unused = two.sender().tryReserve();
        two.receiver().close();
        Future<Integer> receive = task.waiting(two.receiver().receive());
        used.send(1);
        assertThat(task.value(receive)).isOne();
        task.wakes();
        Future<Integer> end = task.waiting(two.receiver().receive());
        unused.close();
        assertThat(task.wakes()).isOne();
        assertThat(task.value(end)).isNull();
    }

    /** Behaviour 53. */
    @Test
    void aReceiverThatDiscardsGetsEveryItemOnce() {
        List<Integer> discarded = new ArrayList<>();
        Permit<Integer> permit = many.sender().tryReserve();
        many.sender().trySend(1);
        many.sender().trySend(2);
        many.receiver().close(discarded::add);
        assertThat(discarded).containsExactly(1, 2);
        Future<Integer> end = task.waiting(many.receiver().receive());
        permit.send(3);
        assertThat(discarded).containsExactly(1, 2, 3);
        assertThat(task.wakes()).isPositive();
        assertThat(task.value(end)).isNull();
    }

    @Test
    void aDiscardFunctionThatThrowsStillGetsTheRest() {
        List<Integer> discarded = new ArrayList<>();
        many.sender().trySend(1);
        many.sender().trySend(2);
        IllegalStateException thrown = new IllegalStateException("thrown because this test wants it");
        many.receiver().close(item -> {
            discarded.add(item);
            throw thrown;
        });
        assertThat(discarded).containsExactly(1, 2);
        assertThat(Reports.of(thrown)).isEqualTo(2);
        assertThat(many.receiver().isOver()).isTrue();
    }

    @Test
    void whoReceivesIsWokenWhenTheReceiverIsClosed() {
        for (boolean discards : new boolean[] {false, true}) {
            Mpsc<Integer> channel = Mpsc.bounded(1);
            Future<Integer> end = task.waiting(channel.receiver().receive());
            if (discards) {
                channel.receiver().close(item -> {});
            } else {
                channel.receiver().close();
            }
            assertThat(task.wakes()).as("discards: %s", discards).isOne();
            assertThat(task.value(end)).isNull();
        }
    }

    // ------------------------------------------------------------------ receiveMany

    @Test
    void receivesOneAtLeast() {
        many.sender().trySend(7);
        List<Integer> items = new ArrayList<>();
        assertThat(task.value(many.receiver().receiveMany(items, 1))).isOne();
        assertThatThrownBy(() -> many.receiver().receiveMany(items, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(items).containsExactly(7);
    }

    @Test
    void receivesWhatIsThereUpToTheLimit() {
        for (int i = 0; i < 5; i++) {
            many.sender().trySend(i);
        }
        List<Integer> items = new ArrayList<>();
        assertThat(task.value(many.receiver().receiveMany(items, 3))).isEqualTo(3);
        assertThat(items).containsExactly(0, 1, 2);
        assertThat(task.value(many.receiver().receiveMany(items, 3))).isEqualTo(2);
        many.sender().close();
        assertThat(task.value(many.receiver().receiveMany(items, 3))).isZero();
        assertThat(items).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void receivingManyMakesRoomForAsMany() {
        Mpsc<Integer> two = Mpsc.bounded(2);
        two.sender().trySend(1);
        two.sender().trySend(2);
        Future<Void> a = other.waiting(two.sender().send(3));
        Future<Void> b = other.waiting(two.sender().send(4));
        task.value(two.receiver().receiveMany(new ArrayList<>(), 2));
        assertThat(other.wakes()).isEqualTo(2);
        other.value(a);
        other.value(b);
    }

    // ------------------------------------------------------------------ budget and bad input

    /** Behaviour 41. */
    @Test
    void aLoopOverAFullChannelMeetsPendingWithinTheBudget() {
        for (int i = 0; i < 1000; i++) {
            many.sender().trySend(i);
        }
        Context context = new Context(task, Services.NONE);
        int received = 0;
        while (many.receiver().pollReceive(context) != RawFuture.PENDING) {
            received++;
        }
        assertThat(received).isEqualTo(Context.BUDGET);
        assertThat(task.wakes()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesCapacitiesThatHoldNothing(int capacity) {
        assertThatThrownBy(() -> Mpsc.bounded(capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(capacity));
        assertThatThrownBy(() -> one.receiver().receiveMany(new ArrayList<>(), capacity))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(capacity));
    }

    @Test
    void refusesNullItemsAtOnce() {
        Permit<Integer> permit = one.sender().tryReserve();
        assertThatThrownBy(() -> one.sender().send(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> one.sender().trySend(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> permit.send(null)).isInstanceOf(NullPointerException.class);
        permit.send(1);
    }

    @Test
    void saysHowItIs() {
        assertThat(one).hasToString("Mpsc[Receiver[0 of 1 slots in use, 1 sender]]");
        many.sender().trySend(1);
        many.sender().copy();
        assertThat(many.sender()).hasToString("Sender[1 in use, unbounded, 2 senders]");
        one.receiver().close();
        assertThat(one.receiver()).hasToString("Receiver[0 of 1 slots in use, 1 sender, receiver closed, over]");
    }
}
