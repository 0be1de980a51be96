package pollux.rxjava;

import io.reactivex.rxjava3.core.ObservableSource;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.reactive.ProtocolViolation;
import pollux.stream.RawStream;
import pollux.sync.AtomicWaker;

/**
 * The items of an observable, pulled: {@code stream(observable, overflow)}.
 *
 * <p>Nothing happens before the first poll, which subscribes. The thread that emits puts the item into a queue, or does
 * what the {@link Overflow} says, and wakes the consumer; it takes no lock and is never parked.
 *
 * <p><b>Backpressure:</b> none. <b>Cancellation:</b> disposes of the source; items that wait are dropped. <b>Errors</b>
 * are thrown after the items that came before them; what arrives too late goes to {@code RxJavaPlugins.onError}.
 */
final class ObservableStream<T> extends RawStream<T> implements Observer<T> {

    /*
     *   waiting    how many items may be taken from the queue. The producer adds an item and then counts it; the thread that counts
     *              one down owns one: the consumer, or the producer when it drops the oldest. So neither ever finds the
     *              queue empty, and no more than the capacity are ever there to be taken.
     *   end        null ──▶ COMPLETE or Failed ──poll──▶ ENDED
     *              any  ──cancel()──▶ ENDED
     *   upstream   null ──onSubscribe──▶ handle ──▶ disposed(), by the end, an overflow or cancel()
     *
     * The consumer registers its waker, then looks again; the producer writes `waiting` or `end`, then looks for a
     * waker. All are volatile, so one side sees the other. Likewise cancel() writes `end` and then clears the queue,
     * the producer adds and then looks at `end`, so nothing is retained.
     */
    private static final VarHandle WAITING;
    private static final VarHandle END;
    private static final VarHandle UPSTREAM;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAITING = lookup.findVarHandle(ObservableStream.class, "waiting", int.class);
            END = lookup.findVarHandle(ObservableStream.class, "end", Object.class);
            UPSTREAM = lookup.findVarHandle(ObservableStream.class, "upstream", Disposable.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final Object COMPLETE = new Object();
    private static final Object ENDED = new Object();

    private record Failed(Throwable error) {}

    private final ObservableSource<? extends T> source;
    private final Overflow overflow;
    private final Queue<T> queue = new ConcurrentLinkedQueue<>();
    private final AtomicWaker consumer = new AtomicWaker();

    private volatile int waiting;
    private volatile @Nullable Object end;

    @SuppressWarnings("UnusedVariable") // read by UPSTREAM
    private volatile @Nullable Disposable upstream;

    /** Consumer only. */
    private boolean started;

    ObservableStream(ObservableSource<? extends T> source, Overflow overflow) {
        this.source = Objects.requireNonNull(source, "observable");
        this.overflow = Objects.requireNonNull(overflow, "overflow");
    }

    // ------------------------------------------------------------------ the observable's side

    @Override
    public void onSubscribe(Disposable handle) {
        if (handle == null) {
            violated("called onSubscribe with null");
            return;
        }
        Disposable before = (Disposable) UPSTREAM.compareAndExchange(this, null, handle);
        if (before != null) {
            dispose(handle); // it comes late, or twice
            if (before != Disposable.disposed()) {
                PluginBridge.PEER.dropError(
                        new ProtocolViolation("2.12", source.getClass(), "called onSubscribe twice"));
            }
        }
    }

    @Override
    public void onNext(T item) {
        if (item == null) {
            violated("called onNext with null");
        } else if (end == null && overflow.makesRoom(this)) {
            queue.add(item);
            WAITING.getAndAdd(this, 1);
            consumer.wake();
            if (end == ENDED) {
                queue.clear();
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        if (error == null) {
            violated("called onError with null");
        } else {
            finishOrDrop(error);
        }
    }

    @Override
    public void onComplete() {
        finish(COMPLETE);
    }

    /** For the policy: how many items wait. */
    int waiting() {
        return waiting;
    }

    /**
     * For the policy, on the emitting thread: drops the item that has waited longest, unless it was taken meanwhile.
     */
    void dropOldest(int expected) {
        if (WAITING.compareAndSet(this, expected, expected - 1)) {
            queue.poll();
        }
    }

    /**
     * Ends with a failure, after the items that wait, and disposes of the source. Decides first: the source may signal
     * from inside its own disposal, and those signals are late.
     */
    void fail(Throwable error) {
        boolean first = END.compareAndSet(this, null, new Failed(error));
        release();
        if (first) {
            consumer.wake();
        } else {
            PluginBridge.PEER.dropError(error);
        }
    }

    private void finishOrDrop(Throwable error) {
        if (!finish(new Failed(error))) {
            PluginBridge.PEER.dropError(error);
        }
    }

    private void violated(String deed) {
        fail(new ProtocolViolation("2.13", source.getClass(), deed));
    }

    private boolean finish(Object how) {
        upstream = Disposable.disposed(); // it has ended by itself
        if (!END.compareAndSet(this, null, how)) {
            return false;
        }
        consumer.wake();
        return true;
    }

    private void release() {
        Disposable handle = (Disposable) UPSTREAM.getAndSet(this, Disposable.disposed());
        if (handle != null) {
            dispose(handle);
        }
    }

    private void dispose(Disposable handle) {
        try {
            handle.dispose();
        } catch (Throwable thrown) {
            PluginBridge.PEER.dropError(
                    new ProtocolViolation("3.15", source.getClass(), "threw when it was disposed of", thrown));
        }
    }

    // ------------------------------------------------------------------ the consumer's side

    @Override
    public @Nullable Object pollNextRaw(Context cx) {
        if (cx.mustYield()) {
            return PENDING;
        }
        if (!started) {
            subscribe();
        }
        T item = take();
        if (item == null) {
            consumer.register(cx.waker());
            Object how = end; // register, then re-check; the end first, since items come before it
            item = take();
            if (item == null) {
                return how == null ? PENDING : finished(how, cx);
            }
        }
        cx.spend();
        return item;
    }

    private void subscribe() {
        started = true;
        try {
            source.subscribe(this);
        } catch (Throwable thrown) {
            fail(PluginBridge.PEER.thrownInside(thrown));
        }
    }

    private @Nullable T take() {
        for (int n = waiting; n > 0; n = waiting) {
            if (WAITING.compareAndSet(this, n, n - 1)) {
                return queue.poll();
            }
        }
        return null;
    }

    private @Nullable Object finished(Object how, Context cx) {
        if (how == ENDED) {
            throw new IllegalStateException("polled after its end: " + this);
        }
        end = ENDED;
        cx.spend();
        if (how instanceof Failed failed) {
            throw Failures.rethrow(failed.error);
        }
        return null;
    }

    @Override
    public boolean pollEnd(Context cx) {
        if (!started || waiting > 0) {
            return false;
        }
        consumer.register(cx.waker());
        Object how = end; // register, then re-check
        return how != null && waiting == 0;
    }

    @Override
    public boolean cancel() {
        Object before = (Object) END.getAndSet(this, ENDED);
        release();
        consumer.clear(); // lets go of the task
        if (before instanceof Failed failed) {
            PluginBridge.PEER.dropError(failed.error);
        }
        queue.clear();
        return true;
    }

    @Override
    public String toString() {
        Object how = end;
        return "ObservableStream[" + source.getClass().getName() + ", " + overflow
                + (how == null ? "" : how == ENDED ? ", ended" : ", ending") + "]";
    }
}
