package library;

import static pollux.async.Async.await;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;

import pollux.async.AsyncIterable;
import pollux.async.AsyncIterator;
import pollux.async.Emitter;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Permit;

/** What LibraryCallsTest runs: calls of the library awaited where they stand, and once more by way of a variable. */
public class Calls {

    public static Future<Integer> loop(String what, boolean directly, int turns) {
        AsyncMutex mutex = new AsyncMutex();
        AsyncSemaphore semaphore = new AsyncSemaphore(3);
        Mpsc<Integer> channel = Mpsc.unbounded();
        Notify notify = new Notify();
        int sum = 0;
        for (int i = 0; i < turns; i++) {
            switch (what) {
                case "lock" -> {
                    if (directly) {
                        await(mutex.lock()).close();
                    } else {
                        Future<AsyncMutex.Guard> future = mutex.lock();
                        await(future).close();
                    }
                }
                case "acquire" -> {
                    if (directly) {
                        await(semaphore.acquire()).close();
                    } else {
                        Future<AsyncSemaphore.Permit> future = semaphore.acquire();
                        await(future).close();
                    }
                }
                case "acquire some" -> {
                    if (directly) {
                        sum += await(semaphore.acquire(2)).count();
                    } else {
                        Future<AsyncSemaphore.Permit> future = semaphore.acquire(2);
                        sum += await(future).count();
                    }
                    semaphore.addPermits(2);
                }
                case "send" -> {
                    if (directly) {
                        await(channel.sender().send(i));
                    } else {
                        Future<Void> future = channel.sender().send(i);
                        await(future);
                    }
                }
                case "reserve" -> {
                    if (directly) {
                        await(channel.sender().reserve()).close();
                    } else {
                        Future<Permit<Integer>> future = channel.sender().reserve();
                        await(future).close();
                    }
                }
                case "receive" -> {
                    channel.sender().trySend(i);
                    if (directly) {
                        sum += await(channel.receiver().receive());
                    } else {
                        Future<Integer> future = channel.receiver().receive();
                        sum += await(future);
                    }
                }
                case "yield" -> {
                    if (directly) {
                        await(Futures.yieldNow());
                    } else {
                        Future<Void> future = Futures.yieldNow();
                        await(future);
                    }
                }
                default -> {
                    notify.notifyOne();
                    if (directly) {
                        await(notify.notified());
                    } else {
                        Future<Void> future = notify.notified();
                        await(future);
                    }
                }
            }
        }
        return ready(sum);
    }

    /** Takes the lock and a permit again and again, and gives its thread back while it has them. */
    public static Future<Integer> share(boolean directly, AsyncMutex mutex, AsyncSemaphore semaphore, int[] inside) {
        int sum = 0;
        for (int i = 0; i < 100; i++) {
            Future<AsyncMutex.Guard> lock = directly ? null : mutex.lock();
            try (AsyncMutex.Guard guard = directly ? await(mutex.lock()) : await(lock)) {
                sum += ++inside[0];
                await(Futures.yieldNow());
                Future<AsyncSemaphore.Permit> some = directly ? null : semaphore.acquire(1 + i % 2);
                try (AsyncSemaphore.Permit permit = directly ? await(semaphore.acquire(1 + i % 2)) : await(some)) {
                    inside[0]--;
                    guard.close();
                    await(Futures.yieldNow());
                    guard.close(); // the lock may be that of another task now
                    sum += permit.count() * 1_000;
                    inside[1] += permit.count();
                    permit.close();
                    permit.close();
                }
            }
        }
        return ready(sum);
    }

    public static Future<Object> once(
            String what, boolean directly, AsyncMutex mutex, AsyncSemaphore semaphore, Mpsc<Integer> channel, Notify notify) {
        return switch (what) {
            case "lock" -> directly ? lock(mutex) : lockLater(mutex);
            case "acquire" -> directly ? acquire(semaphore, 0) : acquireLater(semaphore, 0);
            case "acquire some" -> directly ? acquire(semaphore, 2) : acquireLater(semaphore, 2);
            case "send" -> directly ? send(channel, 1) : sendLater(channel, 1);
            case "send null" -> directly ? send(channel, null) : sendLater(channel, null);
            case "reserve" -> directly ? reserve(channel) : reserveLater(channel);
            case "receive" -> directly ? receive(channel) : receiveLater(channel);
            default -> directly ? notified(notify) : notifiedLater(notify);
        };
    }

