package pollux.executor;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import pollux.concurrency.Race;
import pollux.future.Waker;
import pollux.time.TimeSource;
import pollux.time.TimerService.Registration;

/**
 * One thread registers two timers and cancels the first, while the owner fires what is due. The clock wraps meanwhile.
 */
class TimerRace extends Race {

    private static final long NEAR_THE_WRAP = Long.MAX_VALUE - 1_000_000;
    private static final long TICKS = 5_000_000;

    @Override
    public void run() {
        Clock clock = new Clock();
        Shard shard = shard(clock);
        User user = new User(shard);
        together(user, new Owner(clock, shard));
        require(user.kept.wakes.get() == 0, "a timer fired before its time");
        clock.now = NEAR_THE_WRAP + TICKS;
        shard.fire();
        require(user.kept.wakes.get() == 1, "a timer did not fire once");
        // cancelling may come between taking the waker and waking it, so a last wake is allowed after it
        require(user.withdrawn.wakes.get() <= 1, "a cancelled timer fired twice");
        require(shard.isIdle(), "a timer was left in the wheel");
    }

    Shard shard(Clock clock) {
        return new Shard(clock);
    }

    static final class Clock implements TimeSource {
        volatile long now = NEAR_THE_WRAP;

        @Override
        public long nanoTime() {
            return now;
        }
    }

    /** The timers of core. */
    static class Shard implements Runnable {
        private final TimerShard timers;

        Shard(Clock clock) {
            this.timers = new TimerShard(clock, this);
        }

        @Override
        public void run() {
            // the owner is never parked here
        }

        Registration register(long deadline, Waker waker) {
            return timers.register(deadline, waker);
        }

        void fire() {
            timers.fireDue();
        }

        boolean isIdle() {
            return timers.nanosToNext() == Long.MAX_VALUE;
        }
    }

    static final class Count implements Waker {
        final AtomicInteger wakes = new AtomicInteger();

        @Override
        public void wake() {
            wakes.incrementAndGet();
        }
    }

    private static final class User implements Runnable {
        private final Shard shard;
        private final Count kept = new Count();
        private final Count withdrawn = new Count();

        User(Shard shard) {
            this.shard = shard;
        }

        @Override
        public void run() {
            Registration first = shard.register(NEAR_THE_WRAP, withdrawn);
            shard.register(NEAR_THE_WRAP + TICKS, kept);
            first.cancel();
        }
    }

    private static final class Owner implements Runnable {
        private final Clock clock;
        private final Shard shard;

        Owner(Clock clock, Shard shard) {
            this.clock = clock;
            this.shard = shard;
        }

        @Override
        public void run() {
            shard.fire();
            clock.now = NEAR_THE_WRAP + TICKS / 2;
            shard.fire();
        }
    }

    /** Canary: compares the readings of the clock, which wraps, instead of their difference with zero. */
    static final class ComparedByLess extends TimerRace {
        @Override
        Shard shard(Clock clock) {
            return new Shard(clock) {
                private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();

                @Override
                Registration register(long deadline, Waker waker) {
                    Entry entry = new Entry(deadline, waker, entries);
                    entries.add(entry);
                    return entry;
                }

                @Override
                void fire() {
                    for (Entry entry : entries) {
                        if (entry.deadline <= clock.now && entries.remove(entry)) {
                            entry.waker.wake();
                        }
                    }
                }

                @Override
                boolean isIdle() {
                    return entries.isEmpty();
                }
            };
        }
    }

    private static final class Entry implements Registration {
        private final long deadline;
        private final Waker waker;
        private final ConcurrentLinkedQueue<Entry> entries;

        Entry(long deadline, Waker waker, ConcurrentLinkedQueue<Entry> entries) {
            this.deadline = deadline;
            this.waker = waker;
            this.entries = entries;
        }

        @Override
        public void cancel() {
            entries.remove(this);
        }
    }
}
