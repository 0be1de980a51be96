package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.doubles.HandTask;
import pollux.future.Future;

@Timeout(120)
class AsyncSemaphoreTest {

    private final AsyncSemaphore semaphore = new AsyncSemaphore(3);
    private final HandTask first = new HandTask();
    private final HandTask second = new HandTask();

    @Test
    void givesWhatItHas() {
        AsyncSemaphore.Permit two = first.value(semaphore.acquire(2));
        assertThat(two.count()).isEqualTo(2);
        assertThat(semaphore.availablePermits()).isOne();
        assertThat(semaphore.tryAcquire(2)).isNull();
        assertThat(semaphore.tryAcquire()).isNotNull();
        two.close();
        two.close();
        assertThat(semaphore.availablePermits()).isEqualTo(2);
        assertThat(two.count()).isZero();
    }

    /** Behaviour 51. */
    @Test
    void oneThatWantsManyIsNotOvertaken() {
        AsyncSemaphore.Permit held = semaphore.tryAcquire(2);
        Future<AsyncSemaphore.Permit> large = first.waiting(semaphore.acquire(3));
        Future<AsyncSemaphore.Permit> small = second.waiting(semaphore.acquire(1));
        assertThat(semaphore.tryAcquire()).isNull();
        assertThat(second.wakes()).isZero();
        held.close();
        first.value(large).close();
        second.value(small);
    }

    @Test
    void aWaiterThatGivesUpLetsTheNextPass() {
        AsyncSemaphore.Permit held = semaphore.tryAcquire(2);
        Future<AsyncSemaphore.Permit> large = first.waiting(semaphore.acquire(3));
        Future<AsyncSemaphore.Permit> small = second.waiting(semaphore.acquire(1));
        large.cancel();
        assertThat(second.wakes()).isOne();
        second.value(small).close();
        held.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
        assertThat(first.value(semaphore.acquire(3)).count()).isEqualTo(3);
    }

    /** Behaviour 51. */
    @Test
    void permitsGrantedToAWaiterThatGivesUpGoOn() {
        AsyncSemaphore.Permit held = semaphore.tryAcquire(3);
        Future<AsyncSemaphore.Permit> a = first.waiting(semaphore.acquire(3));
        Future<AsyncSemaphore.Permit> b = second.waiting(semaphore.acquire(3));
        held.close();
        assertThat(second.wakes()).isZero();
        a.cancel();
        assertThat(second.wakes()).isOne();
        second.value(b);
    }

    @Test
    void manyWaitersAreGrantedAtOnce() {
        AsyncSemaphore empty = new AsyncSemaphore(0);
        List<Future<AsyncSemaphore.Permit>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(first.waiting(empty.acquire()));
        }
        empty.addPermits(99);
        assertThat(first.wakes()).isEqualTo(99);
        first.waiting(waiting.remove(99));
        waiting.forEach(first::value);
    }

    @Test
    void forgottenPermitsStayAway() {
        AsyncSemaphore.Permit permit = semaphore.tryAcquire(2);
        permit.forget();
        permit.close();
        assertThat(semaphore.availablePermits()).isOne();
    }

    /** Behaviour 51. */
    @Test
    void closingEndsTheWaiting() {
        AsyncSemaphore.Permit held = semaphore.tryAcquire(3);
        List<Future<AsyncSemaphore.Permit>> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waiting.add(first.waiting(semaphore.acquire()));
        }
        semaphore.close();
        semaphore.close();
        assertThat(first.wakes()).isEqualTo(40);
        waiting.forEach(
                each -> assertThatThrownBy(() -> first.poll(each)).isInstanceOf(SemaphoreClosedException.class));
        assertThatThrownBy(semaphore::tryAcquire).isInstanceOf(SemaphoreClosedException.class);
        assertThatThrownBy(() -> first.poll(semaphore.acquire())).isInstanceOf(SemaphoreClosedException.class);
        assertThat(held).hasToString("Permit[3]");
        held.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
        assertThat(semaphore).hasToString("AsyncSemaphore[3 available, 0 waiting, closed]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void refusesToGiveNothingOrLess(int count) {
        assertThatThrownBy(() -> semaphore.acquire(count)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.tryAcquire(count)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> semaphore.addPermits(count))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(count));
    }

    @Test
    void refusesANegativeNumberOfPermits() {
        assertThatThrownBy(() -> new AsyncSemaphore(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    /** Threads that take one to three of four permits, and give up now and then. */
    @Test
    void neverGivesMoreThanItHasAndLosesNone() throws Exception {
        int total = 4;
        AsyncSemaphore shared = new AsyncSemaphore(total);
        AtomicInteger used = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> {
                HandTask task = new HandTask();
                Random random = new Random(seed);
                for (int i = 0; i < 5_000; i++) {
                    int count = 1 + random.nextInt(3);
                    Future<AsyncSemaphore.Permit> acquire = shared.acquire(count);
                    AsyncSemaphore.Permit permit;
                    if (random.nextInt(3) == 0) {
                        Object answer = task.poll(acquire);
                        if (answer == HandTask.PENDING) {
                            acquire.cancel();
                            continue;
                        }
                        permit = (AsyncSemaphore.Permit) answer;
                    } else {
                        permit = task.await(acquire);
                    }
                    most.accumulateAndGet(used.addAndGet(count), Math::max);
                    used.addAndGet(-count);
                    permit.close();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isLessThanOrEqualTo(total);
        assertThat(shared).hasToString("AsyncSemaphore[4 available, 0 waiting]");
        assertThat(shared.tryAcquire(total)).as("the queue mark is off").isNotNull();
    }
}
