package pollux.examples.shop;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.sync.AsyncMutex;
import pollux.sync.Barrier;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.sync.Receiver;

/**
 * The faults that the buttons of the page plant, each in the way in which it happens in programs. They have a pool of
 * their own, so that the shop goes on.
 */
final class Faults implements AutoCloseable {

    /** What can be planted, and the word in the console's diagnosis. */
    enum Fault {
        BLOCK("blocked worker", "BLOCKS A WORKER", "blocked.await("),
        DEADLOCK("deadlock", "WAITS FOR ITSELF", "await(to.lock())"),
        JOIN("deadlock", "WAITS FOR ITSELF", "await(other.join())"),
        LOST("lost wake-up", "its last poll kept no waker", "await(new Forgetful())"),
        LEAK("leaked task", "its senders were collected as garbage without close()", "await(audit.receive())");

        final String diagnosis;

        /** What marks it in the text of a dump. */
        final String mark;

        /** A part of the line that the diagnosis names. */
        final String code;

        Fault(String diagnosis, String mark, String code) {
            this.diagnosis = diagnosis;
            this.mark = mark;
            this.code = code;
        }
    }

    private static final long BLOCKED_SECONDS = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final TaskPool pool =
            TaskPool.builder().name("faults").workers(2).traced(true).build();
    private final Map<Fault, List<JoinHandle<?>>> planted = new ConcurrentHashMap<>();
    private volatile CountDownLatch blocked = new CountDownLatch(1);

    /** Plants a fault, once until {@link #heal}; answers the numbers of its tasks. */
    List<Long> plant(Fault fault) {
        return planted
                .computeIfAbsent(fault, each -> switch (each) {
                    case BLOCK -> List.of(pool.spawn(Futures.defer(this::block)));
                    case DEADLOCK -> deadlock();
                    case JOIN -> join();
                    case LOST -> List.of(pool.spawn(lose()));
                    case LEAK -> leak();
                })
                .stream()
                .map(JoinHandle::id)
                .toList();
    }

    /** Ends whatever was planted. */
    void heal() {
        blocked.countDown();
        planted.values().forEach(tasks -> tasks.forEach(JoinHandle::cancel));
        planted.clear();
        blocked = new CountDownLatch(1);
    }

    /** A call that blocks, in a task: the worker can poll nothing else meanwhile. */
    private Future<Object> block() {
        try {
            blocked.await(BLOCKED_SECONDS, TimeUnit.SECONDS);
            return Futures.ready("");
        } catch (InterruptedException e) {
            return Futures.failed(e);
        }
    }

    /** Two tasks that take two locks in opposite order, each its second when both have one. */
    private List<JoinHandle<?>> deadlock() {
        AsyncMutex stock = AsyncMutex.traced("stock");
        AsyncMutex accounts = AsyncMutex.traced("accounts");
        Barrier both = new Barrier(2);
        return List.of(pool.spawn(transfer(stock, accounts, both)), pool.spawn(transfer(accounts, stock, both)));
    }

    private static Future<String> transfer(AsyncMutex from, AsyncMutex to, Barrier both) {
        return async(() -> {
            try (AsyncMutex.Guard first = await(from.lock())) {
                await(both.arrive());
                try (AsyncMutex.Guard second = await(to.lock())) {
                    return "transferred with " + first + " and " + second;
                }
            }
        });
    }

    /** Two tasks that wait for each other's end. */
    private List<JoinHandle<?>> join() {
        Promise<JoinHandle<String>> second = new Promise<>();
        JoinHandle<String> first = pool.spawn(endOf(second.future()));
        JoinHandle<String> last = pool.spawn(endOf(Futures.ready(first)));
        second.complete(last);
        return List.of(first, last);
    }

    private static Future<String> endOf(Future<JoinHandle<String>> task) {
        return async(() -> {
            JoinHandle<String> other = await(task);
            return await(other.join());
        });
    }

    private static Future<Object> lose() {
        return async(() -> await(new Forgetful()));
    }

    /** A future by hand that forgets {@code cx.waker()}. */
    private static final class Forgetful implements Future<Object> {
        @Override
        public Poll<Object> poll(Context cx) {
            return Poll.pending();
        }
    }

    /** A task that waits for messages from a sender that was forgotten instead of closed. */
    private List<JoinHandle<?>> leak() {
        List<JoinHandle<?>> task =
                List.of(pool.spawn(listen(Mpsc.<String>named("audit", 16).receiver())));
        System.gc(); // by itself, the collector comes later
        return task;
    }

    private static Future<String> listen(Receiver<String> audit) {
        return async(() -> {
            String last = "";
            for (String message = ""; message != null; message = await(audit.receive())) {
                last = message;
            }
            return last;
        });
    }

    @Override
    public void close() {
        heal();
        if (!pool.close(PATIENCE)) {
            throw new IllegalStateException(pool + " still has tasks " + PATIENCE + " after it was closed");
        }
    }
}
