package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.time.ManualTime;
import pollux.time.Timers;

class TracedLocksTest {

    private final LocalPool pool = new LocalPool(new ManualTime());

    @AfterEach
    void close() {
        pool.close();
    }

    private static AsyncMutex mutex(String name, boolean traced) {
        return traced ? AsyncMutex.traced(name) : new AsyncMutex();
    }

    /** Takes the first lock, lets the others run, and takes the second one. */
    private static Future<Object> both(AsyncMutex first, AsyncMutex second) {
        return first.withLock(() -> Futures.yieldNow().then(none -> second.withLock(() -> Futures.ready("both"))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoTasksThatTakeTwoLocksInOppositeOrder(boolean traced) {
        AsyncMutex accounts = mutex("accounts", traced);
        AsyncMutex orders = mutex("orders", traced);
        JoinHandle<Object> one = pool.spawn(both(accounts, orders));
        JoinHandle<Object> two = pool.spawn(both(orders, accounts));
        JoinHandle<Object> third = pool.spawn(both(accounts, orders));
        pool.runUntilStalled();
        if (traced) {
            assertThat(pool.dump().circles()).hasSize(1);
            assertThat(pool.dump().circles().get(0)).containsExactlyInAnyOrder(one.id(), two.id());
            assertThat(pool.dump().stuck()).isEqualTo(List.of(one.id(), two.id(), third.id()));
            assertThat(pool.dump().toString())
                    .contains("AsyncMutex accounts.lock()", "AsyncMutex orders.lock()", "WAITS FOR ITSELF")
                    .contains("held since pollux.sync.TracedLocksTest.both(TracedLocksTest.java:", "by #" + one.id());
        } else {
            assertThat(pool.dump().stuck())
                    .as("canary: without a trace the holder is not known")
                    .isEmpty();
        }
    }

    @Test
    void aTaskThatWaitsForItsOwnLock() {
        AsyncMutex lock = AsyncMutex.traced("own");
        JoinHandle<Object> task = pool.spawn(both(lock, lock));
        pool.runUntilStalled();
        assertThat(pool.dump().circles()).isEqualTo(List.of(List.of(task.id())));
    }

    @Test
    void theHolderIsTheTaskAlsoInsideOfAPart() {
        AsyncMutex lock = AsyncMutex.traced("parts");
        JoinHandle<?> holder = pool.spawn(
                Futures.joinAll(List.of(lock.withLock(Futures::<Object>pending), Futures.<Object>pending())));
        JoinHandle<Object> waiter = pool.spawn(both(lock, AsyncMutex.traced("other")));
        pool.runUntilStalled();
        assertThat(pool.dump().toString()).contains("by #" + holder.id());
        assertThat(pool.dump().stuck()).contains(waiter.id());
    }

    @Test
    void aHolderThatCanGoOnIsNoDeadlock() {
        AsyncMutex lock = AsyncMutex.traced("slow");
        pool.spawn(lock.withLock(() -> Timers.sleep(Duration.ofSeconds(1))));
        pool.spawn(lock.withLock(() -> Futures.ready("late")));
        pool.runUntilStalled();
        assertThat(pool.dump().stuck()).isEmpty();
        assertThat(pool.dump().circles()).isEmpty();
    }

    @Test
    void whatIsTakenOutsideOfTasksMayComeBack() {
        AsyncMutex lock = AsyncMutex.traced("outside");
        try (AsyncMutex.Guard guard = lock.tryLock()) {
            assertThat(guard).isNotNull();
            pool.spawn(lock.lock());
            pool.runUntilStalled();
            assertThat(pool.dump().toString()).contains("held since pollux.sync.TracedLocksTest.what", "no task");
            assertThat(pool.dump().stuck()).isEmpty();
        }
    }

    @Test
    void aGuardThatIsClosedHasNoHolder() {
        AsyncMutex lock = AsyncMutex.traced("short");
        for (int i = 0; i < 3; i++) {
            pool.spawn(lock.withLock(() -> Futures.ready("x")));
        }
        pool.runUntilStalled();
        JoinHandle<Object> holder = pool.spawn(lock.withLock(Futures::<Object>pending));
        pool.spawn(lock.lock());
        pool.runUntilStalled();
        assertThat(pool.dump().toString()).containsOnlyOnce("held since").contains("by #" + holder.id());
        assertThat(lock.toString()).isEqualTo("AsyncMutex[short, locked, 1 waiting]");
    }

    /** Permits can be added from anywhere, so a waiter for them is never called stuck. */
    @Test
    void aSemaphoreShowsItsHolders() {
        AsyncSemaphore connections = AsyncSemaphore.traced("connections", 3);
        JoinHandle<Object> holder = pool.spawn(connections.acquire(3).then(permit -> Futures.pending()));
        pool.spawn(connections.acquire());
        pool.runUntilStalled();
        assertThat(pool.dump().toString())
                .contains("AsyncSemaphore connections.acquire(1)", "held since pollux.sync.TracedLocksTest.aSemaphore")
                .contains("by #" + holder.id() + ", permits 3");
        assertThat(pool.dump().stuck()).containsExactly(holder.id());
    }
}
