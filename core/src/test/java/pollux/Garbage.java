package pollux;

import java.lang.ref.Reference;

/** What nothing may refer to any more. */
public final class Garbage {

    private Garbage() {}

    /**
     * Lets the collector run until all of it is gone; the time limit of the test, which interrupts, makes that a
     * failure.
     */
    public static void awaitCollected(Reference<?>... garbage) {
        for (Reference<?> each : garbage) {
            while (!each.refersTo(null)) {
                if (Thread.interrupted()) {
                    throw new AssertionError("still referred to: " + each.get());
                }
                System.gc();
            }
        }
    }
}
