package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.sync.Promise;

/**
 * A chain of tasks that spawn or wake one another is polled from the slot of its worker, which goes before all queues.
 * Those that have yielded have their turn all the same, whatever was queued when it came.
 */
@Timeout(60)
class SlotFairnessTest {

    /** How many polls of the chain starve the others. They need a few thousand at most. */
    private static final int STARVED = 300_000;

    private static final int TURNS = 5;

    private enum Chain {
        SPAWNS,
        WAKES
    }

    static Stream<Arguments> rows() {
        return Stream.of(Chain.values())
                .flatMap(chain -> Stream.of(false, true)
                        .flatMap(inParts -> IntStream.of(1, 2, 3, 61)
                                .boxed()
                                .flatMap(interval -> IntStream.of(1, 2, 3)
                                        .boxed()
                                        .flatMap(yielding -> IntStream.of(0, 1, 2, 5)
                                                .mapToObj(others ->
                                                        Arguments.of(chain, inParts, interval, yielding, others))))));
    }

    @ParameterizedTest(name = "{0}, parts yield: {1}, maintenance after {2}, {3} yield, {4} wake themselves")
    @MethodSource("rows")
    void whatHasYieldedHasItsTurn(Chain chain, boolean inParts, int interval, int yielding, int others) {
        try (TaskPool pool =
                TaskPool.builder().workers(1).maintenanceInterval(interval).build()) {
            Race race = new Race(yielding);
            JoinHandle<Void> root = pool.spawn(
                    cx -> { // from inside, so that none runs before all are queued
                        for (int i = 0; i < Math.max(yielding, others); i++) {
                            if (i < yielding) {
                                pool.spawn(new Yields(race, inParts));
                            }
                            if (i < others) {
                                pool.spawn(new WakesItself(race));
                            }
                        }
                        if (chain == Chain.SPAWNS) {
                            pool.spawn(new SpawnsNext(pool, race));
                        } else {
                            Waker[] both = {Waker.noop(), Waker.noop()};
                            pool.spawn(new WakesPeer(race, both, 0));
                            pool.spawn(new WakesPeer(race, both, 1));
                        }
                        return Poll.ready(null);
                    });
            BlockOn.blockOn(root.join().then(x -> race.over.future()));
            assertThat(race.waiting).as("tasks that still wait for a turn").isZero();
        }
    }

    /** What the tasks of one run share; the one worker writes it, the test reads it after the end. */
    private static final class Race {
        final Promise<Void> over = new Promise<>();
        int waiting;
        private int polls;

        Race(int yielding) {
            waiting = yielding;
        }

        /** Counts a poll of the chain; false when all others have ended, or are starved. */
        boolean goesOn() {
            if (waiting > 0 && ++polls < STARVED) {
                return true;
            }
            over.complete(null);
            return false;
        }

        boolean isOver() {
            return waiting == 0 || polls >= STARVED;
        }
    }

    private static final class Yields extends RawFuture<Void> {
        private final Race race;
        private final boolean inParts;
        private int turns;

        Yields(Race race, boolean inParts) {
            this.race = race;
            this.inParts = inParts;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (++turns == TURNS) {
                race.waiting--;
                return null;
            }
            if (inParts) {
                cx.pollPart(Futures.yieldNow(), cx.waker()::wake);
            } else {
                cx.yield();
            }
            return PENDING;
        }
    }

    private static final class WakesItself extends RawFuture<Void> {
        private final Race race;

        WakesItself(Race race) {
            this.race = race;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (race.isOver()) {
                return null;
            }
            cx.waker().wake();
            return PENDING;
        }
    }

    private static final class SpawnsNext extends RawFuture<Void> {
        private final Spawner pool;
        private final Race race;

        SpawnsNext(Spawner pool, Race race) {
            this.pool = pool;
            this.race = race;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (race.goesOn()) {
                pool.spawn(new SpawnsNext(pool, race));
            }
            return null;
        }
    }

    private static final class WakesPeer extends RawFuture<Void> {
        private final Race race;
        private final Waker[] both;
        private final int me;

        WakesPeer(Race race, Waker[] both, int me) {
            this.race = race;
            this.both = both;
            this.me = me;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            both[me] = cx.waker();
            boolean goesOn = race.goesOn();
            both[1 - me].wake();
            return goesOn ? PENDING : null;
        }
    }
}
