package pollux.future;

import org.jspecify.annotations.Nullable;

/**
 * The calls of this package that compiled code makes in place of those that it awaits where they stand, as {@code
 * await(yieldNow())}. For compiled code only; see {@link pollux.sync.AwaitedCalls}.
 */
public final class AwaitedCalls {

    /** What a task that has yielded waits for. One for all: a task that polls it has its next turn. */
    private static final Future<Void> YIELDED = new Yielded();

    private AwaitedCalls() {}

    /**
     * Awaits {@link Futures#yieldNow}. It gives back one turn, also where no budget is left.
     *
     * @param cx the context of this poll
     * @return {@link RawFuture#PENDING}; the future is {@linkplain Context#suspendAt kept in the context}
     */
    public static @Nullable Object yieldNow(Context cx) {
        cx.yield();
        cx.suspendAt(YIELDED);
        return RawFuture.PENDING;
    }

    private static final class Yielded extends RawFuture<Void> {

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return null;
        }

        @Override
        public String toString() {
            return "Futures.yieldNow()";
        }
    }
}