    private static Future<Object> lock(AsyncMutex mutex) {
        return ready(await(mutex.lock()));
    }

    private static Future<Object> lockLater(AsyncMutex mutex) {
        Future<AsyncMutex.Guard> future = mutex.lock();
        return ready(await(future));
    }

    private static Future<Object> acquire(AsyncSemaphore semaphore, int count) {
        return ready(count == 0 ? await(semaphore.acquire()) : await(semaphore.acquire(count)));
    }

    private static Future<Object> acquireLater(AsyncSemaphore semaphore, int count) {
        Future<AsyncSemaphore.Permit> future = count == 0 ? semaphore.acquire() : semaphore.acquire(count);
        return ready(await(future));
    }

    private static Future<Object> send(Mpsc<Integer> channel, Integer item) {
        return ready(await(channel.sender().send(item)));
    }

    private static Future<Object> sendLater(Mpsc<Integer> channel, Integer item) {
        Future<Void> future = channel.sender().send(item);
        return ready(await(future));
    }

    private static Future<Object> reserve(Mpsc<Integer> channel) {
        return ready(await(channel.sender().reserve()));
    }

    private static Future<Object> reserveLater(Mpsc<Integer> channel) {
        Future<Permit<Integer>> future = channel.sender().reserve();
        return ready(await(future));
    }

    private static Future<Object> receive(Mpsc<Integer> channel) {
        return ready(await(channel.receiver().receive()));
    }

    private static Future<Object> receiveLater(Mpsc<Integer> channel) {
        Future<Integer> future = channel.receiver().receive();
        return ready(await(future));
    }

    private static Future<Object> notified(Notify notify) {
        return ready(await(notify.notified()));
    }

    private static Future<Object> notifiedLater(Notify notify) {
        Future<Void> future = notify.notified();
        return ready(await(future));
    }

    public static Future<Object> yields(boolean directly) {
        return directly ? yieldOnce() : yieldOnceLater();
    }

    private static Future<Object> yieldOnce() {
        return ready(await(Futures.yieldNow()));
    }

    private static Future<Object> yieldOnceLater() {
        Future<Void> future = Futures.yieldNow();
        return ready(await(future));
    }

    public static Future<Object> emission(boolean directly, Emitter<Integer> out) {
        return directly ? emit(out) : emitLater(out);
    }

    private static Future<Object> emit(Emitter<Integer> out) {
        return ready(await(out.emitting(7)));
    }

    private static Future<Object> emitLater(Emitter<Integer> out) {
        Future<Void> future = out.emitting(7);
        return ready(await(future));
    }

    public static AsyncStream<Integer> emissions(boolean directly, int turns) {
        return stream(out -> {
            for (int i = 0; i < turns; i++) {
                if (directly) {
                    out.emit(i);
                } else {
                    Future<Void> future = out.emitting(i);
                    await(future);
                }
            }
        });
    }

    public static Future<Integer> sum(boolean directly, AsyncIterable<?> items) {
        return directly ? sum(items) : sumLater(items);
    }

    private static Future<Integer> sum(AsyncIterable<?> items) {
        int sum = 0;
        for (Object item : items) {
            sum = 10 * sum + number(item);
        }
        return ready(sum);
    }

    private static Future<Integer> sumLater(AsyncIterable<?> items) {
        int sum = 0;
        AsyncIterator<?> loop = items.iterator();
        try {
            Future<Boolean> more = loop.advance();
            while (await(more)) {
                sum = 10 * sum + number(loop.next());
                more = loop.advance();
            }
        } catch (Throwable failure) { // as a loop does
            await(loop.close());
            throw failure;
        }
        return ready(sum);
    }

    private static int number(Object item) {
        return item instanceof Boolean odd ? (odd ? 8 : 9) : (Integer) item;
    }
}
