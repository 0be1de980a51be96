package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.ByHand;
import pollux.doubles.HandFuture;

@Timeout(120)
class SharedTest {

    private final HandFuture<Integer> run = new HandFuture<>();
    private final Shared<Integer> shared = run.shared();

    @Test
    void everyPartyGetsTheValueOfOneRun() {
        ByHand<Integer> a = ByHand.of(shared.future());
        ByHand<Integer> b = ByHand.of(shared.future());
        assertThat(a.answer().isPending()).isTrue();
        assertThat(b.answer().isPending()).isTrue();
        run.ready(7);
        assertThat(b.wakes).isOne(); // the party that polled last drives
        assertThat(b.value()).isEqualTo(7);
        assertThat(a.wakes).isOne();
        assertThat(a.value()).isEqualTo(7);
        assertThat(shared.isDone()).isTrue();
    }

    @Test
    void everyPartyGetsTheSameFailure() {
        ByHand<Integer> a = ByHand.of(shared.future());
        ByHand<Integer> b = ByHand.of(shared.future());
        a.answer();
        IOException failure = new IOException("down");
        run.fail(failure);
        assertThat(a.failure()).isSameAs(failure);
        assertThat(b.failure()).isSameAs(failure);
    }

    @Test
    void aLatePartyIsReadyAtOnce() {
        run.ready(7);
        ByHand.of(shared.future()).answer();
        assertThat(ByHand.of(shared.future()).value()).isEqualTo(7);
    }

    @Test
    void aDriverThatLeavesWakesAnotherParty() {
        ByHand<Integer> a = ByHand.of(shared.future());
        ByHand<Integer> b = ByHand.of(shared.future());
        a.answer();
        b.answer();
        assertThat(b.future.cancel()).isTrue();
        assertThat(a.wakes).isOne();
        a.answer();
        run.ready(1);
        assertThat(a.wakes).isEqualTo(2);
        assertThat(a.value()).isOne();
        assertThat(run.cancels).isZero();
    }

    @Test
    void whoStaysHearsOfTheEndWhoeverLeaves() {
        for (int leaver = 0; leaver < 3; leaver++) {
            HandFuture<Integer> source = new HandFuture<>();
            Shared<Integer> run = source.shared();
            List<ByHand<Integer>> parties = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ByHand<Integer> party = ByHand.of(run.future());
                party.answer();
                parties.add(party);
            }
            assertThat(run).hasToString("Shared[3 parties]");
            assertThat(run.isDone()).isFalse();
            parties.remove(leaver).future.cancel();
            assertThat(run).hasToString("Shared[2 parties]");
            parties.forEach(ByHand::poll);
            source.ready(7);
            assertThat(parties).allSatisfy(party -> assertThat(party.value()).isEqualTo(7));
            assertThat(run).hasToString("Shared[ended]");
            assertThat(source.cancels).isZero();
        }
    }

    /**
     * Parties that were handed out and not polled yet have no waker. Whichever of four are polled, in whichever order,
     * and whichever leave then: those that wait hear of the end.
     */
    @Test
    void whoWaitsHearsOfTheEndWhicheverWereNeverPolled() {
        for (List<Integer> polled : orders(List.of(0, 1, 2, 3))) {
            for (int leavers = 0; leavers < 15; leavers++) {
                HandFuture<Integer> source = new HandFuture<>();
                Shared<Integer> run = source.shared();
                List<ByHand<Integer>> parties = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    parties.add(ByHand.of(run.future()));
                }
                polled.forEach(i -> parties.get(i).answer());
                for (int i = 0; i < 4; i++) {
                    if ((leavers & 1 << i) != 0) {
                        assertThat(parties.get(i).future.cancel()).isTrue();
                    }
                }
                List<ByHand<Integer>> waiting = new ArrayList<>();
                for (int i : polled) {
                    ByHand<Integer> party = parties.get(i);
                    if ((leavers & 1 << i) == 0) {
                        waiting.add(party);
                        if (party.wakes > 0) {
                            party.answer(); // it was appointed
                            party.wakes = 0;
                        }
                    }
                }
                source.ready(7);
                waiting.stream().filter(party -> party.wakes > 0).toList().forEach(ByHand::answer);
                assertThat(waiting)
                        .as("polled %s, left %s", polled, Integer.toBinaryString(leavers))
                        .allSatisfy(party -> assertThat(party.wakes).isOne());
                assertThat(source.cancels).isZero();
                if (waiting.isEmpty()) {
                    int stays = Integer.numberOfTrailingZeros(~leavers);
                    assertThat(parties.get(stays).value()).isEqualTo(7);
                }
            }
        }
    }

    /** All orders of all subsets. */
    private static List<List<Integer>> orders(List<Integer> of) {
        List<List<Integer>> found = new ArrayList<>();
        found.add(List.of());
        for (Integer first : of) {
            List<Integer> others = new ArrayList<>(of);
            others.remove(first);
            for (List<Integer> rest : orders(others)) {
                List<Integer> order = new ArrayList<>(List.of(first));
                order.addAll(rest);
                found.add(order);
            }
        }
        return found;
    }

    @Test
    void aPartyThatWasNeverPolledIsNoDriver() {
        ByHand<Integer> idle = ByHand.of(shared.future()); // the oldest
        ByHand<Integer> waits = ByHand.of(shared.future());
        ByHand<Integer> leaves = ByHand.of(shared.future());
        waits.answer();
        leaves.answer();
        assertThat(leaves.future.cancel()).isTrue();
        assertThat(waits.wakes).as("appointed").isOne();
        assertThat(waits.answer().isPending()).isTrue();
        run.ready(7);
        assertThat(waits.wakes).as("told of the end").isEqualTo(2);
        assertThat(waits.value()).isEqualTo(7);
        assertThat(idle.wakes).isZero();
        assertThat(idle.value()).isEqualTo(7);
    }

    @Test
    void aPartyThatIsPolledByTheRunItselfWaits() {
        List<ByHand<Boolean>> inner = new ArrayList<>();
        Future<Boolean> asksItself = cx -> Poll.ready(inner.get(0).answer().isPending());
        Shared<Boolean> itself = asksItself.shared();
        inner.add(ByHand.of(itself.future()));
        assertThat(ByHand.of(itself.future()).value()).isTrue();
        assertThat(inner.get(0).wakes).isOne();
    }

    @Test
    void aPartyCancelledAfterTheEndIsReleased() {
        ByHand<Integer> a = ByHand.of(shared.future());
        ByHand<Integer> b = ByHand.of(shared.future());
        run.ready(1);
        a.answer();
        assertThat(b.future.cancel()).isTrue();
        assertThat(b.future).hasToString("Shared[ended].future()");
        assertThat(run.cancels).isZero();
    }

    @Test
    void theLastPartyCancelsTheRun() {
        ByHand<Integer> a = ByHand.of(shared.future());
        a.answer();
        assertThat(a.future.cancel()).isTrue();
        assertThat(run.cancels).isOne();
        assertThat(ByHand.of(shared.future()).failure()).isInstanceOf(CancellationException.class);
    }

    @Test
    void theLastPartySeesTheCleanUpThrough() {
        run.withSuspendedCleanUp();
        ByHand<Integer> a = ByHand.of(shared.future());
        a.answer();
        assertThat(a.future.cancel()).isFalse();
        assertThat(a.answer().isPending()).isTrue();
        run.ready(1);
        assertThat(a.failure()).isInstanceOf(CancellationException.class);
    }
}
