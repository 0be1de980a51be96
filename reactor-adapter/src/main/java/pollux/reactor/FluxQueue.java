package pollux.reactor;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import pollux.reactive.spi.FusedQueue;
import reactor.core.Exceptions;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.util.context.ContextView;

/**
 * The queue of a Reactor operator that lets us poll it.
 *
 * <p>It is asked for with {@code THREAD_BARRIER}, since a stream is polled by whichever thread runs its task: an
 * operator with code of the user's behind its queue, such as {@code map}, then declines, and runs that code on its own
 * thread.
 */
final class FluxQueue<T> extends FusedQueue<T> {

    /** Under this key {@code doOnDiscard} leaves its hook. */
    private static final String DISCARD_HOOK = "reactor.onDiscard.local";

    /** Answers null once its source has completed, whatever is left in its queue: {@code take(n, false)}. */
    private static final String FORGETS = "TakeFuseableSubscriber";

    /** Pass each call on to the queue before them. */
    private static final Set<String> TRANSPARENT = Set.of("OnAssemblySubscriber", "ContextWriteSubscriber");

    private final Fuseable.QueueSubscription<T> queue;

    private FluxQueue(Fuseable.QueueSubscription<T> queue, boolean synchronous) {
        super(synchronous);
        this.queue = queue;
    }

    /**
     * Asks for fusion; null if it is not to be had.
     *
     * <p>Where items have to be released, asynchronous fusion is not asked for: Reactor's queues discard an item that
     * was offered while they were cancelled, and do not look whether it has been polled already. Nor is it where the
     * operator would lose items.
     */
    @SuppressWarnings("unchecked") // the queue of a subscription carries the items that it would signal
    static <T> @Nullable FusedQueue<T> of(Subscription upstream, ContextView context) {
        if (!(upstream instanceof Fuseable.QueueSubscription<?> offered)) {
            return null;
        }
        int wanted = context.hasKey(DISCARD_HOOK) || forgets(offered) ? Fuseable.SYNC : Fuseable.ANY;
        int mode = offered.requestFusion(wanted | Fuseable.THREAD_BARRIER);
        return mode == Fuseable.NONE
                ? null
                : new FluxQueue<>((Fuseable.QueueSubscription<T>) offered, mode == Fuseable.SYNC);
    }

    private static boolean forgets(Object offered) {
        Object queue = offered;
        while (queue instanceof Scannable wrapper && TRANSPARENT.contains(name(queue))) {
            queue = wrapper.scanUnsafe(Scannable.Attr.PARENT);
        }
        return queue != null && name(queue).equals(FORGETS);
    }

    private static String name(Object queue) {
        return queue.getClass().getSimpleName();
    }

    @Override
    protected @Nullable T poll() throws Throwable {
        try {
            return queue.poll();
        } catch (Throwable thrown) {
            throw Exceptions.unwrap(thrown);
        }
    }

    @Override
    protected boolean isEmpty() {
        return queue.isEmpty();
    }

    @Override
    protected void discardAll() {
        if (!isSynchronous()) { // a synchronous source has discarded the rest in cancel()
            queue.clear();
        }
    }
}
