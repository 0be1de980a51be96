package programs;

import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import java.util.ArrayList;
import java.util.List;
import pollux.compiler.conformance.Env;
import pollux.future.Future;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;

/**
 * Guards and permits of calls that are awaited where they stand. The code takes so many that the first poll of some
 * finds no budget: both ways to the value are gone.
 */
public class Locks {

    private static final int TURNS = 300;

    private AsyncMutex.Guard kept;

    public static Future<Object> resources(Env e) {
        AsyncMutex mutex = new AsyncMutex();
        long sum = 0;
        for (int i = 0; i < TURNS; i++) {
            try (AsyncMutex.Guard guard = await(mutex.lock())) {
                if (i % 7 == 3) {
                    continue;
                }
                sum += mutex.isLocked() ? i : 1_000_000;
                if (i == 130) {
                    sum += await(e.later(guard)) == guard ? 0 : 2_000_000;
                } else if (i == 290) {
                    e.log(guard);
                    break;
                }
            } finally {
                sum += mutex.isLocked() ? 3_000_000 : 0;
            }
        }
        return ready(sum + " " + mutex);
    }

    public static Future<Object> bodiesThatThrow(Env e) {
        AsyncMutex mutex = new AsyncMutex();
        AsyncSemaphore semaphore = new AsyncSemaphore(2);
        int caught = 0;
        for (int i = 0; i < TURNS; i++) {
            try (AsyncMutex.Guard guard = await(mutex.lock());
                    AsyncSemaphore.Permit permit = await(semaphore.acquire(1 + i % 2))) {
                if (i == 40 || i == 200) {
                    await(e.later(i));
                }
                if (i % 3 == 0) {
                    throw new IllegalStateException(guard + " " + permit);
                }
            } catch (IllegalStateException thrown) {
                caught++;
                if (caught % 50 == 0) {
                    e.log(thrown.getMessage());
                }
            }
        }
        return ready(caught + " " + mutex + semaphore);
    }

    private static String text(Object a, int b, Object guard, long c, Object permit) {
        return a + ":" + b + guard + c + permit;
    }

    private static int closed(AutoCloseable guard, int value) throws Exception {
        guard.close();
        return value;
    }

    public static Future<Object> operands(Env e) throws Exception {
        AsyncMutex mutex = new AsyncMutex();
        AsyncSemaphore semaphore = new AsyncSemaphore(TURNS);
        AsyncMutex.Guard[] guards = new AsyncMutex.Guard[TURNS];
        long[] sums = {1, 2};
        double d = 0.5;
        String last = "";
        for (int i = 0; i < TURNS; i++) {
            sums[i % 2] += i * (3L + closed(await(mutex.lock()), i));
            d = d * 0.5 + closed(await(semaphore.acquire()), 2) + d;
            guards[i] = await(mutex.lock());
            guards[i].close();
            last = text(last.length(), i, await(mutex.lock()), sums[0] + i, await(semaphore.acquire(2)));
            mutex.tryLock();
            semaphore.addPermits(2);
            mutex = i % 2 == 0 ? new AsyncMutex() : await(e.later(i)) > 2 || i > 2 ? new AsyncMutex() : mutex;
            if (i == 1) {
                break;
            }
        }
        for (int i = 0; i < TURNS; i++) {
            AsyncMutex next = new AsyncMutex();
            last = text(last.length(), i, await(next.lock()), sums[1] + i, await(semaphore.acquire())) + next;
        }
        e.log(guards[0] + " " + guards[1] + last);
        return ready(sums[0] + " " + sums[1] + " " + d + semaphore);
    }

    private static Future<AsyncMutex.Guard> taken(AsyncMutex mutex) {
        return ready(await(mutex.lock()));
    }

    private static Future<AsyncSemaphore.Permit> takenLater(Env e, AsyncSemaphore semaphore, int count) {
        AsyncSemaphore.Permit permit = await(semaphore.acquire(count));
        await(e.later(count));
        return ready(permit);
    }

    public static Future<Object> passedOn(Env e) {
        Locks locks = new Locks();
        AsyncMutex mutex = new AsyncMutex();
        AsyncSemaphore semaphore = new AsyncSemaphore(5);
        int held = 0;
        for (int i = 0; i < TURNS; i++) {
            AsyncMutex.Guard guard = await(taken(mutex));
            held += mutex.isLocked() ? 1 : 0;
            locks.kept = guard;
            Runnable close = guard::close;
            close.run();
            held += mutex.isLocked() ? 1_000 : 0;
            locks.kept = await(mutex.lock());
            guard.close(); // that of an earlier turn
            held += mutex.isLocked() ? 1 : 1_000;
            locks.kept.close();
            locks.kept.close();
        }
        AsyncSemaphore.Permit two = await(takenLater(e, semaphore, 2));
        AsyncSemaphore.Permit one = await(takenLater(e, semaphore, 1));
        e.log(two + " " + one + semaphore);
        two.close();
        two.close();
        e.log(two + " " + one + semaphore);
        one.forget();
        one.close();
        return ready(held + " " + mutex + semaphore + one.count());
    }

    public static Future<Object> choices(Env e) throws Exception {
        AsyncMutex mutex = new AsyncMutex();
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        int open = 0;
        for (int i = 0; i < TURNS; i++) {
            try (AutoCloseable either = i % 3 == 0
                    ? null
                    : i % 3 == 1 ? await(mutex.lock()) : await(semaphore.acquire())) {
                open += either == null ? 1 : mutex.isLocked() ? 10 : semaphore.availablePermits() == 0 ? 1_000 : 9;
                Object same = either;
                if (i == 150) {
                    same = await(e.later(either));
                }
                open += same == either ? 0 : 1;
            }
        }
        await(mutex.lock());
        e.log(mutex);
        await(semaphore.acquire());
        return ready(open + " " + mutex + semaphore);
    }

    public static Future<Object> manyPermits(Env e) {
        AsyncSemaphore semaphore = new AsyncSemaphore(TURNS + 1);
        List<AsyncSemaphore.Permit> permits = new ArrayList<>();
        int counted = 0;
        for (int i = 0; i < TURNS; i++) {
            AsyncSemaphore.Permit permit = await(semaphore.acquire(1 + i % 2));
            counted += permit.count();
            permits.add(permit);
            if (permits.size() == 4) {
                permits.forEach(AsyncSemaphore.Permit::close);
                permits.remove(i % 4).close();
                permits.clear();
            }
        }
        e.log(semaphore + " " + permits + await(e.later("all")));
        return ready(counted);
    }
}
