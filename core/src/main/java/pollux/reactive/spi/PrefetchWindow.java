package pollux.reactive.spi;

import pollux.internal.queue.SpscChain;
import pollux.internal.queue.SpscQueue;
import pollux.internal.queue.SpscRing;
import pollux.reactive.Prefetch;

/** How the window of one stream follows its {@link Prefetch}. The stream holds the current window. */
final class PrefetchWindow {

    private PrefetchWindow() {}

    /** Whether the window may change. */
    static boolean isAdaptive(Prefetch prefetch) {
        return prefetch.least() != prefetch.most();
    }

    private static boolean isUnbounded(Prefetch prefetch) {
        return prefetch.least() == Integer.MAX_VALUE;
    }

    /** The first window. */
    static long first(Prefetch prefetch) {
        return isUnbounded(prefetch) ? Long.MAX_VALUE : prefetch.least();
    }

    /** The window after another one: additive increase, multiplicative decrease. */
    static long next(Prefetch prefetch, long window, boolean waited) {
        return waited ? Math.min(window + prefetch.least(), prefetch.most()) : Math.max(window >> 1, prefetch.least());
    }

    /** A queue for the largest window. */
    static <T> SpscQueue<T> queue(Prefetch prefetch) {
        return isUnbounded(prefetch) ? new SpscChain<>() : new SpscRing<>(prefetch.most());
    }

    /** The prefetch at the time of a window. */
    static String describe(Prefetch prefetch, long window) {
        return isAdaptive(prefetch) ? window + " of " + prefetch : prefetch.toString();
    }
}
