package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;

@Timeout(120)
class NotifyTest {

    private final Notify notify = new Notify();
    private final HandTask first = new HandTask();
    private final HandTask second = new HandTask();

    @Test
    void anEarlyNotificationIsKeptOnce() {
        notify.notifyOne();
        notify.notifyOne();
        first.value(notify.notified());
        first.waiting(notify.notified());
    }

    @Test
    void makingTheFutureTakesNoPermit() {
        notify.notifyOne();
        notify.notified();
        first.value(notify.notified());
    }

    @Test
    void oneIsNotifiedInTheOrderOfTheFirstPoll() {
        Future<Void> late = notify.notified();
        Future<Void> early = notify.notified();
        first.waiting(early);
        second.waiting(late);
        notify.notifyOne();
        assertThat(first.wakes()).isOne();
        assertThat(second.wakes()).isZero();
        first.value(early);
        second.waiting(late);
    }

    /** The one that waits alone is in the word, and a new waker takes it to the list: nothing else may change. */
    @Test
    void oneThatIsPolledByAnotherTaskKeepsItsPlace() {
        Future<Void> a = first.waiting(notify.notified());
        Future<Void> b = second.waiting(notify.notified());
        HandTask third = new HandTask();
        third.waiting(a);
        notify.notifyOne();
        assertThat(third.wakes()).isOne();
        assertThat(first.wakes() + second.wakes()).isZero();
        third.value(a);
        first.waiting(b);
        notify.notifyOne();
        assertThat(first.wakes()).isOne();
        first.value(b);
        assertThat(notify).hasToString("Notify[0 waiting]");
    }

    @Test
    void oneAloneIsPolledByAnotherTask() {
        Future<Void> alone = first.waiting(notify.notified());
        second.waiting(alone);
        second.waiting(alone);
        assertThat(notify).hasToString("Notify[1 waiting]");
        notify.notifyOne();
        assertThat(first.wakes()).isZero();
        assertThat(second.wakes()).isOne();
        second.value(alone);
        notify.notifyOne();
        assertThat(notify).hasToString("Notify[0 waiting, 1 permit]");
    }

    /** From one waiter to several and back, again and again: each is notified once, in its turn. */
    @Test
    void theListComesAndGoes() {
        for (int waiters = 1; waiters <= 4; waiters++) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < waiters; i++) {
                all.add(first.waiting(notify.notified()));
            }
            assertThat(notify).hasToString("Notify[" + waiters + " waiting]");
            for (int i = 0; i < waiters; i++) {
                notify.notifyOne();
                first.value(all.get(i));
                for (int later = i + 1; later < waiters; later++) {
                    first.waiting(all.get(later));
                }
            }
            assertThat(notify).hasToString("Notify[0 waiting]");
        }
    }

    @Test
    void aNotificationOutOfTheLastWakeOfABroadcastIsKept() {
        Future<Void> waits = notify.notified();
        Context cx = new Context(notify::notifyOne, Services.NONE);
        assertThat(RawFuture.pollAny(waits, cx)).isSameAs(RawFuture.PENDING);
        notify.notifyWaiters();
        assertThat(notify).hasToString("Notify[0 waiting, 1 permit]");
        first.value(notify.notified());
        first.waiting(notify.notified());
    }

    @Test
    void aWaiterAfterABroadcastWaits() {
        Future<Void> before = first.waiting(notify.notified());
        notify.notifyWaiters();
        Future<Void> after = second.waiting(notify.notified());
        first.value(before);
        notify.notifyOne();
        second.value(after);
        assertThat(notify).hasToString("Notify[0 waiting]");
    }

    @Test
    void aNotifiedWaiterThatGivesUpPassesItOn() {
        Future<Void> a = first.waiting(notify.notified());
        Future<Void> b = second.waiting(notify.notified());
        notify.notifyOne();
        a.cancel();
        assertThat(second.wakes()).isOne();
        second.value(b);
    }

    @Test
    void aNotifiedWaiterThatGivesUpLeavesThePermitIfNobodyElseWaits() {
        Future<Void> a = first.waiting(notify.notified());
        notify.notifyOne();
        a.cancel();
        second.value(notify.notified());
        second.waiting(notify.notified());
    }

    @Test
    void aWaiterThatGivesUpUnnotifiedLosesItsPlaceOnly() {
        Future<Void> a = first.waiting(notify.notified());
        Future<Void> b = second.waiting(notify.notified());
        a.cancel();
        notify.notifyOne();
        second.value(b);
        second.waiting(notify.notified());
    }

    @Test
    void aBroadcastReachesEveryFutureMadeBefore() {
        Future<Void> polled = first.waiting(notify.notified());
        Future<Void> unpolled = notify.notified();
        notify.notifyWaiters();
        Future<Void> after = notify.notified();
        first.value(polled);
        first.value(unpolled);
        first.waiting(after);
    }

    @Test
    void aBroadcastIsNotPassedOn() {
        Future<Void> a = first.waiting(notify.notified());
        notify.notifyWaiters();
        a.cancel();
        second.waiting(notify.notified());
    }

    @Test
    void aBroadcastReachesMoreThanOneBatch() {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(first.waiting(notify.notified()));
        }
        notify.notifyWaiters();
        assertThat(first.wakes()).isEqualTo(100);
        all.forEach(first::value);
    }

    @Test
    void aTaskThatEndsBeforeTheBroadcastReachesItEatsNoNotification() {
        // the first 32 wakers are woken before the 40th is taken out of the list, and one of them polls the 40th
        List<Future<Void>> all = new ArrayList<>();
        HandTask task = new HandTask();
        pollux.future.Context context = new pollux.future.Context(
                () -> {
                    if (all.size() == 41) {
                        Future<Void> last = all.remove(40);
                        task.value(last);
                        Future<Void> newcomer = task.waiting(notify.notified());
                        notify.notifyOne();
                        all.set(0, newcomer);
                    }
                },
                pollux.future.Services.NONE);
        for (int i = 0; i < 41; i++) {
            Future<Void> future = notify.notified();
            pollux.future.RawFuture.pollAny(future, context);
            all.add(future);
        }
        // leave no waiter between the batch and the last one, so that it is the first in the list
        for (int i = 32; i < 40; i++) {
            all.get(i).cancel();
        }
        notify.notifyWaiters();
        assertThat(task.wakes()).isOne();
        task.value(all.get(0));
    }

    @Test
    void saysWhatItHolds() {
        assertThat(notify).hasToString("Notify[0 waiting]");
        notify.notifyOne();
        assertThat(notify).hasToString("Notify[0 waiting, 1 permit]");
        first.value(notify.notified());
        first.waiting(notify.notified());
        assertThat(notify).hasToString("Notify[1 waiting]");
    }
}
