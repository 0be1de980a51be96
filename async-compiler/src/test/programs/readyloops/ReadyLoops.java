package readyloops;

import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.future.Futures.ready;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.stream.AsyncStream;

/** What ReadyLoopsTest runs: loops that would never end by themselves, and whose every await is ready. Each counts its turns. */
public class ReadyLoops {

    public static Future<Integer> futures(Runnable turn, Supplier<Future<Integer>> step) {
        return async(() -> {
            int sum = 0;
            while (sum >= 0) {
                turn.run();
                sum += await(step.get()) & 1;
                sum &= 0xff;
            }
            return sum;
        });
    }

    public static Future<Integer> failures(Runnable turn, Supplier<Future<Integer>> step) {
        return async(() -> {
            while (true) {
                turn.run();
                try {
                    await(step.get().then(x -> Futures.failed(new java.io.IOException("again"))));
                } catch (IllegalStateException never) {
                    return 1;
                } catch (Exception again) {
                    if (again instanceof java.util.concurrent.CancellationException) {
                        throw again;
                    }
                }
            }
        });
    }

    public static Future<Integer> stages(Runnable turn, Supplier<Future<Integer>> step) {
        CompletableFuture<Integer> hit = CompletableFuture.completedFuture(1);
        return async(() -> {
            while (await(hit) == 1) {
                turn.run();
            }
            return 0;
        });
    }

    public static Future<Integer> handles(Runnable turn, Supplier<Future<Integer>> step) {
        JoinHandle<Integer> ended = Spawner.inline().spawn(ready(1));
        return async(() -> {
            while (await(ended) == 1) {
                turn.run();
            }
            return 0;
        });
    }

    public static Future<Integer> methods(Runnable turn, Supplier<Future<Integer>> step) {
        return async(() -> {
            while (await(one(step)) != 2) {
                turn.run();
            }
            return 0;
        });
    }

    private static Future<Integer> one(Supplier<Future<Integer>> step) {
        return ready(await(step.get()) & 1);
    }

    public static Future<Integer> methodsThatDoNotAwait(Runnable turn, Supplier<Future<Integer>> step) {
        return async(() -> {
            while (await(none()) != 2) {
                turn.run();
            }
            return 0;
        });
    }

    private static Future<Integer> none() {
        return async(() -> 1);
    }

    public static Future<Integer> inTheTail(Runnable turn, Supplier<Future<Integer>> step) {
        turn.run();
        await(step.get());
        return inTheTail(turn, step);
    }

    public static Future<Integer> items(Runnable turn, Supplier<Future<Integer>> step) {
        return async(() -> {
            for (Integer item : each(new Constants())) {
                turn.run();
            }
            return 0;
        });
    }

    public static Future<Integer> generated(Runnable turn, Supplier<Future<Integer>> step) {
        AsyncStream<Integer> numbers = stream(out -> {
            while (true) {
                turn.run();
                out.emit(await(step.get()));
            }
        });
        return async(() -> {
            int sum = 0;
            for (Integer item : each(numbers)) {
                sum += item & 1;
            }
            return sum;
        });
    }

    public static Future<Integer> generatorThatEmitsNothing(Runnable turn, Supplier<Future<Integer>> step) {
        AsyncStream<Integer> none = stream(out -> {
            while (true) {
                turn.run();
                await(step.get());
            }
        });
        return none.fold(0, Integer::sum);
    }

    private static final class Constants implements AsyncStream<Integer> {

        @Override
        public Poll<Integer> pollNext(pollux.future.Context cx) {
            return Poll.ready(1);
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }
}
