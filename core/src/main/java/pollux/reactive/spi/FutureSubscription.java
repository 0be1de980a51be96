package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.AwaitTree;
import pollux.future.Block;
import pollux.future.Context;
import pollux.future.Ending;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.internal.memory.VarHandles;

/**
 * Serves a subscriber from a future or a block: its value and then at once the end; or only the end, if the value is
 * null.
 *
 * <p><b>Backpressure:</b> the future is polled from {@code subscribe} on, not from the first request on, since a
 * failure or an empty end needs no demand (2.9, 2.10). A value waits for demand.
 *
 * @param <T> the type of the value
 */
public class FutureSubscription<T> extends TaskSubscription<T> {

    /*
     * What `source` holds, by `phase`. Poller only.
     *
     *     BLOCK    a Block, that has not been started     the first poll starts it, so that its run becomes an object
     *                                                     only if it suspends, where the compiler sees that far
     *     FUTURE   the future                             after a pending poll
     *     VALUE    the value, that waits for demand
     *     OVER     null
     *     ENDING   the Ending of a future that was cancelled
     */
    private static final byte BLOCK = 0;
    private static final byte FUTURE = 1;
    private static final byte VALUE = 2;
    private static final byte OVER = 3;
    private static final byte ENDING = 4;

    private static final VarHandle DEMANDED = VarHandles.handle(MethodHandles.lookup(), "demanded", boolean.class);

    private @Nullable Object source;
    private byte phase;

    /** Whether anything was requested: one value needs no count. Release store; the wake-up behind it is the fence. */
    private volatile boolean demanded;

    /**
     * Makes a subscription that is still to be {@linkplain #start started}.
     *
     * @param future the source; belongs to this subscription from now on
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    public FutureSubscription(Future<? extends T> future, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(subscriber, peer);
        this.source = Objects.requireNonNull(future, "future");
        this.phase = FUTURE;
    }

    /**
     * Makes a subscription that is still to be {@linkplain #start started}.
     *
     * @param block the source
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    public FutureSubscription(Block<? extends T> block, Subscriber<? super T> subscriber, BridgeHooks peer) {
        super(subscriber, peer);
        this.source = Objects.requireNonNull(block, "block");
    }

    /**
     * For subclasses that serve an observer of their library's own, which takes the value without asking for it. They
     * override all four signals, and are started with their source.
     *
     * @param peer where late signals go
     * @param observer whom to serve
     */
    protected FutureSubscription(BridgeHooks peer, Object observer) {
        super(peer, observer);
        DEMANDED.set(this, true);
    }

    /**
     * Serves a subscriber from a future, if that needs no task: on the inline spawner a constant needs no polls, and
     * neither does one that has its value already, as a completed promise.
     *
     * @param <T> the type of the value
     * @param future the source, not polled yet
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     * @param spawner runs the task
     * @return null if the subscriber is served; else a subscription that is still to be {@linkplain #start started}
     */
    @SuppressWarnings("unchecked") // a future of T has a T
    public static <T> @Nullable FutureSubscription<T> unlessServed(
            Future<? extends T> future, Subscriber<? super T> subscriber, BridgeHooks peer, Spawner spawner) {
        if (spawner == Spawner.inline()) {
            Object constant = RawFuture.peek(future);
            if (constant != RawFuture.PENDING) {
                new ReadySubscription<>((T) constant, subscriber, peer).start();
                return null;
            }
            Object value = peer.services() == Services.NONE // signals find services in a task
                    ? RawFuture.takeNow(future)
                    : RawFuture.PENDING;
            if (value != RawFuture.PENDING) {
                new TakenSubscription<>((T) value, subscriber, peer).start();
                return null;
            }
        }
        return new FutureSubscription<>(future, subscriber, peer);
    }

    /**
     * Starts to serve from a block. Called once, for a subscription that was made without a source.
     *
     * @param block the source
     * @param spawner runs the task
     */
    protected final void start(Block<? extends T> block, Spawner spawner) {
        source = block;
        start(spawner);
    }

    /**
     * Starts to serve from the future that a source gives out. Called once, for a subscription that was made without a
     * source.
     *
     * @param futures the source; what it throws is the failure
     * @param spawner runs the task
     */
    protected final void start(FutureSource<T> futures, Spawner spawner) {
        phase = FUTURE;
        try {
            source = Objects.requireNonNull(futures.next(), "future");
            futures.noteRun(this);
        } catch (Throwable refusal) {
            refuse(refusal);
            return;
        }
        start(spawner);
    }

    @Override
    protected boolean demands(long n) {
        if (demanded) {
            return false;
        }
        DEMANDED.setRelease(this, true);
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // a future ends with nothing but T
    protected @Nullable Object advance(Context cx) {
        if (phase < VALUE) {
            Object answer = poll(cx);
            if (answer == null || answer == RawFuture.PENDING) {
                return answer;
            }
            if (!demanded) { // 1.1
                source = answer;
                phase = VALUE;
                return RawFuture.PENDING;
            }
            emit((T) answer);
        } else {
            if (!demanded) { // 1.1
                return RawFuture.PENDING;
            }
            T item = (T) Objects.requireNonNull(source);
            source = null;
            phase = OVER;
            emit(item);
        }
        return isServing() ? null : RawFuture.PENDING; // complete without a further request
    }

    private @Nullable Object poll(Context cx) {
        Object present = source;
        boolean starts = phase == BLOCK;
        source = null;
        phase = OVER; // stays so if the poll throws
        Future<?> running = starts ? ((Block<?>) Objects.requireNonNull(present)).start() : (Future<?>) present;
        Object answer = RawFuture.pollAny(Objects.requireNonNull(running), cx);
        if (answer == RawFuture.PENDING) {
            source = running;
            phase = FUTURE;
        }
        return answer;
    }

    @Override
    protected boolean releaseSource() {
        Object left = source;
        byte from = phase;
        source = null;
        phase = OVER;
        if (from == VALUE) {
            peer().discard(Objects.requireNonNull(left));
        } else if (from == FUTURE) {
            Ending ending = Ending.cancelled();
            source = ending;
            phase = ENDING;
            ending.giveUp((Future<?>) Objects.requireNonNull(left));
            return ending.answerCancel();
        }
        return true;
    }

    @Override
    protected boolean cleanUp(Context cx) {
        return !(source instanceof Ending ending) || ending.drop(cx);
    }

    @Override
    void describeSource(AwaitTree sketch) {
        describeDemand(sketch, demanded ? 1 : 0);
        byte now = phase;
        Object present = source; // a dump may come while this is polled: then it finds what it must not call
        if (now == FUTURE && present instanceof Future<?> || now == ENDING && present instanceof Ending) {
            sketch.awaits(present);
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + (demanded ? "demanded, " : "") + (phase <= FUTURE ? source : "ended")
                + "]";
    }
}
