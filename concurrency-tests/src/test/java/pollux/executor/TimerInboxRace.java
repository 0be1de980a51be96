package pollux.executor;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import pollux.concurrency.Race;
import pollux.executor.TimerRace.Clock;
import pollux.executor.TimerRace.Count;
import pollux.executor.TimerRace.Shard;
import pollux.future.Waker;
import pollux.time.TimerService.Registration;

/**
 * One thread registers the first timer while the owner looks how long it may sleep. The next time that the owner fires
 * what is due it does not pass by.
 */
class TimerInboxRace extends Race {

    @Override
    public void run() {
        Clock clock = new Clock();
        Shard shard = shard(clock);
        Registers registers = new Registers(shard, clock.now);
        together(registers, new Looks(shard));
        clock.now++;
        shard.fire();
        require(registers.count.wakes.get() == 1, "a timer was left in the inbox");
    }

    Shard shard(Clock clock) {
        return new Shard(clock);
    }

    private static final class Registers implements Runnable {
        private final Shard shard;
        private final long deadline;
        private final Count count = new Count();

        Registers(Shard shard, long deadline) {
            this.shard = shard;
            this.deadline = deadline;
        }

        @Override
        public void run() {
            shard.register(deadline, count);
        }
    }

    private static final class Looks implements Runnable {
        private final Shard shard;

        Looks(Shard shard) {
            this.shard = shard;
        }

        @Override
        public void run() {
            shard.isIdle();
        }
    }

    /** Canary: the owner that looks does not look into the inbox again after it has let go of the wheel. */
    static final class LooksOnce extends TimerInboxRace {
        @Override
        Shard shard(Clock clock) {
            return new OneLook(clock);
        }
    }

    private static final class OneLook extends Shard {
        private final ConcurrentLinkedQueue<Waker> inbox = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Waker> filed = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean tending = new AtomicBoolean();

        OneLook(Clock clock) {
            super(clock);
        }

        @Override
        Registration register(long deadline, Waker waker) {
            inbox.add(waker);
            file();
            return () -> {};
        }

        private boolean file() {
            if (!tending.compareAndSet(false, true)) {
                return false;
            }
            for (Waker waker = inbox.poll(); waker != null; waker = inbox.poll()) {
                filed.add(waker);
            }
            tending.set(false);
            return true;
        }

        @Override
        boolean isIdle() {
            return file() && filed.isEmpty();
        }

        @Override
        void fire() {
            if (!filed.isEmpty()) {
                filed.forEach(Waker::wake);
            }
        }
    }
}
