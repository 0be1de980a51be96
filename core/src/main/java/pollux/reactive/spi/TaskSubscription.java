package pollux.reactive.spi;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.executor.InlinePoll;
import pollux.executor.Refusable;
import pollux.executor.Spawner;
import pollux.future.AwaitTree;
import pollux.future.Context;
import pollux.future.Inspectable;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.internal.memory.VarHandles;
import pollux.internal.trace.Ended;
import pollux.sync.AtomicWaker;

/**
 * A subscription that is served by a task: all signals but {@code onSubscribe} are made inside that task's polls, so
 * they are serial (1.3) on whichever spawner it runs.
 *
 * <p>{@link #request} and {@link #cancel} may be called from any thread, also from inside a signal; they leave their
 * wish and wake the task (3.2, 3.4, 3.5). On {@link Spawner#inline()} that means: it is polled on the requester's
 * thread, and there is no task but this object.
 *
 * <p>The task ends after the source was cancelled and its clean-up, if suspended, was seen through. A subscriber that
 * throws counts as cancelled (2.13); what it threw goes to the {@link BridgeHooks}. If the spawner cancels the task,
 * for instance because its pool is closed, the subscriber gets {@code onError} with a {@link CancellationException}. If
 * an executor refuses to run the task, at its start or later, the subscriber gets a {@link RejectedExecutionException}
 * whose cause is the refusal.
 *
 * @param <T> the type of the items
 */
public abstract class TaskSubscription<T> extends InlinePoll implements Subscription {

    /*
     * The task polls serve() below. On a spawner it is an object of its own, which registers its waker first and only
     * then looks at `stop` and at the demand, so a thread that changes one of these afterwards finds the waker. Inline
     * there is no task: this object is polled, and woken, itself.
     *
     * States, all but the first and the last decided by one compare-and-set on `stop`:
     *
     *   null              serving
     *   CANCELLED         by the subscriber, or because it threw: no further signal (1.8)
     *   a Throwable       onError with it once the source is cleaned up: a bad request (3.9), the spawner gave the task
     *                     up, or a fatal error that the subscriber has thrown. Or the source ended with it
     *   ENDED             the source ended, its signal was or is being made (1.7); what comes at the same time may be too late
     */
    private static final VarHandle STOP = VarHandles.handle(MethodHandles.lookup(), "stop", Object.class);

    private static final Object CANCELLED = new Object();
    private static final Object ENDED = new Object();

    /** What {@link #task} holds from {@link #standAside} on. */
    private static final Object HANDED_OVER = new Object();

    private final BridgeHooks peer;

    /**
     * The {@link AtomicWaker} of the task, written before onSubscribe. If this runs inline: the thread that calls
     * onSubscribe, during that call; afterwards null, or HANDED_OVER. The call is the one time at which the subscriber
     * may become the poller, and what that thread asks for in it needs no wake-up: it polls afterwards. Others read
     * this by a data race, and find anything but themselves.
     */
    private @Nullable Object task;

    private volatile @Nullable Object stop;

    /** Poller only; null at the end, so that nothing is retained (3.13). */
    private @Nullable Object receiver;

    /** Poller only: whether the source was told to release. */
    private boolean releasing;

    /**
     * For subclasses.
     *
     * @param subscriber the subscriber to serve
     * @param peer where late signals go
     */
    protected TaskSubscription(Subscriber<? super T> subscriber, BridgeHooks peer) {
        this.receiver = Objects.requireNonNull(subscriber, "subscriber"); // 1.9
        this.peer = Objects.requireNonNull(peer, "peer");
    }

    /** For subclasses that serve an observer of their library's own, and make all four signals themselves. */
    TaskSubscription(BridgeHooks peer, Object receiver) {
        this.receiver = Objects.requireNonNull(receiver, "receiver");
        this.peer = Objects.requireNonNull(peer, "peer");
    }

    // ------------------------------------------------------------------ for subclasses to fill in

    /**
     * Advances the source and emits what may be emitted. What it throws is the source's failure.
     *
     * @param cx the context of this poll; its waker is registered with this subscription already
     * @return null when the source has ended; {@link RawFuture#PENDING} when it waits, or {@link #emit} was false
     */
    protected abstract @Nullable Object advance(Context cx);

