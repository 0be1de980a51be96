package pollux.tck.rules;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** A publisher by hand: a check makes each signal, and sees each call. */
public final class Upstream implements Publisher<Integer>, Subscription {

    private final Deadline deadline;
    private final BlockingQueue<Subscriber<? super Integer>> subscribers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> cancelSignals = new LinkedBlockingQueue<>();
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger subscriptions = new AtomicInteger();
    private volatile Consumer<Subscriber<? super Integer>> inSubscribe = s -> s.onSubscribe(this);
    private volatile LongConsumer inRequest = n -> {};
    private volatile Runnable inCancel = () -> {};
    private @Nullable Subscriber<? super Integer> subscriber;

    public Upstream(Deadline deadline) {
        this.deadline = deadline;
    }

    /** Replaces what subscribe does, which is to call onSubscribe. */
    public Upstream inSubscribe(Consumer<Subscriber<? super Integer>> action) {
        inSubscribe = action;
        return this;
    }

    public Upstream inRequest(LongConsumer action) {
        inRequest = action;
        return this;
    }

    public Upstream inCancel(Runnable action) {
        inCancel = action;
        return this;
    }

    /** Publishes so many numbers from 0 on, as requested, each inside of a request or after it. */
    public Upstream numbers(int count) {
        AtomicLong open = new AtomicLong();
        AtomicInteger next = new AtomicInteger();
        return inRequest(n -> {
            if (open.getAndUpdate(before -> before + n < 0 ? Long.MAX_VALUE : before + n) != 0) {
                return;
            }
            long sent = 0;
            do {
                subscriber().onNext(next.getAndIncrement());
                sent++;
                if (next.get() == count && cancels() == 0) {
                    subscriber().onComplete();
                    return;
                }
                if (cancels() > 0) {
                    return;
                }
            } while (open.decrementAndGet() != 0);
        });
    }

    @Override
    public void subscribe(Subscriber<? super Integer> s) {
        subscriptions.incrementAndGet();
        subscribers.add(s);
        inSubscribe.accept(s);
    }

    @Override
    public void request(long n) {
        requested.addAndGet(n);
        requests.add(n);
        inRequest.accept(n);
    }

    @Override
    public void cancel() {
        cancels.incrementAndGet();
        cancelSignals.add("cancel");
        inCancel.run();
    }

    // ------------------------------------------------------------------ what a check sees

    /** Waits for the subscriber. Some cases emit from two threads, which both begin with asking here. */
    public synchronized Subscriber<? super Integer> subscriber() {
        if (subscriber == null) {
            subscriber = take(subscribers, "no subscriber");
        }
        return subscriber;
    }

    /** Waits for a request. */
    public long awaitRequest() {
        return take(requests, "no request");
    }

    /** Waits for the cancellation. */
    public void awaitCancel() {
        take(cancelSignals, "no cancellation");
    }

    /** Waits for the cancellation, unless it was taken before. */
    void awaitCancelled() {
        if (cancels() == 0) {
            awaitCancel();
        }
    }

    /**
     * Waits until it is cancelled, or the party that was to see to that has returned and a moment is over, or seems to
     * wait for the caller.
     *
     * @param canceller calls what should cancel, on another thread
     */
    void awaitCancelDuring(Future<?> canceller) {
        try {
            for (int moments = 0; moments < 100 && !canceller.isDone(); moments++) {
                if (cancelsSoon()) {
                    return;
                }
            }
            cancelsSoon();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Whether it is cancelled within a moment. */
    public boolean cancelsSoon() throws InterruptedException {
        return cancelSignals.poll(20, TimeUnit.MILLISECONDS) != null;
    }

    public long requested() {
        return requested.get();
    }

    public int cancels() {
        return cancels.get();
    }

    int subscriptions() {
        return subscriptions.get();
    }

    private <X> X take(BlockingQueue<X> queue, String missing) {
        try {
            X found = queue.poll(deadline.millis(), TimeUnit.MILLISECONDS);
            if (found == null) {
                throw deadline.missed(missing, this);
            }
            return found;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public String toString() {
        return "upstream: " + subscriptions + " subscriptions, " + requested + " requested, " + cancels + " cancels";
    }
}
