package readyloops;

import static pollux.async.Async.await;
import static pollux.future.Futures.yieldNow;

import java.util.function.Function;
import pollux.Pollux;
import pollux.async.Async;
import pollux.executor.JoinHandle;
import pollux.scope.JoinSet;
import pollux.executor.LocalPool;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;
import pollux.scope.TaskScope;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;

/** A block wherever a future to run is accepted; a future as before. What ReadyLoopsTest compiles and runs. */
public class Spawned {

    public static String all(TaskPool pool, LocalPool local, Spawner spawner) {
        int base = 1;
        StringBuilder said = new StringBuilder();
        Function<JoinHandle<Integer>, Integer> end = handle -> pollux.executor.BlockOn.blockOn(handle.join());
        said.append(end.apply(pool.spawn(() -> {
            await(yieldNow());
            return base + await(Futures.ready(1));
        })));
        said.append(end.apply(pool.spawn(() -> base)));
        said.append(end.apply(pool.spawn(Futures.ready(3))));
        said.append(end.apply(pool.spawn(cx -> Poll.ready(4))));
        said.append(end.apply(spawner.spawn(() -> await(yieldNow().map(x -> 5)))));
        said.append(end.apply(Pollux.spawn(() -> await(yieldNow().map(x -> 6)))));
        said.append(end.apply(Async.spawn(() -> await(yieldNow().map(x -> 7)))));
        Integer eight = local.runUntil(() -> await(yieldNow().map(x -> 8)));
        Integer nine = local.runUntil(Futures.ready(9));
        said.append(eight).append(nine);
        Future<Integer> scoped = TaskScope.scoped(pool, scope -> {
            JoinHandle<Integer> child = scope.fork(() -> {
                await(yieldNow());
                return 10;
            });
            return child.join();
        });
        said.append(end.apply(pool.spawn(scoped)));
        JoinSet<Integer> set = new JoinSet<>(pool);
        set.spawn(() -> {
            await(yieldNow());
            return 11;
        });
        set.spawn(() -> 11);
        said.append(end.apply(pool.spawn(set.joinAll().map(list -> list.get(0) + list.get(1)))));
        return said.toString();
    }
}
