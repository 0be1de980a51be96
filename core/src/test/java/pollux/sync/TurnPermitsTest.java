package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.HandTask;
import pollux.future.Future;

/** Permits that are given back once, with a turn and without. */
@Timeout(120)
class TurnPermitsTest {

    private final HandTask task = new HandTask();

    @Test
    void oneHolderAtATimeHasATurn() {
        TurnPermits permits = TurnPermits.counted(3);
        long first = permits.tryTake(1);
        assertThat(first).isNotNegative();
        assertThat(permits.tryTake(1)).isEqualTo(Permits.TAKEN);
        assertThat(permits.endTurn(first, 1)).isTrue();
        assertThat(permits.tryTake(2)).isNotNegative().isNotEqualTo(first);
        assertThat(permits.endTurn(first, 1)).as("the turn of another one").isFalse();
        assertThat(permits.available()).isZero();
    }

    @Test
    void anEndedTurnEndsNoMore() {
        TurnPermits permits = TurnPermits.counted(2);
        long turn = permits.tryTake(1);
        assertThat(permits.endTurn(turn, 1)).isTrue();
        assertThat(permits.endTurn(turn, 1)).isFalse();
        assertThat(permits.available()).isEqualTo(2);
    }

    /** What was seen last is no longer so: others have taken, given back, or closed since. */
    @Test
    void aGuessThatIsOldIsNotBelieved() {
        TurnPermits permits = TurnPermits.counted(3);
        long turn = permits.tryTake(1);
        permits.release(1); // seen: 2 available, a turn is held
        assertThat(permits.tryTake(3)).as("3 are there").isEqualTo(Permits.TAKEN);
        assertThat(permits.endTurn(turn, 1)).isTrue(); // seen: 1 available, no turn
        permits.word -= 1L << Permits.SHIFT; // as by another thread
        assertThat(permits.tryTake(1)).isEqualTo(Permits.SHORT);
        permits.release(1);
        permits.close();
        assertThat(permits.tryTake(1)).isEqualTo(Permits.REFUSED);
        assertThat(permits.available()).isOne();
    }

    /** Of 30 bits; the number of available permits is not touched. */
    @Test
    void turnsBeginAgainAfterTheLastOne() {
        TurnPermits permits = TurnPermits.counted(5);
        permits.word |= -2L << 34; // the last even one
        long last = permits.tryTake(2);
        assertThat(last).isEqualTo((1L << 30) - 1);
        assertThat(permits.endTurn(last, 2)).isTrue();
        assertThat(permits.available()).isEqualTo(5);
        assertThat(permits.tryTake(1)).isOne();
        assertThat(permits.available()).isEqualTo(4);
    }

    @Test
    void thereIsAMostOfPermitsAndThoseForgottenDoNotCount() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        semaphore.addPermits(Integer.MAX_VALUE);
        semaphore.addPermits(Integer.MAX_VALUE);
        assertThat(semaphore.availablePermits()).isEqualTo(4_294_967_295L);
        AsyncSemaphore.Permit held = task.value(semaphore.acquire(Integer.MAX_VALUE));
        AsyncSemaphore.Permit other = task.value(semaphore.acquire(Integer.MAX_VALUE));
        assertThatThrownBy(() -> semaphore.addPermits(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("4294967295");
        other.forget();
        other.close();
        semaphore.addPermits(Integer.MAX_VALUE);
        held.close();
        held.forget();
        assertThatThrownBy(() -> semaphore.addPermits(1)).isInstanceOf(IllegalStateException.class);
        assertThat(semaphore.availablePermits()).isEqualTo(4_294_967_295L);
        assertThat(semaphore).hasToString("AsyncSemaphore[4294967295 available, 0 waiting]");
    }

    /** All that may be done to a semaphore, beside a count of what should be there. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void permitsComeBackOnceWhateverWasDoneBetween(long seed) {
        Random random = new Random(seed);
        AsyncSemaphore semaphore = random.nextBoolean() ? new AsyncSemaphore(4) : AsyncSemaphore.traced("traced", 4);
        long free = 4;
        List<AsyncSemaphore.Permit> given = new ArrayList<>(); // closed ones, too
        List<Future<AsyncSemaphore.Permit>> waiting = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            int count = 1 + random.nextInt(3);
            switch (random.nextInt(6)) {
                case 0 -> {
                    AsyncSemaphore.Permit permit = semaphore.tryAcquire(count);
                    assertThat(permit != null).isEqualTo(waiting.isEmpty() && free >= count);
                    if (permit != null) {
                        given.add(permit);
                        free -= count;
                    }
                }
                case 1 -> {
                    Future<AsyncSemaphore.Permit> acquire = semaphore.acquire(count);
                    if (waiting.isEmpty() && free >= count) {
                        given.add(task.value(acquire));
                        free -= count;
                    } else if (waiting.size() < 3) {
                        waiting.add(task.waiting(acquire));
                    }
                }
                case 2, 3 -> {
                    if (!given.isEmpty()) {
                        AsyncSemaphore.Permit permit = given.get(random.nextInt(given.size()));
                        free += permit.count();
                        permit.close();
                    }
                }
                case 4 -> {
                    if (free < 4 && random.nextInt(8) == 0 && !given.isEmpty()) {
                        AsyncSemaphore.Permit permit = given.get(random.nextInt(given.size()));
                        int gone = permit.count();
                        permit.forget();
                        if (gone > 0) {
                            semaphore.addPermits(gone);
                        }
                        free += gone;
                    }
                }
                default -> {
                    if (!waiting.isEmpty()) {
                        waiting.remove(random.nextInt(waiting.size())).cancel();
                    }
                }
            }
            while (!waiting.isEmpty()) { // those at the head that were granted theirs
                Object answer = task.poll(waiting.get(0));
                if (answer == HandTask.PENDING) {
                    break;
                }
                AsyncSemaphore.Permit permit = (AsyncSemaphore.Permit) answer;
                free -= permit.count();
                given.add(permit);
                waiting.remove(0);
            }
            assertThat(semaphore.availablePermits()).isEqualTo(free).isNotNegative();
            if (given.size() > 40) {
                given.removeIf(permit -> permit.count() == 0);
            }
        }
        waiting.forEach(Future::cancel);
        given.forEach(AsyncSemaphore.Permit::close);
        assertThat(semaphore.availablePermits()).isEqualTo(4);
        assertThat(semaphore.tryAcquire(4)).isNotNull();
    }
}
