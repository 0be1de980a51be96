package pollux.tck.leaks;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pollux.reactive.spi.BridgeHooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** What became of the items of one run: each has to be delivered or discarded, and once. Any thread may add to it. */
final class Tally {

    /** Something that has to be released. */
    static final class Item {

        private final AtomicInteger delivered = new AtomicInteger();
        private final AtomicInteger discarded = new AtomicInteger();

        void deliver() {
            delivered.incrementAndGet();
        }

        @Override
        public String toString() {
            return "delivered " + delivered + ", discarded " + discarded;
        }
    }

    private final Queue<Item> items = new ConcurrentLinkedQueue<>();
    private final Consumer<Item> hook;

    Tally(Consumer<Item> hook) {
        this.hook = hook;
    }

    /** Counts as it should. */
    static Tally honest() {
        return new Tally(item -> item.discarded.incrementAndGet());
    }

    /** Loses every hundredth discarded item. */
    static Tally losing(AtomicInteger count) {
        return new Tally(item -> item.discarded.addAndGet(count.incrementAndGet() % 100 == 0 ? 0 : 1));
    }

    /** Discards every hundredth discarded item twice. */
    static Tally repeating(AtomicInteger count) {
        return new Tally(item -> item.discarded.addAndGet(count.incrementAndGet() % 100 == 0 ? 2 : 1));
    }

    Item produce() {
        Item item = new Item();
        items.add(item);
        return item;
    }

    /** The hook for discarded items, of ours. */
    BridgeHooks peer() {
        return new BridgeHooks() {
            @Override
            protected void onDiscard(Object item) {
                hook.accept((Item) item);
            }

            @Override
            protected void onErrorDropped(Throwable error) {
                // many runs end with one that is late
            }
        };
    }

    /** The hook for discarded items, of Reactor. */
    Context context() {
        Context discarding = Operators.enableOnDiscard(Context.empty(), item -> hook.accept((Item) item));
        Consumer<Throwable> ignored = error -> {};
        return discarding.put("reactor.onErrorDropped.local", ignored);
    }

    /** An item that was lost, or that was not treated once; null if there is none. */
    @Nullable
    Item wrong() {
        for (Item item : items) {
            if (item.delivered.get() + item.discarded.get() != 1) {
                return item;
            }
        }
        return null;
    }
}