    /**
     * Cancels the source, unless it has ended. Called at most once, never during {@link #advance}.
     *
     * @return true if everything is released; false if {@link #cleanUp} has to be polled
     */
    protected abstract boolean releaseSource();

    /**
     * Polls a source whose clean-up is suspended; ignores and discards what it yields.
     *
     * @param cx the context of this poll
     * @return true when the source has ended
     */
    protected abstract boolean cleanUp(Context cx);

    /**
     * Notes demand, by a write with at least release semantics. Called by any thread.
     *
     * @param n how much, positive
     * @return true if the task may be waiting for it and has to be woken
     */
    protected abstract boolean demands(long n);

    /**
     * Signals an item. Override it where a library has subscribers that may refuse one instead of requesting another.
     *
     * @param to the subscriber that this was made for
     * @param item the item
     * @return false if it was refused, so that it does not count against the demand
     */
    protected boolean signal(Subscriber<? super T> to, T item) {
        to.onNext(item);
        return true;
    }

    /**
     * Hands this over to whom it serves. Override this and the other three for one that is no {@code Subscriber}.
     *
     * @param to whom this was made for
     */
    @SuppressWarnings("unchecked") // subscribers of T, unless a subclass serves others
    protected void signalStart(Object to) {
        ((Subscriber<? super T>) to).onSubscribe(this);
    }

    /**
     * Signals an item to whom this serves; see {@link #signalStart}.
     *
     * @param to whom this was made for
     * @param item the item
     * @return false if it was refused, as in {@link #signal}
     */
    @SuppressWarnings("unchecked") // see above
    protected boolean signalItem(Object to, T item) {
        return signal((Subscriber<? super T>) to, item);
    }

    /**
     * Signals the end to whom this serves; see {@link #signalStart}.
     *
     * @param to whom this was made for
     */
    protected void signalComplete(Object to) {
        ((Subscriber<?>) to).onComplete(); // 1.5
    }

    /**
     * Signals a failure to whom this serves; see {@link #signalStart}.
     *
     * @param to whom this was made for
     * @param failure the failure
     */
    protected void signalError(Object to, Throwable failure) {
        ((Subscriber<?>) to).onError(failure); // 1.4
    }

    /** Notes that the item which is about to be signalled is the end as well. */
    protected final void endsWithItem() {
        STOP.setRelease(this, ENDED);
    }

    /**
     * Delivers an item, unless the subscriber has cancelled meanwhile. The caller has seen demand for it, and asks
     * {@link #isServing} before it goes on.
     *
     * @param item the item
     * @return true if it counts against the demand
     */
    protected final boolean emit(T item) {
        if (stop != null) {
            peer.discard(item); // 1.8
            return false;
        }
        return deliver(item);
    }

    /** As {@link #emit}, right after {@link #isServing} has answered true. */
    @SuppressWarnings("NullAway") // while this serves there is a subscriber
    final boolean deliver(T item) {
        try {
            return signalItem(receiver, item);
        } catch (Throwable thrown) {
            fault(thrown);
            return false;
        }
    }

    /**
     * Tells whether there is still a subscriber to serve.
     *
     * @return false if the subscriber has cancelled, or gets nothing but an error from now on
     */
    protected final boolean isServing() {
        return stop == null;
    }

    /** Returns the failure that its subscriber got or gets; null if there is none so far. */
    final @Nullable Throwable failure() {
        return stop instanceof Throwable failed ? failed : null;
    }

    /** Why {@link #isServing} is false; null while it is true. */
    final @Nullable Object whyStopped() {
        return stop;
    }

    /**
     * Hands the source over to the subscriber, which polls it from now on: nothing runs here, and nothing is signalled.
     * Possible only inside {@code onSubscribe} and on {@link Spawner#inline()}, whose threads are the subscriber's.
     *
     * @return false if it is not possible
     */
    final boolean standAside() {
        if (task != Thread.currentThread() || stop != null) {
            return false;
        }
        task = HANDED_OVER;
        receiver = null; // 3.13
        return true;
    }

