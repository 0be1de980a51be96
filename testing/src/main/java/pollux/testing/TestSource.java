package pollux.testing;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A publisher whose every signal the test sends by hand, and that counts what is asked of it. For one subscriber; a
 * second one is told so.
 *
 * <p>It checks what it is asked to send: an item without demand, or a signal after the end, is an error of the test and
 * thrown at it. Use {@link #violate} to send what the rules forbid. Not thread-safe, but for {@code request} and
 * {@code cancel} inside a signal.
 *
 * @param <T> the type of the items
 */
public final class TestSource<T> implements Publisher<T> {

    private @Nullable Subscriber<? super T> subscriber;
    private long requested;
    private int requests;
    private int cancels;
    private boolean ended;

    /** Makes a source without a subscriber. */
    public TestSource() {}

    @Override
    public void subscribe(Subscriber<? super T> other) {
        Objects.requireNonNull(other, "subscriber"); // §1.9
        if (subscriber != null) {
            other.onSubscribe(new Nothing());
            other.onError(new IllegalStateException("a TestSource has one subscriber; make one for each"));
            return;
        }
        subscriber = other;
        other.onSubscribe(new Subscription() {

            @Override
            public void request(long n) {
                requests++;
                if (n <= 0) {
                    if (!ended && cancels == 0) {
                        fail(new IllegalArgumentException("§3.9: request(" + n + ")"));
                    }
                    return;
                }
                requested = requested + n < 0 ? Long.MAX_VALUE : requested + n; // §3.17
            }

            @Override
            public void cancel() {
                cancels++;
            }
        });
    }

    /**
     * Sends an item.
     *
     * @param item the item
     * @return this
     */
    public TestSource<T> emit(T item) {
        if (requested == 0) {
            throw new IllegalStateException("no subscriber has requested " + item + "; §1.1 forbids to send it");
        }
        requested -= requested == Long.MAX_VALUE ? 0 : 1;
        open().onNext(item);
        return this;
    }

    /** Ends the stream. */
    public void complete() {
        Subscriber<? super T> to = open();
        ended = true;
        to.onComplete();
    }

    /**
     * Fails the stream.
     *
     * @param failure the failure
     */
    public void fail(Throwable failure) {
        Subscriber<? super T> to = open();
        ended = true;
        to.onError(failure);
    }

    /**
     * Returns the subscriber itself, to send it what the rules forbid.
     *
     * @return the subscriber
     */
    public Subscriber<? super T> violate() {
        if (subscriber == null) {
            throw new IllegalStateException("there is no subscriber yet");
        }
        return subscriber;
    }

    /**
     * Returns the demand that is left.
     *
     * @return how many items may be sent; {@link Long#MAX_VALUE} for any number
     */
    public long requested() {
        return requested;
    }

    /**
     * Returns how often {@code request} was called.
     *
     * @return the number of calls
     */
    public int requests() {
        return requests;
    }

    /**
     * Returns how often {@code cancel} was called.
     *
     * @return the number of calls
     */
    public int cancels() {
        return cancels;
    }

    /**
     * Tells whether there is a subscriber.
     *
     * @return true if so
     */
    public boolean isSubscribed() {
        return subscriber != null;
    }

    private Subscriber<? super T> open() {
        if (ended) {
            throw new IllegalStateException("this source has ended; §1.7 forbids any further signal");
        }
        return violate();
    }

    @Override
    public String toString() {
        return "TestSource[requested " + requested + ", " + cancels + " cancels" + (ended ? ", ended]" : "]");
    }

    /** The subscription of a subscriber that is refused. */
    private static final class Nothing implements Subscription {

        @Override
        public void request(long n) {
            // there is nothing to request
        }

        @Override
        public void cancel() {
            // there is nothing to cancel
        }
    }
}
