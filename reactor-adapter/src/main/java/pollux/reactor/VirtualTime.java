package pollux.reactor;

import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;

/** Knows the {@code VirtualTimeScheduler} of reactor-test, which need not be present, by its name. */
final class VirtualTime {

    private static final String NAME = "reactor.test.scheduler.VirtualTimeScheduler";

    private VirtualTime() {}

    /** Tells whether a scheduler, or the one that it stands for, has a time of its own. */
    static boolean drives(Scheduler scheduler) {
        for (Class<?> type = scheduler.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(NAME)) {
                return true;
            }
        }
        return scheduler instanceof Supplier<?> cached
                && cached.get() instanceof Scheduler inner
                && inner != scheduler
                && drives(inner);
    }
}