    /**
     * Returns where late signals go.
     *
     * @return the peer
     */
    protected final BridgeHooks peer() {
        return peer;
    }

    // ------------------------------------------------------------------ the publisher's side

    /**
     * Hands this subscription to its subscriber, then starts the task. Called once, by {@code subscribe}.
     *
     * @param spawner runs the task; finds the services of the peer
     */
    @SuppressWarnings("NullAway") // there is a subscriber at the start
    public final void start(Spawner spawner) {
        boolean inline = spawner == Spawner.inline();
        if (inline) {
            task = Thread.currentThread();
            expect();
        } else {
            task = new AtomicWaker();
        }
        try {
            signalStart(receiver); // 1.9; the task starts after it, so requests made in it are served in order
        } catch (Throwable thrown) {
            fault(thrown);
        }
        if (inline) {
            if (task == HANDED_OVER) {
                return; // never polled: a request or a cancel leads to nothing
            }
            task = null;
            begin(peer.around());
        } else {
            spawn(spawner);
        }
    }

    /** Starts with nothing to serve from: the subscriber gets the reason. Called once, in place of {@link #start}. */
    @SuppressWarnings("NullAway") // there is a subscriber at the start
    final void refuse(Throwable refusal) {
        try {
            signalStart(receiver); // a cancel in it wakes nothing: the run is dormant
        } catch (Throwable thrown) {
            fault(thrown);
        }
        Object last = end();
        if (STOP.compareAndSet(this, null, ENDED)) {
            signalEnd(last, refusal);
            return;
        }
        peer.dropError(refusal); // 1.8
        if (stop instanceof Throwable reason) {
            signalEnd(last, reason); // a bad request, or a fatal error of the subscriber
        }
    }

    private void spawn(Spawner spawner) {
        Delivery delivery = new Delivery();
        Throwable refusal;
        try {
            if (!spawner.spawn(delivery, peer.services()).isCancelled()) {
                return;
            }
            refusal = new CancellationException("the spawner of this publisher is closed");
        } catch (Throwable thrown) {
            refusal = thrown; // 1.9: subscribe returns normally
        }
        if (!delivery.giveUp(refusal)) {
            Spawner.inline().spawn(delivery); // the clean-up has to be seen through all the same
        }
    }

    private static RejectedExecutionException refused(Throwable refusal) {
        return new RejectedExecutionException(
                "an executor refused to run the task that serves this subscriber", refusal);
    }

    // ------------------------------------------------------------------ the subscriber's side

    @Override
    public final void request(long n) {
        if (n <= 0) {
            stop(new IllegalArgumentException("Reactive Streams rule 3.9: request(n) needs n > 0, was " + n));
        } else if (demands(n)) { // 3.8, 3.17
            wakeTask();
        }
    }

    @Override
    public final void cancel() {
        stop(CANCELLED); // 3.5, 3.7: the first one counts
    }

    /** Ends the service for a reason; the first one stays. */
    private void stop(Object reason) {
        if (STOP.compareAndSet(this, null, reason)) {
            wakeTask();
        }
    }

    private void wakeTask() {
        Object woken = task;
        if (woken instanceof AtomicWaker spawned) {
            spawned.wake();
        } else if (woken != Thread.currentThread()) {
            wake();
        }
    }

    private void fault(Throwable thrown) {
        // ENDED has been noted before the item that has thrown
        if (peer.isFatal(thrown)
                && (STOP.compareAndSet(this, null, thrown) || STOP.compareAndSet(this, ENDED, thrown))) {
            wakeTask(); // which signals it
            return;
        }
        stop(CANCELLED); // 2.13
        peer.droppedError(thrown);
    }

    /** Says whom this serves, what is demanded, and what the items come from. */
    @Override
    public final void describe(AwaitTree sketch) {
        sketch.name(getClass().getSimpleName());
        Object to = receiver;
        if (to != null) {
            sketch.note("subscriber " + to.getClass().getName());
        }
        describeSource(sketch);
    }

    /** Says what is demanded and what the items come from. For dumps, on any thread. */
    void describeSource(AwaitTree sketch) {}

