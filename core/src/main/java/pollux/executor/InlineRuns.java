package pollux.executor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import pollux.debug.OpenPools;
import pollux.debug.PoolTree;
import pollux.debug.TaskTree;

/** The inline runs and the hosted tasks of this process that have waited, for dumps. Keeps none of them alive. */
final class InlineRuns {

    /*
     * A table of weak references. A run is entered once, when it waits for the first time; one that never waits costs
     * nothing. No thread takes an entry out: a place whose run has ended, or is gone, is free for the next. A run that
     * finds no free place nearby is not shown. So the memory is bounded, an entry costs a weak reference and at most
     * one compare-and-set, and ending costs nothing.
     *
     * A thread that has a ThreadPlace has a place of its own here too, which no other thread writes: a release store
     * will do. In most programs a thread has one such run at a time.
     *
     * In the table each thread begins to look at the place that it has found last, by a counter of its stripe: if that
     * run has ended, the place, the reference and the run are still in the cache. The counters are written without any
     * order; two threads that see the same number meet at one place, and one of them goes on to the next.
     */

    static final int PLACES = 1 << 14;

    /** How many futures are looked at, as in one pool. */
    private static final int MOST = 60_000;

    private static final int STRIPES = 64;
    private static final int APART = 16; // ints or references; counters that share a line are one counter
    private static final int TRIES = 16;

    /** Made by the first run that waits. */
    private static final class Table {
        static final AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> PLACES_OF =
                new AtomicReferenceArray<>(PLACES);
        static final AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> OWN_PLACES =
                new AtomicReferenceArray<>(ThreadPlace.COUNT * APART);
        static final int[] NEXT = new int[STRIPES * APART];
    }

    private static volatile boolean full;
    private static volatile boolean used;

    private InlineRuns() {}

    /** Enters a run that is about to wait for the first time. Never throws but for want of memory. */
    static void add(InlineRunnable run) {
        if (!used) {
            enter();
        }
        Thread thread = Thread.currentThread();
        WeakReference<InlineRunnable> entry = new WeakReference<>(run);
        int own = ThreadPlace.of(thread) * APART;
        if (own >= 0 && isFree(Table.OWN_PLACES.getPlain(own))) {
            Table.OWN_PLACES.setRelease(own, entry);
            return;
        }
        int stripe = (int) thread.getId() & STRIPES - 1;
        int start = Table.NEXT[stripe * APART];
        int tries = put(entry, Table.PLACES_OF, stripe * (PLACES / STRIPES) + start);
        Table.NEXT[stripe * APART] = start + tries;
        if (tries == TRIES) {
            full = true;
        }
    }

    /**
     * Puts an entry into the first free place from one on. Another thread may do so at the same places: it does not
     * write over this entry as long as its run has not ended.
     *
     * @param table its length is a power of two
     * @return how many places were not free; {@link #TRIES} if the entry is in none
     */
    static int put(
            WeakReference<InlineRunnable> entry,
            AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table,
            int from) {
        for (int i = 0; i < TRIES; i++) {
            int place = from + i & table.length() - 1;
            WeakReference<InlineRunnable> present = table.get(place);
            if (isFree(present) && table.compareAndSet(place, present, entry)) {
                return i;
            }
        }
        return TRIES;
    }

    /** From now on dumps look here. */
    private static synchronized void enter() {
        if (!used) {
            OpenPools.add(InlineRuns.class, runs -> look());
            used = true;
        }
    }

    static boolean isFree(@Nullable WeakReference<InlineRunnable> place) {
        InlineRunnable run = place == null ? null : place.get();
        return run == null || run.isOver();
    }

    /** Shows all runs as one pool; null if there are none. */
    static @Nullable PoolTree look() {
        List<TaskTree> runs = new ArrayList<>();
        int size = look(Table.OWN_PLACES, APART, PLACES, runs, 0);
        look(Table.PLACES_OF, 1, 0, runs, size);
        return runs.isEmpty() ? null : new PoolTree("no pool" + (full ? " (not all are shown)" : ""), runs, 0);
    }

    /** Adds the runs of one table; returns how many futures they show, with those before. */
    private static int look(
            AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table,
            int apart,
            int before,
            List<TaskTree> runs,
            int shown) {
        int size = shown;
        for (int place = 0; place < table.length() && size < MOST; place += apart) {
            WeakReference<InlineRunnable> entry = table.get(place);
            InlineRunnable run = entry == null ? null : entry.get();
            if (run != null && !run.isOver()) {
                TaskTree sketch = run.look(-1L - before - place); // a run that is no task has no number
                if (!run.isOver()) {
                    runs.add(sketch);
                    size += sketch.sketch().size();
                }
            }
        }
        return size;
    }
}
