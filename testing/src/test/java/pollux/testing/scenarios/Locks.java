package pollux.testing.scenarios;

import static pollux.async.Async.await;
import static pollux.testing.scenarios.Trial.scenario;
import static pollux.time.Timers.timeout;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Barrier;
import pollux.sync.CancelToken;
import pollux.sync.SemaphoreClosedException;
import pollux.testing.Scenario;

/** Whatever tasks wait for each other at: no more get in than may, and what they held is there again at the end. */
@SuppressWarnings("try") // a lock is taken to be given back
final class Locks {

    private Locks() {}

    static final List<Named<Scenario>> ALL = List.of(
            scenario("semaphore", t -> {
                AsyncSemaphore permits = new AsyncSemaphore(2);
                int[] taken = {0};
                t.tasks(3, () -> {
                    int wanted = 1 + t.random(2);
                    try (var permit = await(permits.acquire(wanted))) {
                        taken[0] += wanted;
                        t.must(taken[0] <= 2, "more permits are out than there are");
                        try {
                            await(t.flaky(0));
                        } finally {
                            taken[0] -= wanted;
                        }
                    }
                    return null;
                });
                t.atEnd(() -> t.mustBe(2L, permits.availablePermits()));
            }),
            scenario("semaphore, given up", t -> {
                AsyncSemaphore permits = new AsyncSemaphore(1);
                for (int i = 0; i < 3; i++) {
                    t.task(Futures.<Integer>race(
                            t.value(1), permits.acquire().then(permit -> t.ending(t.tidy(1), permit::close))));
                }
                t.atEnd(() -> t.mustBe(1L, permits.availablePermits()));
            }),
            scenario("semaphore, closed and filled", t -> {
                AsyncSemaphore permits = new AsyncSemaphore(0);
                t.tasks(2, () -> {
                    try (var permit = await(permits.acquire())) {
                        return await(t.value(0));
                    } catch (SemaphoreClosedException closed) {
                        return t.mustBe(true, permits.isClosed());
                    }
                });
                t.world.thread("owner").then(() -> permits.addPermits(1)).then(permits::close);
                t.atEnd(() -> t.mustBe(1L, permits.availablePermits()));
            }),
            scenario("mutex", t -> {
                AsyncMutex mutex = new AsyncMutex();
                boolean[] inside = {false};
                t.tasks(3, () -> {
                    try (var guard = await(mutex.lock())) {
                        t.must(!inside[0], "two hold the lock");
                        inside[0] = true;
                        try {
                            return await(t.flaky(0));
                        } finally {
                            inside[0] = false;
                        }
                    }
                });
                t.atEnd(() -> t.mustBe(false, mutex.isLocked()));
            }),
            scenario("mutex around a body", t -> {
                AsyncMutex mutex = new AsyncMutex();
                boolean[] inside = {false};
                for (int i = 0; i < 3; i++) {
                    t.task(timeout(Duration.ofMillis(2), mutex.withLock(() -> {
                                t.must(!inside[0], "two hold the lock");
                                inside[0] = true;
                                return t.ending(t.tidy(0), () -> inside[0] = false);
                            }))
                            .recover(Locks::ifTimeout));
                }
                t.atEnd(() -> t.mustBe(false, mutex.isLocked()));
            }),
            scenario("barrier", t -> {
                Barrier barrier = new Barrier(2);
                int[] passed = {0, 0};
                t.tasks(2, () -> {
                    try {
                        for (int round = 0; round < 2; round++) {
                            await(t.value(0));
                            boolean last =
                                    await(timeout(Duration.ofSeconds(1), barrier.arrive()), TimeoutException.class);
                            passed[last ? 1 : 0]++;
                        }
                    } catch (TimeoutException theOtherIsLateOrDead) {
                        t.must(t.now() >= 1_000_000_000, "timed out early");
                    }
                    return null;
                });
                t.atEnd(() -> t.must(passed[0] <= 2 && passed[1] <= 2, "more came last than rounds were"));
            }),
            scenario("CancelToken", t -> {
                CancelToken root = new CancelToken();
                t.world.thread("canceller").then(root::cancel);
                for (int i = 0; i < 2; i++) {
                    t.task(t.owner(root.child().guard(t.tidy(1))).recover(Locks::ifCancelled));
                    t.task(root.child().cancelled().map(nothing -> t.mustBe(true, root.isCancelled())));
                }
            }),
            scenario("CancelToken of one of two", t -> {
                CancelToken root = new CancelToken();
                CancelToken one = root.child();
                CancelToken other = root.child();
                t.world.thread("canceller").then(one::cancel);
                t.task(one.guard(Futures.pending()).recover(Locks::ifCancelled));
                t.task(t.owner(other.guard(t.tidy(1))).map(value -> t.mustBe(1, value)));
                t.atEnd(() -> t.mustBe(false, other.isCancelled()));
            }));

    static final Named<Scenario> CANARY = scenario("a lock that a leaving task takes along", t -> {
        LeakyLock lock = new LeakyLock();
        for (int i = 0; i < 3; i++) {
            t.task(Futures.<Integer>race(
                    t.value(1), new LeakyLock.Enter(lock).then(nothing -> t.ending(t.value(1), lock::leave))));
        }
        t.atEnd(() -> t.mustBe(false, lock.taken));
    });

    private static Future<Integer> ifCancelled(Throwable failure) {
        return failure instanceof CancellationException ? Futures.ready(1) : Futures.failed(failure);
    }

    private static Future<Integer> ifTimeout(Throwable failure) {
        return failure instanceof TimeoutException ? Futures.ready(1) : Futures.failed(failure);
    }

    /** Hands itself to the next in line, who may have been cancelled before he looks. */
    private static final class LeakyLock {

        private final ArrayDeque<Enter> line = new ArrayDeque<>();
        private boolean taken;

        void leave() {
            Enter next = line.poll();
            taken = next != null;
            if (next != null) {
                next.granted = true;
                next.waker.wake();
            }
        }

        private static final class Enter extends RawFuture<Void> {

            private final LeakyLock lock;
            private boolean granted;
            private Waker waker = Waker.noop();

            Enter(LeakyLock lock) {
                this.lock = lock;
            }

            @Override
            public @Nullable Object pollRaw(Context cx) {
                waker = cx.waker();
                if (granted || !lock.taken) {
                    lock.taken = true;
                    return null;
                }
                if (!lock.line.contains(this)) {
                    lock.line.add(this);
                }
                return PENDING;
            }

            @Override
            public boolean cancel() {
                lock.line.remove(this); // and nothing is passed on
                return true;
            }
        }
    }
}
