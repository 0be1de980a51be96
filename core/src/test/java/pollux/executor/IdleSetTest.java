package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is woken when there is work, and that no worker is forgotten. */
class IdleSetTest {

    private final List<Thread> unparked = new ArrayList<>();
    private final Platform platform = new Platform() {
        @Override
        public void park(Object blocker, long nanos) {
            throw new AssertionError("sleeps although it was woken");
        }

        @Override
        public void unpark(Thread thread) {
            unparked.add(thread);
        }
    };
    private final Parker[] workers = new Parker[4];
    private final Thread[] threads = new Thread[4];
    private IdleSet idle = new IdleSet(workers);

    @BeforeEach
    void makeWorkers() {
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Parker(i, platform);
            threads[i] = new Thread(() -> {});
            workers[i].occupy(threads[i]);
        }
        idle = new IdleSet(workers);
        unparked.clear();
    }

    @Test
    void nobodyIsWokenIfNobodySleeps() {
        idle.notifyOne();
        assertThat(unparked).isEmpty();
        assertThat(idle.searching()).isZero();
    }

    @Test
    void lastToSleepIsWokenFirstAndCountsAsASearcher() {
        idle.announce(workers[0], false);
        idle.announce(workers[1], false);
        idle.notifyOne();
        assertThat(unparked).containsExactly(threads[1]);
        assertThat(idle.searching()).isEqualTo(1);
        assertThat(workers[1].sleep(Long.MAX_VALUE, null)).isTrue();
    }

    @Test
    void nobodyIsWokenWhileSomebodySearches() {
        idle.announce(workers[0], false);
        assertThat(idle.startSearching()).isTrue();
        idle.notifyOne();
        assertThat(unparked).isEmpty();
        assertThat(idle.stopSearching()).isTrue();
        idle.notifyOne();
        assertThat(unparked).containsExactly(threads[0]);
    }

    @Test
    void halfOfTheWorkersMaySearch() {
        assertThat(idle.startSearching()).isTrue();
        assertThat(idle.startSearching()).isTrue();
        assertThat(idle.startSearching()).isFalse();
        assertThat(idle.stopSearching()).isFalse();
        assertThat(idle.stopSearching()).isTrue();
    }

    @Test
    void searcherThatGoesToSleepIsOneNoMore() {
        idle.startSearching();
        idle.announce(workers[2], true);
        assertThat(idle.searching()).isZero();
        idle.notifyOne();
        assertThat(unparked).containsExactly(threads[2]);
    }

    @Test
    void workerWokenByItsTimerIsPassedOver() {
        idle.announce(workers[0], false);
        idle.announce(workers[1], false);
        assertThat(workers[1].sleep(0, null)).isFalse(); // its own deadline; it stays on the stack
        idle.notifyOne();
        assertThat(unparked).containsExactly(threads[0]);
        assertThat(idle.searching()).isEqualTo(1);
    }

    @Test
    void ghostAloneLeavesNoSearcherBehind() {
        idle.announce(workers[0], false);
        workers[0].sleep(0, null);
        idle.notifyOne();
        assertThat(unparked).isEmpty();
        assertThat(idle.searching()).isZero();
    }

    @Test
    void ghostThatSleepsAgainIsWokenLikeAnyOther() {
        idle.announce(workers[0], false);
        idle.announce(workers[1], false);
        workers[0].sleep(0, null); // in the middle of the stack
        idle.announce(workers[0], false);
        idle.notifyOne();
        workers[1].sleep(Long.MAX_VALUE, null);
        idle.stopSearching();
        idle.notifyOne();
        assertThat(unparked).containsExactly(threads[1], threads[0]);
        assertThat(workers[0].sleep(Long.MAX_VALUE, null)).isTrue();
        idle.stopSearching();
        idle.notifyOne();
        assertThat(unparked).hasSize(2); // once per sleep, however often it was listed
    }

    @Test
    void nudgedWorkerWakesWithoutSearching() {
        idle.announce(workers[0], false);
        workers[0].nudge();
        assertThat(unparked).containsExactly(threads[0]);
        assertThat(workers[0].sleep(Long.MAX_VALUE, null)).isFalse();
        assertThat(idle.searching()).isZero();
    }

    // ------------------------------------------------------------------ no wake-up is lost

    /** One step of a publisher or of a worker that goes to sleep. */
    private enum Step {
        PUBLISH,
        NOTIFY,
        ANNOUNCE,
        LOOK
    }

    /** Adversarial case 68. */
    @Test
    void workIsSeenOrItsSleeperIsWokenInEveryOrderOfSteps() {
        assertThat(sleepsThrough(List.of(Step.ANNOUNCE, Step.LOOK))).isZero();
    }

    /** The canary of the test above: a worker that looks for work first and announces its sleep afterwards. */
    @Test
    void canaryLookingBeforeAnnouncingIsCaught() {
        assertThat(sleepsThrough(List.of(Step.LOOK, Step.ANNOUNCE))).isPositive();
    }

    /** Tries every interleaving; counts those in which there is work and the worker sleeps. */
    private int sleepsThrough(List<Step> worker) {
        return interleave(List.of(Step.PUBLISH, Step.NOTIFY), worker, new ArrayList<>());
    }

    private int interleave(List<Step> publisher, List<Step> worker, List<Step> done) {
        if (publisher.isEmpty() && worker.isEmpty()) {
            return sleepsThroughThis(done) ? 1 : 0;
        }
        int wrong = 0;
        if (!publisher.isEmpty()) {
            done.add(publisher.get(0));
            wrong += interleave(publisher.subList(1, publisher.size()), worker, done);
            done.remove(done.size() - 1);
        }
        if (!worker.isEmpty()) {
            done.add(worker.get(0));
            wrong += interleave(publisher, worker.subList(1, worker.size()), done);
            done.remove(done.size() - 1);
        }
        return wrong;
    }

    private boolean sleepsThroughThis(List<Step> steps) {
        makeWorkers();
        boolean work = false;
        boolean seen = false;
        for (Step step : steps) {
            switch (step) {
                case PUBLISH -> work = true;
                case NOTIFY -> idle.notifyOne();
                case ANNOUNCE -> idle.announce(workers[0], false);
                case LOOK -> seen = work;
            }
        }
        if (seen) {
            idle.notifyOne();
        }
        return unparked.isEmpty();
    }
}
