package pollux.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.RawFuture;
import pollux.future.Waker;
import pollux.sync.AtomicWaker;

/** Two producers raise a flag that one consumer waits for. */
class WakerSlotRace extends Race {

    @Override
    public void run() {
        Flag flag = flag();
        Party consumer = new Party(flag);
        together(consumer, new Producer(flag), new Producer(flag));
        settle(consumer);
        require(consumer.hasEnded(), "a wake-up was lost");
    }

    Flag flag() {
        return new Flag();
    }

    /** Ends when both producers have been there. */
    static class Flag extends RawFuture<Void> {

        final AtomicWaker slot = new AtomicWaker();
        final AtomicInteger raises = new AtomicInteger();

        void raise() {
            raises.incrementAndGet();
            slot.wake();
        }

        boolean isRaised() {
            return raises.get() == 2;
        }

        void register(Waker waker) {
            slot.register(waker);
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (!isRaised()) {
                register(cx.waker());
                if (!isRaised()) {
                    return PENDING;
                }
            }
            return null;
        }
    }

    private static final class Producer implements Runnable {
        private final Flag flag;

        Producer(Flag flag) {
            this.flag = flag;
        }

        @Override
        public void run() {
            flag.raise();
        }
    }

    /** Canary: looks, registers, and does not look again. */
    static final class CheckThenRegister extends WakerSlotRace {
        @Override
        Flag flag() {
            return new Flag() {
                @Override
                public @Nullable Object pollRaw(Context cx) {
                    if (isRaised()) {
                        return null;
                    }
                    register(cx.waker());
                    return PENDING;
                }
            };
        }
    }

    /** Canary: the waker is read and forgotten in two steps, and another may be left between them. */
    static final class TakenInTwoSteps extends WakerSlotRace {
        @Override
        Flag flag() {
            return new Flag() {
                private volatile @Nullable Waker waker;

                @Override
                void register(Waker next) {
                    waker = next;
                }

                @Override
                void raise() {
                    raises.incrementAndGet();
                    Waker registered = waker;
                    if (registered != null) {
                        registered.wake();
                        waker = null;
                    }
                }
            };
        }
    }
}
