package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subjects.SingleSubject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.sync.Promise;
import pollux.time.Timers;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How a peer makes tasks that wait, for {@link WaitingRows}. What a peer has no notion of, it does not override. */
abstract class Waiter {

    /** Runs something as a task. */
    abstract void run(Runnable body);

    /** Starts a task that runs something and then waits for ever; returns what has to be kept so that it does. */
    Object pending(Runnable first) {
        throw new IllegalArgumentException(getClass().getSimpleName() + " has no task that waits so");
    }

    /** Starts a task that runs something and then awaits a one-shot of its own, which is returned. */
    Object oneshot(Runnable first) {
        throw new IllegalArgumentException(getClass().getSimpleName() + " has no task that waits so");
    }

    /** Starts a task that runs something, sleeps, and runs something else. */
    abstract void sleeping(long millis, Runnable first, Runnable then);

    /** All peers by name, those of them that this JDK has. */
    static Map<String, Waiter> all() {
        Map<String, Waiter> all = new LinkedHashMap<>();
        all.put("pollux", new PolluxWaiter());
        all.put("polluxAwait", new BlockWaiter());
        all.put("kotlin", new KotlinWaiter());
        if (Virtual.available()) {
            all.put("virtualThreads", new ThreadWaiter());
        }
        all.put("completableFuture", new StageWaiter());
        all.put("reactor", new ReactorWaiter());
        all.put("rxjava", new RxWaiter());
        all.put("scheduledExecutor", new TimerWaiter());
        return all;
    }

    /** Futures by hand. */
    private static class PolluxWaiter extends Waiter {
        final Spawner pool = Pools.pollux();

        @Override
        void run(Runnable body) {
            pool.spawn(new Body(body));
        }

        @Override
        Object pending(Runnable first) {
            pool.spawn(new Awaiting(first, Futures.pending(), null));
            return this; // the pool keeps its tasks
        }

        @Override
        Object oneshot(Runnable first) {
            Promise<Integer> oneshot = new Promise<>();
            pool.spawn(new Awaiting(first, oneshot.future(), null));
            return oneshot;
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            pool.spawn(new Awaiting(first, Timers.sleep(Duration.ofMillis(millis)), then));
        }
    }

    /** Blocks, as users write them. */
    private static final class BlockWaiter extends PolluxWaiter {
        @Override
        Object pending(Runnable first) {
            pool.spawn(async(() -> {
                first.run();
                return await(Futures.pending());
            }));
            return this;
        }

        @Override
        Object oneshot(Runnable first) {
            Promise<Integer> oneshot = new Promise<>();
            pool.spawn(async(() -> {
                first.run();
                return await(oneshot.future());
            }));
            return oneshot;
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            pool.spawn(async(() -> {
                first.run();
                await(Timers.sleep(Duration.ofMillis(millis)));
                then.run();
                return null;
            }));
        }
    }

    /** What a block compiles to that runs something, awaits something, and runs something else. */
    private static final class Awaiting extends RawFuture<Void> {
        private @Nullable Runnable first;
        private final Future<?> awaited;
        private final @Nullable Runnable then;

        Awaiting(Runnable first, Future<?> awaited, @Nullable Runnable then) {
            this.first = first;
            this.awaited = awaited;
            this.then = then;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            Runnable begin = first;
            if (begin != null) {
                begin.run();
                first = null;
            }
            if (pollAny(awaited, cx) == PENDING) {
                return PENDING;
            }
            if (then != null) {
                then.run();
            }
            return null;
        }
    }

    private static final class KotlinWaiter extends Waiter {
        @Override
        void run(Runnable body) {
            KotlinWait.run(body);
        }

        @Override
        Object pending(Runnable first) {
            KotlinWait.pending(first);
            return this; // the scope keeps its children
        }

        @Override
        Object oneshot(Runnable first) {
            return KotlinWait.oneshot(first);
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            KotlinWait.sleeping(millis, first, then);
        }
    }

    private static final class ThreadWaiter extends Waiter {
        @Override
        void run(Runnable body) {
            Virtual.start(body);
        }

        @Override
        Object pending(Runnable first) {
            return Virtual.start(() -> {
                first.run();
                while (true) {
                    LockSupport.park();
                }
            });
        }

        @Override
        Object oneshot(Runnable first) {
            CompletableFuture<Integer> oneshot = new CompletableFuture<>();
            Virtual.start(() -> {
                first.run();
                oneshot.join();
            });
            return oneshot;
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            Virtual.start(() -> {
                first.run();
                try {
                    Thread.sleep(millis);
                } catch (InterruptedException unexpected) {
                    throw new IllegalStateException(unexpected);
                }
                then.run();
            });
        }
    }

    private static final class StageWaiter extends Waiter {
        @Override
        void run(Runnable body) {
            Pools.jdk().execute(body);
        }

        @Override
        Object oneshot(Runnable first) {
            CompletableFuture<Integer> oneshot = new CompletableFuture<>();
            run(() -> {
                first.run();
                oneshot.thenAccept(value -> {});
            });
            return oneshot;
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            run(() -> {
                first.run();
                CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Pools.jdk())
                        .execute(then);
            });
        }
    }

    private static final class ReactorWaiter extends Waiter {
        @Override
        void run(Runnable body) {
            Pools.reactor(body);
        }

        @Override
        Object oneshot(Runnable first) {
            Sinks.One<Integer> oneshot = Sinks.one();
            first.run();
            oneshot.asMono().publishOn(Pools.reactor()).subscribe();
            return oneshot;
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            first.run();
            Mono.delay(Duration.ofMillis(millis), Pools.reactor()).subscribe(zero -> then.run());
        }
    }

    private static final class RxWaiter extends Waiter {
        @Override
        void run(Runnable body) {
            Pools.rxjava(body);
        }

        @Override
        Object oneshot(Runnable first) {
            SingleSubject<Integer> oneshot = SingleSubject.create();
            first.run();
            Disposable unused = oneshot.observeOn(Schedulers.computation()).subscribe();
            return oneshot;
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            first.run();
            Disposable unused = Completable.timer(millis, TimeUnit.MILLISECONDS).subscribe(then::run);
        }
    }

    /** The bare timer of the JDK: no tasks, the body runs on its one thread. */
    private static final class TimerWaiter extends Waiter {
        private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(body, "timer");
            thread.setDaemon(true);
            return thread;
        });

        @Override
        void run(Runnable body) {
            timer.execute(body);
        }

        @Override
        void sleeping(long millis, Runnable first, Runnable then) {
            first.run();
            timer.schedule(then, millis, TimeUnit.MILLISECONDS);
        }
    }
}
