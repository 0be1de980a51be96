package pollux.testing.scenarios;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.testing.scenarios.Trial.scenario;

import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Named;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.testing.Scenario;

/** Whatever owns tasks: what was started in it has ended, clean-up included, before it ends itself. */
final class Scopes {

    private Scopes() {}

    static final List<Named<Scenario>> ALL = List.of(
            scenario(
                    "TaskScope",
                    t -> t.task(t.onlyOwner(TaskScope.scoped(scope -> {
                                JoinHandle<Integer> first = scope.fork(t.flaky(1));
                                JoinHandle<Integer> second = scope.fork(t.tidy(2));
                                return Futures.join(first.join(), second.join(), Integer::sum);
                            }))
                            .map(sum -> t.mustBe(3, sum))
                            .recover(failure -> ifCancelled(failure, 3)))),
            scenario(
                    "TaskScope, nested",
                    t -> t.task(t.onlyOwner(TaskScope.<Integer>scoped(outer -> {
                        outer.fork(TaskScope.<Integer>scoped(inner -> {
                            inner.fork(t.tidy(1));
                            return Futures.ready(1);
                        }));
                        outer.fork(t.flaky(2));
                        return Futures.ready(2);
                    })))),
            scenario(
                    "TaskScope, children cancelled",
                    t -> t.task(t.onlyOwner(TaskScope.<Integer>scoped(scope -> {
                        scope.fork(t.tidy(1));
                        scope.fork(t.tidy(2));
                        return t.value(0).map(value -> {
                            scope.cancelChildren();
                            return value;
                        });
                    })))),
            scenario(
                    "supervised",
                    t -> t.task(t.onlyOwner(TaskScope.<Integer>supervised(scope -> {
                        JoinHandle<Integer> fails = scope.fork(t.flaky(1));
                        JoinHandle<Integer> lives = scope.fork(t.tidy(2));
                        return Futures.join(
                                fails.join().recover(failure -> Futures.ready(1)),
                                lives.join().recover(failure -> Futures.ready(2)),
                                (a, b) -> t.mustBe(3, a + b));
                    })))),
            scenario(
                    "JoinSet one by one",
                    t -> inSet(
                            t,
                            set -> async(() -> {
                                int ended = 0;
                                for (JoinHandle<Integer> next; (next = await(set.joinNext())) != null; ended++) {
                                    t.mustBe(true, next.isDone());
                                }
                                return t.mustBe(3, ended);
                            }))),
            scenario(
                    "JoinSet all",
                    t -> inSet(
                            t,
                            set -> set.joinAll()
                                    .map(all -> t.mustBe(
                                            6, all.stream().mapToInt(x -> x).sum()))
                                    .recover(failure -> ifCancelled(failure, 6)))),
            scenario(
                    "JoinSet first",
                    t -> inSet(
                            t,
                            set -> set.firstSuccess()
                                    .map(first -> t.mustBe(true, first >= 1 && first <= 3) ? 1 : 0)
                                    .recover(failure -> ifCancelled(failure, 1)))),
            scenario("JoinSet all ended", t -> inSet(t, set -> set.allEnded().map(all -> t.mustBe(3, all.size())))),
            scenario(
                    "JoinSet shut down",
                    t -> inSet(
                            t,
                            set -> t.value(0).then(nothing -> set.shutdown()).map(nothing -> t.mustBe(0, set.size())))),
            scenario("handles joined and cancelled", t -> {
                JoinHandle<Integer> handle = t.world.spawn(t.owner(t.tidy(1)));
                for (int i = 0; i < 2; i++) {
                    t.task(handle.join().map(one -> t.mustBe(1, one)).recover(failure -> ifCancelled(failure, 1)));
                }
                t.task(t.value(0).map(nothing -> {
                    handle.cancel();
                    return null;
                }));
            }),
            scenario(
                    "blocking calls",
                    t -> t.task(TaskScope.<Integer>scoped(scope -> {
                                JoinHandle<Integer> call = scope.forkBlocking(() -> 1);
                                return call.join().map(one -> t.mustBe(1, one));
                            })
                            .recover(failure -> ifCancelled(failure, 1)))));

    static final Named<Scenario> CANARY = scenario("a scope that does not wait for clean-ups", t -> {
        t.task(t.onlyOwner(Futures.defer(() -> {
            JoinHandle<Integer> child = t.world.spawn(t.tidy(1));
            return t.ending(t.value(0), child::cancel);
        })));
    });

    private static void inSet(Trial t, Use use) {
        t.task(t.onlyOwner(TaskScope.<Integer>supervised(scope -> {
            JoinSet<Integer> set = new JoinSet<>(scope.spawner());
            List.of(t.flaky(1), t.tidy(2), t.tidy(3)).forEach(set::spawn);
            return use.of(set);
        })));
    }

    /** A task that an injected fault has ended is cancelled, or never told its value. */
    private static Future<Integer> ifCancelled(Throwable failure, int value) {
        return failure instanceof CancellationException ? Futures.ready(value) : Futures.failed(failure);
    }

    private interface Use {
        Future<Integer> of(JoinSet<Integer> set);
    }
}
