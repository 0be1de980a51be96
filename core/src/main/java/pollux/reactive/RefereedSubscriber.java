package pollux.reactive;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The publisher's view of a watched subscription: sees signals that break a rule, and passes them all on.
 *
 * <p>It knows the subscriber and not the subscription, the {@link RefereedSubscription} the other way round, so that
 * neither party is retained longer than without a referee (3.13).
 */
final class RefereedSubscriber<T> implements Subscriber<T> {

    /** How many items may follow a cancel that the publisher has not heard of yet. */
    static final int STRAGGLERS = 1024;

    /** How deep signals and requests may nest before it counts as unbounded. */
    static final int DEPTH = 64;

    private static final String ON_SUBSCRIBE = "onSubscribe";
    private static final String ON_NEXT = "onNext";
    private static final String ON_ERROR = "onError";
    private static final String ON_COMPLETE = "onComplete";

    private final Subscriber<? super T> subscriber;
    private final Referee referee;
    private final SerialCheck turn = new SerialCheck();
    private volatile boolean subscribed;
    private volatile boolean terminated;

    /** Written by one signal at a time; if not, that is reported. */
    private long received;

    private long stragglers;

    RefereedSubscriber(Subscriber<? super T> subscriber, Referee referee) {
        this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
        this.referee = referee;
    }

    @Override
    public void onSubscribe(@Nullable Subscription subscription) {
        referee.history().add(ON_SUBSCRIBE);
        int entered = turn.enter();
        try {
            boolean second = subscribed;
            subscribed = true;
            if (subscription != null) {
                referee.publishedBy(subscription.getClass());
            }
            check(ON_SUBSCRIBE, subscription, entered);
            if (second) {
                referee.publisherBroke("2.12", "called onSubscribe twice", null);
            }
            Subscription watched =
                    subscription == null ? null : new RefereedSubscription(subscription, referee, second);
            pass(ON_SUBSCRIBE, subscription, () -> subscriber.onSubscribe(watched));
        } finally {
            turn.leave(entered);
        }
    }

    @Override
    public void onNext(@Nullable T item) {
        referee.history().addOnNext();
        int entered = turn.enter();
        try {
            check(ON_NEXT, item, entered);
            count();
            if (entered > DEPTH) {
                referee.publisherBroke("3.3", "recursed between request and onNext without bound", null);
            }
            try {
                subscriber.onNext(item);
            } catch (Throwable thrown) {
                judge(ON_NEXT, item, thrown);
                throw thrown;
            }
            judge(ON_NEXT, item, null);
        } finally {
            turn.leave(entered);
        }
    }

    @Override
    public void onError(@Nullable Throwable error) {
        end(ON_ERROR, error, () -> subscriber.onError(error));
    }

    @Override
    public void onComplete() {
        end(ON_COMPLETE, this, subscriber::onComplete);
    }

    private void end(String signal, @Nullable Object argument, Runnable delivery) {
        referee.history().add(signal);
        int entered = turn.enter();
        Thread outer = referee.ending;
        try {
            check(signal, argument, entered);
            terminated = true;
            referee.ending = Thread.currentThread();
            pass(signal, argument, delivery);
        } finally {
            referee.ending = outer;
            turn.leave(entered);
        }
    }

    private void pass(String signal, @Nullable Object argument, Runnable delivery) {
        try {
            delivery.run();
        } catch (Throwable thrown) {
            judge(signal, argument, thrown);
            throw thrown;
        }
        judge(signal, argument, null);
    }

    // ------------------------------------------------------------------ what a publisher can do wrong

    private void check(String signal, @Nullable Object argument, int entered) {
        if (entered == 0) {
            referee.publisherBroke("1.3", "called " + signal + " while another signal was under way", null);
        }
        if (!subscribed) {
            referee.publisherBroke("1.9", "called " + signal + " before onSubscribe", null);
        }
        if (terminated) {
            referee.publisherBroke("1.7", "called " + signal + " after its end", null);
        }
        if (argument == null) {
            referee.publisherBroke("2.13", "called " + signal + " with null", null);
        }
    }

    private void count() {
        received++;
        if (received > referee.requested.get()) {
            if (referee.requestedAfterCancel) {
                referee.publisherBroke("3.6", "served a request that came after the cancellation", null);
            } else {
                referee.publisherBroke("1.1", "signalled more items than were requested", null);
            }
        }
        if (referee.cancelled && ++stragglers == STRAGGLERS) {
            referee.publisherBroke("1.8", "goes on although it was cancelled " + STRAGGLERS + " items ago", null);
        }
    }

    // ------------------------------------------------------------------ what a subscriber can do wrong

    /** Null has to be answered with a NullPointerException, and nothing else with any exception. */
    private void judge(String signal, @Nullable Object argument, @Nullable Throwable thrown) {
        if (thrown instanceof ProtocolViolation) {
            return; // by a listener, of this referee or of another
        }
        if (argument == null && !(thrown instanceof NullPointerException)) {
            referee.subscriberBroke("2.13", "took a null from " + signal, thrown);
        } else if (argument != null && thrown != null) {
            referee.subscriberBroke("2.13", "threw from " + signal, thrown);
        }
    }

    @Override
    public String toString() {
        return referee.toString();
    }
}
