package pollux.benchmarks;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.sync.Notify;

/**
 * What does it cost to give the turn to another task?
 *
 * <p>Two tasks pass a token to and fro, each waiting for it in between, 200,000 times. Op: a hand-off.
 *
 * <p>Expected: a wake and a poll, on one worker, since the one who gives then waits. Kotlin passes it through two
 * channels without room, virtual threads unpark each other, stages are a fresh CompletableFuture a turn. Reactor and
 * RxJava have no task that waits.
 */
@OperationsPerInvocation(Handoff.TURNS)
public class Handoff extends Workload {
    static final int TURNS = 200_000;
    private static final int N = 2 * size(TURNS / 2);

    @Benchmark
    public long pollux() {
        return until(N, tally -> {
            Notify ping = new Notify();
            Notify pong = new Notify();
            Pools.pollux().spawn(new Player(ping, pong, N / 2, tally));
            Pools.pollux().spawn(new Player(pong, ping, N / 2, tally));
            ping.notifyOne();
        });
    }

    /** Waits for its turn, gives it to the other, so many times. */
    private static final class Player extends RawFuture<Void> {
        private final Notify mine;
        private final Notify others;
        private final int turns;
        private final Tally tally;
        private @Nullable Future<Void> turn;
        private int taken;

        Player(Notify mine, Notify others, int turns, Tally tally) {
            this.mine = mine;
            this.others = others;
            this.turns = turns;
            this.tally = tally;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            for (; taken < turns; taken++) {
                if (turn == null) {
                    turn = mine.notified();
                }
                if (RawFuture.pollAny(turn, cx) == PENDING) {
                    return PENDING;
                }
                turn = null;
                others.notifyOne();
            }
            tally.arrive(turns);
            return null;
        }
    }

    @Benchmark
    public long kotlin() {
        return until(N, tally -> KotlinExec.handoff(N / 2, tally));
    }

    @Benchmark
    public long virtualThreads() {
        Thread[] players = new Thread[2];
        return until(N, tally -> {
            VirtualTurn game = new VirtualTurn(players);
            for (int i = 0; i < 2; i++) {
                int me = i;
                players[i] = Virtual.start(() -> {
                    game.play(me, N / 2);
                    tally.arrive(N / 2);
                });
            }
            game.begin();
        });
    }

    private static final class VirtualTurn {
        private final Thread[] players;
        private volatile int turn = -1;

        VirtualTurn(Thread[] players) {
            this.players = players;
        }

        void begin() {
            turn = 0;
            LockSupport.unpark(players[0]);
        }

        void play(int me, int turns) {
            for (int i = 0; i < turns; i++) {
                while (turn != me) {
                    LockSupport.park(this);
                }
                turn = 1 - me;
                LockSupport.unpark(players[1 - me]);
            }
        }
    }

    @Benchmark
    public long completableFuture() {
        return until(N, tally -> Pools.jdk().execute(() -> new Stages(N, tally).next()));
    }

    /** Each turn is a stage on the pool behind a fresh future that the turn before completes. */
    private static final class Stages {
        private final int turns;
        private final Tally tally;
        private int taken;

        Stages(int turns, Tally tally) {
            this.turns = turns;
            this.tally = tally;
        }

        void next() {
            if (taken++ == turns) {
                tally.end(turns);
                return;
            }
            CompletableFuture<Void> turn = new CompletableFuture<>();
            var unused = turn.thenRunAsync(this::next, Pools.jdk());
            turn.complete(null);
        }
    }
}