    /** Says how much is demanded. Without demand, the next request wakes the task. */
    static void describeDemand(AwaitTree sketch, long demand) {
        sketch.count("demand", demand);
        if (demand == 0) {
            sketch.wokenBy();
        }
    }

    // ------------------------------------------------------------------ the task

    @Override
    protected final boolean runOnce(Context cx) {
        return serve(cx);
    }

    /** Polls once; true if this is over. */
    private boolean serve(Context cx) {
        if (stop == null) {
            try {
                if (advance(cx) != RawFuture.PENDING) {
                    sourceEnded(null);
                    return true;
                }
            } catch (Throwable failure) {
                sourceEnded(failure);
                return true;
            }
            if (stop == null) {
                return false;
            }
        }
        if (stop == CANCELLED) {
            receiver = null; // 3.13, also while the source cleans up
        }
        if (release() || cleanUp(cx)) {
            released();
            return true;
        }
        return false;
    }

    private boolean release() {
        if (releasing) {
            return false; // it was suspended, and cleanUp() tells when it is done
        }
        releasing = true;
        return releaseSource();
    }

    private void released() {
        Object last = end();
        if (last != null && stop instanceof Throwable reason) {
            signalEnd(last, reason);
        }
    }

    private void sourceEnded(@Nullable Throwable failure) {
        Object last = end();
        Object reason = stop;
        if (last == null) {
            return; // not after an advance()
        }
        if (reason == null) {
            STOP.setRelease(this, failure == null ? ENDED : failure);
            signalEnd(last, failure); // with or without demand (2.9, 2.10)
            return;
        }
        if (failure != null) {
            peer.droppedError(failure); // not an answer to the cancellation, of which the source has not heard
        }
        if (reason instanceof Throwable thrown) {
            signalEnd(last, thrown);
        }
    }

    private @Nullable Object end() {
        Object last = receiver;
        receiver = null; // 3.13
        return last;
    }

    private void signalEnd(Object last, @Nullable Throwable failure) {
        try {
            if (failure == null) {
                signalComplete(last);
            } else {
                signalError(last, failure);
            }
        } catch (Throwable thrown) {
            if (failure == null && peer.isFatal(thrown)) {
                signalEnd(last, thrown);
            } else {
                peer.droppedError(thrown); // 2.13
            }
        }
    }

    /** Polls within the services that have the hook of the peer. */
    private final class Serving extends RawFuture<Void> {

        @Override
        public @Nullable Object pollRaw(Context cx) {
            return serve(cx) ? null : PENDING;
        }
    }

    /** What is spawned. It is an object of its own because the two methods {@code cancel()} differ in their result. */
    private final class Delivery extends RawFuture<Void> implements Inspectable, Refusable {

        private final Serving serving = new Serving();
        private final AtomicWaker waker = (AtomicWaker) Objects.requireNonNull(task);
        private boolean over;

        /** The services of the task, without and with the hook of the peer. */
        private @Nullable Services plain;

        private Services hooked = Services.NONE;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (over) {
                throw Ended.future(TaskSubscription.this);
            }
            waker.register(cx.waker()); // register, then look
            if (plain != cx.services()) {
                plain = cx.services();
                hooked = peer.hooked(plain);
            }
            if (cx.pollWith(serving, hooked) == PENDING) {
                return PENDING;
            }
            end();
            return null;
        }

        @Override
        public boolean cancel() {
            return giveUp(
                    new CancellationException("the task that served this subscriber was cancelled by its spawner"));
        }

        @Override
        public boolean refuse(Throwable refusal) {
            return giveUp(refused(refusal));
        }

        /** Stops for a reason of the spawner's. Has no effect on a task that is over. */
        boolean giveUp(Throwable reason) {
            if (over) {
                return true;
            }
            STOP.compareAndSet(TaskSubscription.this, null, reason);
            if (!release()) {
                return false;
            }
            end();
            released();
            return true;
        }

        private void end() {
            over = true;
            waker.clear(); // a kept subscription keeps no task (3.13)
        }

        @Override
        public void describe(AwaitTree sketch) {
            TaskSubscription.this.describe(sketch);
        }

        @Override
        public String toString() {
            return "task of " + TaskSubscription.this;
        }
    }
}
