package pollux.testing.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Named;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.testing.Scenario;
import pollux.testing.World;
import pollux.time.TimeSource;

/** One run of a scenario: the world, the probes that watch their owners, and what has gone wrong. */
final class Trial {

    final World world;
    private final List<Probe> probes = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private final List<String> wrongs = new ArrayList<>();
    private int owned;

    private Trial(World world) {
        this.world = world;
        world.atEnd(() -> {
            checks.forEach(Runnable::run);
            probes.forEach(probe -> must(probe.hasEnded(), probe + " was neither polled to its end nor cancelled"));
            if (!wrongs.isEmpty()) {
                throw new AssertionError(String.join("; ", wrongs));
            }
        });
    }

    /** What a scenario does in one run. */
    interface Script {
        void play(Trial trial) throws Exception;
    }

    static Named<Scenario> scenario(String name, Script script) {
        return Named.of(name, world -> {
            script.play(new Trial(world));
            return null;
        });
    }

    int random(int bound) {
        return world.random(bound);
    }

    long now() {
        TimeSource clock = world.timers().timeSource();
        return clock.nanoTime();
    }

    /** Looks at the end of the run; what it says with {@link #must} counts. */
    void atEnd(Runnable check) {
        checks.add(check);
    }

    /** Fails the run, also if the task that says so is made to fail. */
    void must(boolean holds, String otherwise) {
        if (!holds) {
            wrongs.add(otherwise);
        }
    }

    <T> T mustBe(T expected, T found) {
        must(Objects.equals(expected, found), "should be " + expected + ", is " + found);
        return found;
    }

    // ------------------------------------------------------------------ futures

    /** Ends with the value. */
    Probe value(int value) {
        return add(new Probe(this, value, false, 0));
    }

    /** Ends with the value or, less often, is refused. */
    Probe flaky(int value) {
        return add(new Probe(this, value, random(4) == 3, 0));
    }

    /** Ends with the value; if it is cancelled, its clean-up takes a while. */
    Probe tidy(int value) {
        return add(new Probe(this, value, false, 1 + random(2)));
    }

    /** Is refused. */
    Probe refused() {
        return add(new Probe(this, 0, true, 0));
    }

    /** Never ends unless it is cancelled; its clean-up takes a while, and fails if that is wanted. */
    Probe loser(boolean failsToCleanUp) {
        return add(Probe.loser(this, 1 + random(2), failsToCleanUp));
    }

    private Probe add(Probe probe) {
        probes.add(probe);
        return probe;
    }

    /** Does something when a future ends, fails, or is cancelled. */
    <T> Future<T> ending(Future<T> future, Runnable action) {
        return new Ending<>(future, action);
    }

    /** Watches that all probes made for a future have ended when it ends itself. */
    <T> Future<T> owner(Future<T> future) {
        List<Probe> children = List.copyOf(probes.subList(owned, probes.size()));
        owned = probes.size();
        return ending(future, () -> children.forEach(child -> must(child.hasEnded(), child + " outlived its owner")));
    }

    /** Watches that all probes there are have ended when a future ends: for the only owner in a trial. */
    <T> Future<T> onlyOwner(Future<T> future) {
        return ending(future, () -> probes.forEach(child -> must(child.hasEnded(), child + " outlived its owner")));
    }

    // ------------------------------------------------------------------ tasks

    /** Starts a task that may be refused. */
    void task(Future<?> future) {
        world.run(future.<Object>map(value -> value)
                .recover(failure -> failure instanceof Refused ? Futures.ready(null) : Futures.failed(failure)));
    }

    void task(AsyncBlock<?> block) {
        task(Async.async(block));
    }

    void tasks(int count, AsyncBlock<?> block) {
        for (int i = 0; i < count; i++) {
            task(block);
        }
    }

    private static final class Ending<T> extends RawFuture<T> {

        private final Future<T> future;
        private final Runnable action;

        Ending(Future<T> future, Runnable action) {
            this.future = future;
            this.action = action;
        }

        @Override
        public Object pollRaw(Context cx) {
            Object answer;
            try {
                answer = RawFuture.pollAny(future, cx);
            } catch (Throwable failure) {
                action.run();
                throw failure;
            }
            if (answer != PENDING) {
                action.run();
            }
            return answer;
        }

        @Override
        public boolean cancel() {
            boolean released = future.cancel();
            if (released) {
                action.run();
            }
            return released;
        }

        @Override
        public boolean hasDecided() {
            return hasDecided(future);
        }
    }
}
