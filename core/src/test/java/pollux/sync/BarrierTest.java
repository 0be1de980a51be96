package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.HandTask;
import pollux.future.Future;

@Timeout(120)
class BarrierTest {

    private final HandTask task = new HandTask();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 33, 100})
    void theLastOneFreesAll(int parties) {
        Barrier barrier = new Barrier(parties);
        for (int round = 0; round < 3; round++) {
            List<Future<Boolean>> waiting = new ArrayList<>();
            for (int i = 1; i < parties; i++) {
                waiting.add(task.waiting(barrier.arrive()));
            }
            assertThat(task.wakes()).isZero();
            assertThat(task.value(barrier.arrive())).isTrue();
            assertThat(task.wakes()).isEqualTo(parties - 1);
            waiting.forEach(each -> assertThat(task.value(each)).isFalse());
        }
    }

    @Test
    void arrivalIsTakenBackByCancelling() {
        Barrier barrier = new Barrier(2);
        task.waiting(barrier.arrive()).cancel();
        Future<Boolean> stays = task.waiting(barrier.arrive());
        assertThat(barrier).hasToString("Barrier[1 of 2 have arrived]");
        assertThat(task.value(barrier.arrive())).isTrue();
        assertThat(task.value(stays)).isFalse();
    }

    @Test
    void cancellingAfterTheRoundDoesNotTouchTheNext() {
        Barrier barrier = new Barrier(2);
        Future<Boolean> late = task.waiting(barrier.arrive());
        task.value(barrier.arrive());
        Future<Boolean> next = task.waiting(barrier.arrive());
        late.cancel();
        task.value(barrier.arrive());
        assertThat(task.value(next)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void refusesFewerThanOneParty(int parties) {
        assertThatThrownBy(() -> new Barrier(parties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(parties));
    }

    @Test
    void nobodyIsAheadByMoreThanOneRound() throws Exception {
        int parties = 3;
        int rounds = 1_000;
        Barrier barrier = new Barrier(parties);
        AtomicInteger arrivals = new AtomicInteger();
        AtomicInteger leaders = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < parties; t++) {
            Thread thread = new Thread(() -> {
                HandTask own = new HandTask();
                for (int round = 1; round <= rounds; round++) {
                    arrivals.incrementAndGet();
                    if (own.await(barrier.arrive())) {
                        leaders.incrementAndGet();
                    }
                    if (arrivals.get() < round * parties) {
                        wrong.incrementAndGet();
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(leaders).hasValue(rounds);
    }
}
