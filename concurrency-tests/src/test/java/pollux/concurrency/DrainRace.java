package pollux.concurrency;

import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import pollux.sync.Mpsc;
import pollux.sync.Permit;
import pollux.sync.Receiver;

/** Two items come to a queue whose emptier must be one thread at a time: the channel whose receiver has left. */
class DrainRace extends Race {

    @Override
    public void run() {
        Emptier emptier = new Emptier();
        Runnable[] parts = parts(emptier);
        together(parts);
        require(!emptier.overlapped, "two threads emptied at once");
        require(emptier.items.get() == 2, "an item was left behind");
    }

    Runnable[] parts(Emptier emptier) {
        Mpsc<Integer> channel = Mpsc.bounded(2);
        Permit<Integer> one = Objects.requireNonNull(channel.sender().tryReserve());
        Permit<Integer> two = Objects.requireNonNull(channel.sender().tryReserve());
        return new Runnable[] {new Send(one), new Send(two), new Leave(channel.receiver(), emptier)};
    }

    /** Counts what it is given, and sees whether it is given one thing at a time. */
    static final class Emptier implements Consumer<Integer> {
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicInteger items = new AtomicInteger();
        private volatile boolean overlapped;

        @Override
        public void accept(Integer item) {
            overlapped |= inside.incrementAndGet() != 1;
            items.incrementAndGet();
            inside.decrementAndGet();
        }
    }

    private static final class Send implements Runnable {
        private final Permit<Integer> permit;

        Send(Permit<Integer> permit) {
            this.permit = permit;
        }

        @Override
        public void run() {
            permit.send(1);
        }
    }

    private static final class Leave implements Runnable {
        private final Receiver<Integer> receiver;
        private final Emptier emptier;

        Leave(Receiver<Integer> receiver, Emptier emptier) {
            this.receiver = receiver;
            this.emptier = emptier;
        }

        @Override
        public void run() {
            receiver.close(emptier);
        }
    }

    /** Canary: the thread that empties does not look again at what came meanwhile. */
    static final class NotLookedAtAgain extends DrainRace {
        @Override
        Runnable[] parts(Emptier emptier) {
            Loop loop = new Loop(emptier);
            return new Runnable[] {new Offer(loop), new Offer(loop)};
        }
    }

    private static final class Loop {
        private final ConcurrentLinkedQueue<Integer> queue = new ConcurrentLinkedQueue<>();
        private final AtomicInteger wip = new AtomicInteger();
        private final Emptier emptier;

        Loop(Emptier emptier) {
            this.emptier = emptier;
        }

        void offer() {
            queue.add(1);
            if (wip.getAndIncrement() == 0) {
                for (Integer item = queue.poll(); item != null; item = queue.poll()) {
                    emptier.accept(item);
                }
                wip.set(0);
            }
        }
    }

    private static final class Offer implements Runnable {
        private final Loop loop;

        Offer(Loop loop) {
            this.loop = loop;
        }

        @Override
        public void run() {
            loop.offer();
        }
    }
}
