package pollux.tck.leaks;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Objects that have to be collected. Any thread may add to them. */
final class Watch {

    private static final long MILLIS_PER_COLLECTION = 50;

    private volatile String prefix = "";
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
    private final Map<Reference<?>, String> open = new ConcurrentHashMap<>();

    /** What is watched from now on belongs to this. */
    void begin(Object scene) {
        prefix = scene + ": ";
    }

    /** Watches an object. */
    <X> X on(String what, X object) {
        open.put(new WeakReference<>(object, collected), prefix + what);
        return object;
    }

    /** A number that is an object of its own. */
    Integer number() {
        return on("an item", Integer.valueOf(100_000 + open.size())); // too big for the cache of small numbers
    }

    /**
     * Lets the collector run until it has found all that must not stay, or so many times; what is left by then.
     *
     * @param collections at most; threads that are late hold on to what they work on
     * @param mayStay what is not waited for
     */
    TreeSet<String> left(int collections, Predicate<String> mayStay) throws InterruptedException {
        for (int i = 0; i < collections && !open.values().stream().allMatch(mayStay); i++) {
            System.gc();
            Reference<?> one = collected.remove(MILLIS_PER_COLLECTION);
            for (; one != null; one = collected.poll()) {
                open.remove(one);
            }
        }
        return new TreeSet<>(open.values());
    }
}
