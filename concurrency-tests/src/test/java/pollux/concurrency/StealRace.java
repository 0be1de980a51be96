package pollux.concurrency;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.internal.queue.StealQueue;

/** The owner pushes and pops while two thieves help themselves. */
class StealRace extends Race {

    private static final int ELEMENTS = 5;

    @Override
    public void run() {
        AtomicIntegerArray taken = new AtomicIntegerArray(ELEMENTS);
        StealQueue<Integer> queue = new StealQueue<>(new Count(taken));
        for (int i = 0; i < ELEMENTS - 1; i++) {
            queue.push(i);
        }
        StealQueue<Integer> first = new StealQueue<>(new Count(taken));
        StealQueue<Integer> second = new StealQueue<>(new Count(taken));
        together(new Owner(queue, taken), new Thief(queue, first, taken), new Thief(queue, second, taken));
        drain(queue, taken);
        drain(first, taken);
        drain(second, taken);
        for (int i = 0; i < ELEMENTS; i++) {
            require(taken.get(i) == 1, "an element was lost or taken twice");
        }
    }

    private static void drain(StealQueue<Integer> queue, AtomicIntegerArray taken) {
        for (Integer element = queue.pop(); element != null; element = queue.pop()) {
            taken.incrementAndGet(element);
        }
    }

    static void count(@Nullable Integer element, AtomicIntegerArray taken) {
        if (element != null) {
            taken.incrementAndGet(element);
        }
    }

    private static final class Count implements Consumer<Integer> {
        private final AtomicIntegerArray taken;

        Count(AtomicIntegerArray taken) {
            this.taken = taken;
        }

        @Override
        public void accept(Integer element) {
            taken.incrementAndGet(element);
        }
    }

    private static final class Owner implements Runnable {
        private final StealQueue<Integer> queue;
        private final AtomicIntegerArray taken;

        Owner(StealQueue<Integer> queue, AtomicIntegerArray taken) {
            this.queue = queue;
            this.taken = taken;
        }

        @Override
        public void run() {
            count(queue.pop(), taken);
            queue.push(ELEMENTS - 1);
            count(queue.pop(), taken);
        }
    }

    private static final class Thief implements Runnable {
        private final StealQueue<Integer> queue;
        private final StealQueue<Integer> own;
        private final AtomicIntegerArray taken;

        Thief(StealQueue<Integer> queue, StealQueue<Integer> own, AtomicIntegerArray taken) {
            this.queue = queue;
            this.own = own;
            this.taken = taken;
        }

        @Override
        public void run() {
            count(queue.stealInto(own), taken);
        }
    }
}
