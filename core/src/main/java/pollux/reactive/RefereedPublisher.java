package pollux.reactive;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.reactive.spi.OffenderClass;

/** A publisher whose subscriptions, or one of so many of them, are watched by a {@link Referee}. */
final class RefereedPublisher<T> implements Publisher<T> {

    private static final int REMEMBERED = 8; // a power of two

    private final Publisher<T> publisher;
    private final Referee.Listener listener;
    private final int oneOf;
    private final AtomicInteger subscriptions = new AtomicInteger();

    /** The last ones watched, to see one that comes again (1.10). */
    private final AtomicReferenceArray<@Nullable WeakReference<Object>> known = new AtomicReferenceArray<>(REMEMBERED);

    RefereedPublisher(Publisher<T> publisher, Referee.Listener listener, int oneOf) {
        this.publisher = Objects.requireNonNull(publisher, "publisher");
        this.listener = Objects.requireNonNull(listener, "listener");
        if (oneOf < 1) {
            throw new IllegalArgumentException("oneOf must be at least 1, was " + oneOf);
        }
        this.oneOf = oneOf;
    }

    @Override
    public void subscribe(@Nullable Subscriber<? super T> subscriber) {
        int number = subscriptions.getAndIncrement();
        if (subscriber == null || Integer.remainderUnsigned(number, oneOf) != 0) {
            publisher.subscribe(subscriber);
            return;
        }
        Referee referee = new Referee(OffenderClass.of(publisher), OffenderClass.of(subscriber), listener);
        referee.history().add("subscribe");
        if (knows(subscriber)) {
            referee.subscriberBroke("1.10", "subscribed a second time", null);
        }
        known.set(Integer.remainderUnsigned(number / oneOf, REMEMBERED), new WeakReference<>(subscriber));
        try {
            publisher.subscribe(new RefereedSubscriber<>(subscriber, referee));
        } catch (Throwable thrown) {
            if (!(thrown instanceof ProtocolViolation)) { // thrown by a listener, or on by another referee
                referee.publisherBroke("1.9", "threw from subscribe", thrown);
            }
            throw thrown;
        }
    }

    private boolean knows(Object subscriber) {
        for (int i = 0; i < REMEMBERED; i++) {
            WeakReference<Object> one = known.get(i);
            if (one != null && one.refersTo(subscriber)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return "Referee.publisher(" + publisher + ")";
    }
}
