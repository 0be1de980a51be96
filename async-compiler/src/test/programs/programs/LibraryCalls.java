package programs;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.future.Futures.ready;

import pollux.compiler.conformance.Env;
import pollux.future.Future;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.ChannelClosedException;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Permit;
import pollux.sync.SemaphoreClosedException;

/** Calls of the library that are awaited where they stand, beside the same ones by way of a variable. */
public class LibraryCalls {

    private final AsyncMutex mutex = new AsyncMutex();
    private int held;

    public static Future<Object> locks(Env e) throws Exception {
        AsyncMutex mutex = new AsyncMutex();
        int sum = 0;
        for (int i = 0; i < 3; i++) {
            try (AsyncMutex.Guard guard = await(mutex.lock())) {
                sum += await(e.later(i)) + (mutex.isLocked() ? 10 : 0);
                e.log(guard);
            }
            e.log(mutex);
        }
        Future<AsyncMutex.Guard> lazy = mutex.lock();
        try (AsyncMutex.Guard guard = await(lazy)) {
            e.log(guard + " " + mutex.tryLock());
        } finally {
            e.log(mutex + " " + await(e.later("left")));
        }
        return ready(sum);
    }

    private Future<Integer> add(Env e, int n) {
        return async(() -> {
            try (AsyncMutex.Guard guard = await(mutex.lock())) {
                held += n;
                await(e.later(guard));
                return held;
            }
        });
    }

    public static Future<Object> fields(Env e) {
        LibraryCalls calls = new LibraryCalls();
        e.log(await(calls.add(e, 1)));
        e.log(calls.mutex);
        e.log(await(calls.add(e, 2)) + await(calls.add(e, 3)));
        return ready(calls.mutex + " " + calls.held);
    }

    public static Future<Object> permits(Env e) {
        AsyncSemaphore semaphore = new AsyncSemaphore(3);
        int two = await(e.later(2));
        try (AsyncSemaphore.Permit one = await(semaphore.acquire());
                AsyncSemaphore.Permit more = await(semaphore.acquire(two))) {
            e.log(semaphore + " " + one + " " + await(e.later(more)));
        } finally {
            e.log(semaphore);
        }
        try {
            e.log(await(semaphore.acquire(await(e.later(-1)))));
        } catch (IllegalArgumentException wrong) {
            e.log(wrong.getMessage());
        }
        semaphore.close();
        try {
            e.log(await(semaphore.acquire()));
        } catch (SemaphoreClosedException closed) {
            e.log(await(e.later("closed")));
        }
        return ready(await(semaphore.acquire(2)));
    }

    public static Future<Object> channels(Env e) {
        Mpsc<Integer> channel = Mpsc.bounded(4);
        await(channel.sender().send(await(e.later(1))));
        Void nothing = await(channel.sender().send(2));
        await(channel.sender().send(await(e.later(3)) + await(channel.receiver().receive())));
        long[] a = {1, 1};
        int i = 0;
        a[i++] += await(channel.receiver().receive()) * await(e.later(100L));
        try (Permit<Integer> permit = await(channel.sender().reserve())) {
            permit.send(await(e.later(7)));
            e.log(permit);
        }
        String s = "" + nothing + await(channel.receiver().receive()) + await(channel.receiver().receive()) + a[0] + i;
        try {
            await(channel.sender().send(await(e.later((Integer) null))));
        } catch (NullPointerException refused) {
            e.log(refused.getMessage());
        }
        channel.sender().close();
        try {
            await(channel.sender().send(5));
        } catch (IllegalStateException closed) {
            e.log(closed.getMessage());
        }
        return ready(s + await(channel.receiver().receive()) + await(channel.receiver().receive()));
    }

    public static Future<Object> closedByTheReceiver(Env e) {
        Mpsc<String> channel = Mpsc.bounded(4);
        await(channel.sender().send("a"));
        channel.receiver().close();
        try {
            await(channel.sender().send(await(e.later("b"))));
        } catch (ChannelClosedException closed) {
            e.log(closed.getMessage());
        } finally {
            e.log(await(channel.receiver().receive()));
        }
        return ready(await(channel.sender().reserve()));
    }

    public static Future<Object> frames(Env e) {
        Mpsc<Future<Integer>> channel = Mpsc.bounded(4);
        for (int i = 0; i < 3; i++) {
            await(channel.sender().send(directly(e, i)));
        }
        int n = await(channel.sender() == null ? directly(e, 1) : await(channel.receiver().receive()));
        n += await(await(channel.receiver().receive()));
        Future<Integer> last = await(channel.receiver().receive());
        return ready(n + await(last));
    }

    private static Future<Integer> directly(Env e, int n) {
        return ready(await(e.later(n)) + 1);
    }

    /** What is called directly may have no frame yet at such a call. */
    private static Future<String> before(Env e, Mpsc<String> channel, AsyncMutex mutex, String text) {
        try (AsyncMutex.Guard guard = await(mutex.lock())) {
            await(channel.sender().send(text));
            return ready(guard + await(channel.receiver().receive()) + await(e.later(text)));
        }
    }

    public static Future<Object> directCalls(Env e) {
        Mpsc<String> channel = Mpsc.unbounded();
        AsyncMutex mutex = new AsyncMutex();
        String s = await(before(e, channel, mutex, "a")) + await(before(e, channel, mutex, "b"));
        Notify notify = new Notify();
        notify.notifyOne();
        await(notify.notified());
        e.log(notify);
        return ready(s + await(before(e, channel, mutex, "c")) + mutex);
    }

    private static <T> T logged(Env e, T value) {
        e.log("evaluated");
        return value;
    }

    public static Future<Object> nulls(Env e) {
        AsyncMutex mutex = await(e.later((AsyncMutex) null));
        Mpsc<String> channel = Mpsc.bounded(1);
        try {
            await(mutex.lock()).close();
        } catch (NullPointerException expected) {
            e.log("no mutex");
        }
        try {
            await((await(e.later(1)) == 1 ? null : channel.sender()).send(logged(e, "argument")));
        } catch (NullPointerException expected) {
            e.log("no sender");
        }
        return ready(channel);
    }
}
