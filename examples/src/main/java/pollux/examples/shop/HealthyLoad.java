package pollux.examples.shop;

import static java.time.Duration.ofMillis;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.time.Timers.sleep;
import static pollux.time.Timers.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.observability.Console;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.sync.Receiver;
import pollux.sync.Sender;

/**
 * A program under load in which nothing is wrong: tasks that wait for locks in one order, for permits, channels,
 * promises, timers, stages of another executor, blocking calls, and each other. What is found wrong in it is a false
 * alarm.
 */
final class HealthyLoad implements AutoCloseable {

    private static final int TASKS = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A worker that the machine has no time for looks like one that blocks. */
    private final TaskPool pool = TaskPool.builder()
            .name("healthy")
            .workers(3)
            .blockedAfter(PATIENCE)
            .traced(true)
            .build();

    private final ExecutorService others = Executors.newFixedThreadPool(2);
    private final AsyncMutex stock = AsyncMutex.traced("stock");
    private final AsyncMutex accounts = AsyncMutex.traced("accounts");
    private final AsyncSemaphore connections = AsyncSemaphore.traced("connections", 5);
    private final JoinHandle<?> rounds;
    private volatile int round;

    HealthyLoad() {
        rounds = pool.spawn(rounds());
    }

    /** Does rounds of work until the load is closed. */
    private Future<Object> rounds() {
        return async(() -> {
            while (true) {
                await(oneRound());
                round++;
            }
        });
    }

    private Future<Integer> oneRound() {
        return async(() -> {
            Mpsc<Integer> channel = Mpsc.named("orders", 4);
            JoinHandle<Integer> consumer = pool.spawn(consume(channel.receiver()));
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                tasks.add(pool.spawn(work(i, channel.sender().copy())));
            }
            channel.sender().close();
            for (JoinHandle<?> task : tasks) {
                await(task.join());
            }
            return await(consumer.join());
        });
    }

    private static Future<Integer> consume(Receiver<Integer> orders) {
        return async(() -> {
            int count = 0;
            while (await(orders.receive()) != null) {
                count++;
            }
            return count;
        });
    }

    private Future<Integer> work(int number, Sender<Integer> orders) {
        return async(() -> {
            try (orders) {
                await(kind(number));
                await(orders.send(number));
                return number;
            }
        });
    }

    /** One kind of waiting. */
    private Future<?> kind(int number) {
        return switch (number % 6) {
            case 0 -> both();
            case 1 -> connected();
            case 2 -> Futures.from(CompletableFuture.supplyAsync(() -> number, others));
            case 3 -> promised(number);
            case 4 -> timedOut();
            default -> pool.spawnBlocking(() -> number).join();
        };
    }

    private Future<String> both() {
        return async(() -> {
            try (AsyncMutex.Guard first = await(stock.lock())) {
                await(Futures.yieldNow());
                try (AsyncMutex.Guard second = await(accounts.lock())) {
                    await(sleep(ofMillis(1)));
                    return first + ", " + second;
                }
            }
        });
    }

    private Future<String> connected() {
        return async(() -> {
            try (AsyncSemaphore.Permit permit = await(connections.acquire())) {
                await(sleep(ofMillis(2)));
                return permit.toString();
            }
        });
    }

    private Future<Integer> promised(int number) {
        Promise<Integer> answer = new Promise<>();
        others.execute(() -> answer.complete(number));
        return answer.future();
    }

    /** A wait that ends by its timer. */
    private static Future<String> timedOut() {
        return timeout(ofMillis(1), Futures.<String>pending()).recover(failure -> Futures.ready(failure.toString()));
    }

    /** Waits until so many rounds are over. */
    void awaitRound(int number) {
        while (round < number && !rounds.isDone()) {
            Thread.onSpinWait();
        }
        if (rounds.isDone()) {
            throw new IllegalStateException("the load has ended in round " + round + ": " + rounds);
        }
    }

    /** What the console finds wrong now, as text; empty if nothing. */
    static String alarms() {
        StringBuilder text = new StringBuilder();
        Console.print(text);
        List<String> titles = Stream.of(Faults.Fault.values())
                .map(fault -> fault.diagnosis.toUpperCase(Locale.ROOT))
                .toList();
        return text.toString().lines().anyMatch(line -> titles.stream().anyMatch(line::startsWith))
                ? text.toString().lines().limit(40).collect(Collectors.joining("\n"))
                : "";
    }

    /** Looks for false alarms for some minutes, and tells whether there were none. */
    static boolean run(long minutes) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        long looks = 0;
        long alarms = 0;
        try (HealthyLoad load = new HealthyLoad()) {
            while (System.nanoTime() - end < 0) {
                String found = alarms();
                looks++;
                if (!found.isEmpty()) {
                    alarms++;
                    System.out.println(found);
                }
                Thread.sleep(20);
            }
            System.out.printf("%,d rounds, %,d looks, %,d false alarms%n", load.round, looks, alarms);
        }
        return alarms == 0;
    }

    @Override
    public void close() {
        rounds.cancel();
        boolean ended = pool.close(PATIENCE);
        others.shutdown();
        if (!ended) {
            throw new IllegalStateException(pool + " still has tasks " + PATIENCE + " after it was closed");
        }
    }
}
