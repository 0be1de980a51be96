package pollux.testing.scenarios;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.each;
import static pollux.testing.scenarios.Trial.scenario;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Named;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.stream.AsyncStream;
import pollux.sync.CancelToken;
import pollux.testing.Scenario;

/** Loops of ready steps, which end only because another task has a turn: a sibling, which then cancels them. */
final class Loops {

    private Loops() {}

    /** More turns than any order gives a loop before the sibling has had its turn. */
    private static final int ENDLESS = 200_000;

    static final List<Named<Scenario>> ALL = List.of(
            loop(
                    "awaits",
                    turn -> async(() -> {
                        while (turn.goesOn()) {
                            await(Futures.ready(1));
                        }
                        return null;
                    })),
            loop("completed stages", turn -> {
                CompletableFuture<Integer> hit = CompletableFuture.completedFuture(1);
                return async(() -> {
                    while (turn.goesOn()) {
                        await(hit);
                    }
                    return null;
                });
            }),
            loop("then", Loops::chain),
            loop(
                    "items of a stream",
                    turn -> async(() -> {
                        for (Integer item : each(new Constants())) {
                            if (!turn.goesOn()) {
                                break;
                            }
                        }
                        return null;
                    })),
            loop("filter", turn -> new Constants().filter(x -> !turn.goesOn()).next()),
            loop("fold", turn -> new Constants().takeWhile(x -> turn.goesOn()).fold(0, Integer::sum)));

    static final Named<Scenario> CANARY = loop("steps that are not counted", turn -> cx -> {
        while (turn.goesOn()) {
            RawFuture.pollAny(Futures.ready(1), cx);
        }
        return Poll.ready(null);
    });

    private interface Turn {
        boolean goesOn();
    }

    private static Named<Scenario> loop(String name, Function<Turn, Future<?>> of) {
        return scenario("loop of ready steps: " + name, t -> {
            CancelToken token = new CancelToken();
            int[] turns = {0};
            Turn turn = () -> {
                boolean goesOn = ++turns[0] < ENDLESS;
                t.must(goesOn, "a loop of ready steps has kept its sibling waiting");
                return goesOn;
            };
            t.task(token.guard(of.apply(turn).<Object>map(x -> x))
                    .recover(e -> e instanceof CancellationException ? Futures.ready(null) : Futures.failed(e)));
            t.task(t.ending(Futures.yieldNow(), token::cancel));
        });
    }

    private static Future<?> chain(Turn turn) {
        return Futures.ready(1).then(x -> turn.goesOn() ? chain(turn).map(y -> y) : Futures.ready(null));
    }

    private static final class Constants implements AsyncStream<Integer> {

        @Override
        public Poll<Integer> pollNext(Context cx) {
            return Poll.ready(1);
        }

        @Override
        public boolean cancel() {
            return true;
        }
    }
}
