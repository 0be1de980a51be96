package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import pollux.internal.memory.VarHandles;
import pollux.reactive.ProtocolViolation;

/**
 * A publisher's subscription whose {@code request} and {@code cancel} are called one after the other, whichever threads
 * ask for them (2.7), and never from within each other, so that a synchronous publisher uses no stack (3.3).
 *
 * <p>Neither method blocks or throws: a call that finds another under way leaves its wish behind, and the thread of
 * that call carries it out. The one exception is a cancel on the very thread that is inside the publisher's
 * {@code request}: it goes through at once, or an endless synchronous publisher would never hear of it. On any other
 * thread such a cancel takes effect at the publisher's next signal, or when its {@code request} returns, so a consumer
 * that receives a signal after having cancelled calls {@link #cancel()} again.
 */
public final class SerialSubscription implements Subscription {

    /*
     * calls counts the calls not yet made; the thread that raises it from 0 owns the publisher's subscription until it
     * is back at 0. The wishes themselves are demand, which adds up, ended, which wins over it, and cancelled, which
     * wins over both: a cancel before the end is obeyed, however the threads meet. `caller` is the owning thread: no
     * other thread can find itself in it, so reading it needs no order. `ended` is a plain field: it is written before
     * calls is raised ↔ read after that. After a cancel or the end there is nothing left to call, and calls stays raised.
     *
     * One that is `owned` belongs to its maker until `open`: its first request needs no wish. What other threads ask
     * for meanwhile is seen when `open` lowers calls; a cancel by the maker goes through at once.
     */
    private static final VarHandle CALLS = VarHandles.handle(MethodHandles.lookup(), "calls", int.class);
    private static final VarHandle DEMAND = VarHandles.handle(MethodHandles.lookup(), "demand", long.class);

    private final Class<?> culprit;
    private final BridgeHooks peer;
    private final Consumer<? super ProtocolViolation> faults;

    @SuppressWarnings("UnusedVariable") // read by CALLS
    private volatile int calls;

    private volatile long demand;
    private volatile boolean cancelled;
    private boolean ended;
    private @Nullable Thread caller;

    /** Only the owner touches it; null at the end, so that nothing is retained. */
    private @Nullable Subscription publisher;

    /**
     * Wraps a subscription.
     *
     * @param publisher the subscription of the publisher
     * @param culprit the class to blame if it throws
     * @param peer where the violation goes if {@code cancel} throws (3.15)
     * @param faults told if {@code request} throws (3.16), before the publisher is cancelled, since that may signal
     *     from inside its cancel
     */
    public SerialSubscription(
            Subscription publisher, Class<?> culprit, BridgeHooks peer, Consumer<? super ProtocolViolation> faults) {
        this.publisher = publisher;
        this.culprit = culprit;
        this.peer = peer;
        this.faults = faults;
    }

    /** Wraps a subscription that this thread uses first: {@link #open} follows, or {@link #cancel}. */
    static SerialSubscription owned(
            Subscription publisher, Class<?> culprit, BridgeHooks peer, Consumer<? super ProtocolViolation> faults) {
        SerialSubscription made = new SerialSubscription(publisher, culprit, peer, faults);
        CALLS.set(made, 1);
        made.caller = Thread.currentThread();
        return made;
    }

    /** Makes the first request, of n items if n is positive, and lets other threads make calls. */
    void open(long n) {
        run(n);
    }

    /**
     * Asks for more items.
     *
     * @param n how many more, positive
     */
    @Override
    public void request(long n) {
        long before;
        do {
            before = demand;
        } while (before != Long.MAX_VALUE && !DEMAND.compareAndSet(this, before, Demand.sum(before, n)));
        if (owns()) {
            run(wanted());
        }
    }

    /** Cancels. Calling it again is allowed, and needed where the class description says so. */
    @Override
    public void cancel() {
        cancelled = true;
        if (caller == Thread.currentThread()) {
            cancelPublisher();
        } else if (owns()) {
            run(0);
        }
    }

    /** Lets go of the publisher's subscription without a call: it has ended by itself (1.6, 2.4). */
    void forget() {
        if (caller == Thread.currentThread()) {
            publisher = null;
        } else {
            ended = true;
            if (owns()) {
                run(0);
            }
        }
    }

    /** Announces a call; true if the caller is the owner now, else the owner looks again before it lets go. */
    private boolean owns() {
        return (int) CALLS.getAndAdd(this, 1) == 0;
    }

    private long wanted() {
        return demand == 0 ? 0 : (long) DEMAND.getAndSet(this, 0L);
    }

    /** Makes the calls that are wished for, as the owner: first the request of n items, if n is positive. */
    private void run(long n) {
        int seen = 1;
        for (long next = n; ; next = wanted()) {
            caller = Thread.currentThread();
            if (cancelled) {
                cancelPublisher();
                break;
            }
            if (ended) {
                publisher = null;
                break;
            }
            requestFromPublisher(next);
            caller = null;
            seen = (int) CALLS.getAndAdd(this, -seen) - seen;
            if (seen == 0) {
                return;
            }
        }
        caller = null;
    }

    private void requestFromPublisher(long n) {
        Subscription open = publisher;
        if (n == 0 || open == null) {
            return;
        }
        try {
            open.request(n);
        } catch (Throwable thrown) {
            cancelled = true;
            faults.accept(new ProtocolViolation("3.16", culprit, "threw from Subscription.request", thrown));
            cancelPublisher();
        }
    }

    private void cancelPublisher() {
        Subscription open = publisher;
        if (open == null) {
            return;
        }
        publisher = null; // first, so that cancelling again from inside finds nothing to do
        try {
            open.cancel();
        } catch (Throwable thrown) {
            peer.dropError(new ProtocolViolation("3.15", culprit, "threw from Subscription.cancel", thrown));
        }
    }
}
