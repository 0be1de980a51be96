package pollux.executor;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import pollux.concurrency.Race;

/** Two threads enter a run each at the same places, one of which a run that has ended still has: a dump finds both. */
class InlineRunsRace extends Race {

    @Override
    public void run() {
        AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table = new AtomicReferenceArray<>(4);
        Work ended = new Work();
        ended.toEnd(TaskState.ABORTED);
        table.set(0, new WeakReference<>(ended));
        Work one = new Work();
        Work other = new Work();
        together(enters(one, table), enters(other, table));
        require(isIn(table, one) && isIn(table, other), "a run that waits is not shown");
    }

    Runnable enters(Work work, AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table) {
        return new Enter(work, table);
    }

    private static boolean isIn(AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table, Work work) {
        for (int place = 0; place < table.length(); place++) {
            WeakReference<InlineRunnable> entry = table.get(place);
            if (entry != null && entry.get() == work) {
                return true;
            }
        }
        return false;
    }

    static final class Work extends BareTask {}

    private static final class Enter implements Runnable {
        private final Work work;
        private final AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table;

        Enter(Work work, AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table) {
            this.work = work;
            this.table = table;
        }

        @Override
        public void run() {
            InlineRuns.put(new WeakReference<>(work), table, 0);
        }
    }

    /** Canary: the place is exchanged, whatever it holds by then. */
    static final class Exchanged extends InlineRunsRace {
        @Override
        Runnable enters(Work work, AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table) {
            return new Exchange(work, table);
        }
    }

    private static final class Exchange implements Runnable {
        private final Work work;
        private final AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table;

        Exchange(Work work, AtomicReferenceArray<@Nullable WeakReference<InlineRunnable>> table) {
            this.work = work;
            this.table = table;
        }

        @Override
        public void run() {
            for (int place = 0; place < table.length(); place++) {
                if (InlineRuns.isFree(table.get(place))) {
                    table.getAndSet(place, new WeakReference<>(work));
                    return;
                }
            }
        }
    }
}
