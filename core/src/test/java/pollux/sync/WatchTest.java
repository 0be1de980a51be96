package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.future.Future;

@Timeout(120)
class WatchTest {

    private final Watch<Integer> watch = new Watch<>(0);
    private final WatchReceiver<Integer> watcher = watch.watcher();
    private final HandTask task = new HandTask();

    @Test
    void thePresentValueCountsAsSeen() {
        assertThat(watcher.hasChanged()).isFalse();
        task.waiting(watcher.changed());
        assertThat(watcher.value()).isZero();
    }

    /** Behaviour 55. */
    @Test
    void onlyTheLatestValueIsSeen() {
        watch.set(1);
        watch.set(2);
        assertThat(watcher.hasChanged()).isTrue();
        assertThat(task.value(watcher.changed())).isEqualTo(2);
        task.waiting(watcher.changed());
    }

    @Test
    void anEqualValueIsAChange() {
        watch.set(0);
        assertThat(task.value(watcher.changed())).isZero();
    }

    @Test
    void lookingCountsAsSeeing() {
        watch.set(1);
        assertThat(watcher.value()).isOne();
        task.waiting(watcher.changed());
    }

    @Test
    void everyWatcherIsWoken() {
        for (int i = 0; i < 40; i++) {
            task.waiting(watch.watcher().changed());
        }
        watch.set(1);
        assertThat(task.wakes()).isEqualTo(40);
    }

    /** Behaviour 55. */
    @Test
    void theLastValueIsSeenBeforeTheEnd() {
        watch.set(1);
        watch.close();
        watch.close();
        assertThat(watch.isClosed()).isTrue();
        assertThat(task.value(watcher.changed())).isOne();
        assertThat(task.value(watcher.changed())).isNull();
        assertThat(task.value(watcher.changed())).isNull();
        assertThat(watcher.value()).isOne();
    }

    @Test
    void closingWakesThoseWhoHaveSeenAll() {
        Future<Integer> changed = task.waiting(watcher.changed());
        watch.close();
        assertThat(task.wakes()).isOne();
        assertThat(task.value(changed)).isNull();
    }

    @Test
    void aCancelledChangeIsNotSeen() {
        Future<Integer> changed = task.waiting(watcher.changed());
        watch.set(1);
        changed.cancel();
        assertThat(task.value(watcher.changed())).isOne();
    }

    @Test
    void updatesBuildOnTheLatestValue() throws Exception {
        Thread[] threads = new Thread[3];
        for (int t = 0; t < threads.length; t++) {
            threads[t] = new Thread(() -> {
                for (int i = 0; i < 5_000; i++) {
                    watch.update(x -> x + 1);
                }
                if (watch.value() == 15_000) {
                    watch.close();
                }
            });
            threads[t].start();
        }
        int last = 0;
        for (Integer now = task.await(watcher.changed()); now != null; now = task.await(watcher.changed())) {
            assertThat(now).isGreaterThan(last);
            last = now;
        }
        assertThat(last).isEqualTo(15_000);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void anUpdateAnswersWithWhatItMade() {
        int before = watch.value();
        assertThat(watch.update(x -> x + 5)).isEqualTo(before + 5);
        assertThat(watch.isClosed()).isFalse();
        watch.close();
        assertThat(watch.isClosed()).isTrue();
    }

    @Test
    void aFunctionThatThrowsChangesNothing() {
        assertThatThrownBy(() -> watch.update(x -> {
                    throw new IllegalArgumentException("thrown because this test wants it");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(watcher.hasChanged()).isFalse();
    }

    @Test
    void refusesNullAndLateValues() {
        assertThatThrownBy(() -> new Watch<>(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> watch.set(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> watch.update(x -> null)).isInstanceOf(NullPointerException.class);
        watch.close();
        assertThatThrownBy(() -> watch.set(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void saysHowItIs() {
        watch.set(7);
        assertThat(watch).hasToString("Watch[7, version 1]");
        assertThat(watcher).hasToString("Watcher[seen version 0 of Watch[7, version 1]]");
    }
}
