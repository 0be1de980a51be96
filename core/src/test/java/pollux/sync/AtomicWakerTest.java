package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;

@Timeout(120)
class AtomicWakerTest {

    private final AtomicWaker waker = new AtomicWaker();
    private final HandTask task = new HandTask();
    private final HandTask other = new HandTask();

    @Test
    void wakesOncePerRegistration() {
        waker.register(task);
        waker.wake();
        waker.wake();
        assertThat(task.wakes()).isOne();
        waker.register(task);
        waker.wake();
        assertThat(task.wakes()).isOne();
    }

    @Test
    void registeringTwiceIsRegisteringOnce() {
        waker.register(task);
        waker.register(task);
        waker.wake();
        waker.wake();
        assertThat(task.wakes()).isOne();
    }

    @Test
    void theLatestWakerCounts() {
        waker.register(task);
        waker.register(other);
        waker.wake();
        assertThat(task.wakes()).isZero();
        assertThat(other.wakes()).isOne();
    }

    @Test
    void wakingNobodyIsNotRemembered() {
        waker.wake();
        waker.register(task);
        assertThat(task.wakes()).isZero();
    }

    @Test
    void clearedIsNotWoken() {
        waker.register(task);
        waker.clear();
        waker.wake();
        assertThat(task.wakes()).isZero();
    }

    @Test
    void aWakerMayRegisterAgainWhileItIsWoken() {
        int[] wakes = {0};
        waker.register(new pollux.future.Waker() {
            @Override
            public void wake() {
                wakes[0]++;
                if (wakes[0] < 3) {
                    waker.register(this);
                    waker.wake();
                }
            }
        });
        waker.wake();
        assertThat(wakes[0]).isEqualTo(3);
    }

    @Test
    void refusesNull() {
        assertThatThrownBy(() -> waker.register(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("waker");
    }

    @Test
    void saysWhoWaits() {
        assertThat(waker).hasToString("AtomicWaker[no waiter]");
        waker.register(() -> {});
        assertThat(waker.toString()).startsWith("AtomicWaker[").doesNotContain("no waiter");
    }
}
