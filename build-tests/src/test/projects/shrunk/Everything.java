package shrunk;

import static pollux.async.Async.*;
import static pollux.time.Timers.*;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import pollux.Pollux;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.io.AsyncFile;
import pollux.io.TcpListener;
import pollux.io.TcpStream;
import pollux.reactive.ReactiveStreams;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.AsyncMutex;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.time.ManualTime;

/** A little of each package, as an application would use it; prints one line for each part. */
public class Everything {

    public static void main(String[] args) throws Exception {
        System.out.println("run " + Pollux.run(() -> await(total(2)) * 2));
        try (TaskPool pool = TaskPool.builder().workers(2).build()) {
            System.out.println("pool " + Pollux.blockOn(pool.spawn(() -> await(inAPool())).join()));
        }
        try (LocalPool pool = new LocalPool(new ManualTime()).autoAdvance(true)) {
            System.out.println("local " + pool.runUntil(() -> {
                await(sleep(Duration.ofHours(1)));
                return await(sync());
            }));
        }
        System.out.println("hosted " + Pollux.blockOn(Spawner.on(Runnable::run).spawn(sync()).join()));
        System.out.println("inline " + Pollux.blockOn(Spawner.inline().spawn(streams()).join()));
        System.out.println("blocking " + Pollux.blockOn(Pollux.spawnBlocking(() -> 1).join()));
        System.out.println("io " + Pollux.run(() -> await(io())));
        System.out.println("reactive " + Pollux.run(() -> await(ReactiveStreams.publisher(total(3)))));
        System.out.println("trace " + trace());
        System.out.println("dump " + (Pollux.dump().toString().length() > 0));
        if (args.length > 0) {
            System.out.println("virtual " + Pollux.blockOn(Pollux.virtual(() -> await(total(4)))));
        }
    }

    static Future<Integer> total(int n) {
        return async(() -> {
            int sum = 0;
            for (int i = 0; i < n; i++) {
                await(sleep(Duration.ofMillis(1)));
                sum += i;
            }
            return sum;
        });
    }

    static Future<String> inAPool() {
        return async(() -> {
            JoinSet<Integer> set = new JoinSet<>(spawner());
            for (int i = 0; i < 100; i++) {
                set.spawn(total(i % 3));
            }
            int all = 0;
            for (int one : await(set.joinAll())) {
                all += one;
            }
            int scoped = await(TaskScope.scoped(scope -> scope.fork(total(3)).join()));
            String limited;
            try {
                limited = await(timeout(Duration.ofMillis(1), Futures.pending()));
            } catch (Exception e) {
                limited = e instanceof TimeoutException ? "late" : e.toString();
            }
            int raced = await(Futures.race(total(2), Futures.pending()));
            int selected = await(Futures.<Integer>select().on(total(2), x -> x + 1).on(Futures.pending(), x -> 0));
            return all + " " + scoped + " " + limited + " " + raced + " " + selected + " "
                    + await(Futures.joinAll(List.of(total(1), total(2))));
        });
    }

    static Future<String> sync() {
        return async(() -> {
            Mpsc<Integer> channel = Mpsc.bounded(2);
            AsyncMutex mutex = new AsyncMutex();
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            Promise<Integer> promise = new Promise<>();
            promise.complete(7);
            await(channel.sender().send(1));
            int got = await(channel.receiver().receive());
            int locked = await(mutex.withLock(() -> Futures.ready(2)));
            try (AsyncSemaphore.Permit permit = await(semaphore.acquire())) {
                got += locked;
            }
            return got + " " + await(promise.future()) + " " + await(CompletableFuture.completedFuture("stage"));
        });
    }

    static Future<Integer> streams() {
        AsyncStream<Integer> generated = stream(out -> {
            for (int i = 0; i < 5; i++) {
                out.emit(i);
            }
        });
        return async(() -> {
            int sum = 0;
            for (int i : each(generated.map(x -> x * 2).buffered(2, Futures::ready))) {
                sum += i;
            }
            for (int i : each(AsyncStreams.merge(List.of(AsyncStreams.of(1, 2), AsyncStreams.of(3))))) {
                sum += i;
            }
            return sum;
        });
    }

    static Future<String> io() {
        return async(() -> {
            Path file = Files.createTempFile("shrunk", ".txt");
            await(AsyncFile.writeAll(file, "hello".getBytes()));
            String read = new String(await(AsyncFile.readAll(file, 100)));
            Files.delete(file);
            TcpListener listener = await(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            try {
                Future<TcpStream> accepted = listener.accept();
                TcpStream client = await(TcpStream.connect(listener.localAddress()));
                TcpStream server = await(accepted);
                client.close();
                server.close();
            } finally {
                listener.close();
            }
            return read;
        });
    }

    static boolean trace() {
        try {
            Pollux.run(() -> await(failing()));
            return false;
        } catch (Exception e) {
            return e instanceof IOException && e.getMessage().equals("wanted");
        }
    }

    static Future<Integer> failing() {
        return async(() -> {
            await(Futures.yieldNow());
            throw new IOException("wanted");
        });
    }
}
