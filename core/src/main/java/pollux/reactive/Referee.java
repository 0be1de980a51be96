package pollux.reactive;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.future.Failures;
import pollux.reactive.spi.Demand;
import pollux.reactive.spi.OffenderClass;

/**
 * Stands between a publisher and a subscriber, passes every signal and call on as it is, and tells which of the two
 * breaks a rule of Reactive Streams. A referee is one subscription; its {@link #toString} is the history.
 *
 * <p>It is transparent: same calls, same threads, same exceptions, no lock, and no reference that the parties do not
 * hold themselves. It costs some ten nanoseconds per signal, and with {@code oneOf} nothing for the subscriptions that
 * are not sampled. Only what lies outside of the interfaces is hidden: the publisher sees a plain {@code Subscriber},
 * so queue fusion and Reactor's {@code Context} do not pass.
 *
 * <p>Each rule is reported once per party and subscription to the {@link Listener}, on the thread of the
 * fault and before the signal is passed on: {@link #LOG} in production, {@link #THROW} or a list of one's own in tests.
 *
 * <p>Of the 43 rules it sees
 * <ul>
 *   <li>of the publisher: 1.1 (and 3.6, items for what was requested after cancelling), 1.3, 1.7, 1.8 and 3.12 once
 *       {@value RefereedSubscriber#STRAGGLERS} items have followed a cancel, 1.9, 2.12, 2.13 as far as null goes, 3.3
 *       at a recursion of {@value RefereedSubscriber#DEPTH}, 3.15, 3.16;
 *   <li>of the subscriber: 1.10 among the last few, 2.3, 2.5, 2.7, 2.13, and that it asks for what 3.9 forbids;
 *   <li>of a processor: 4.1, which is all of these on both sides.
 * </ul>
 *
 * <p>It cannot see
 * <ul>
 *   <li>what is a permission, and cannot be broken: 1.2, 1.11, 3.10, 3.11, 3.14;
 *   <li>what does not happen, since it may still come: 1.4, 1.5, 2.1, 2.6, 3.2, 3.8, 3.17, 4.2, and whether 3.9 is
 *       answered;
 *   <li>what a party thinks: 1.6, 2.4, 2.8, 2.9, 2.10 (it sees what they throw: 2.13), 2.11, 3.1, 3.7, 3.13;
 *   <li>what is slow: 2.2, 3.4, 3.5. The history has the times.
 * </ul>
 *
 * <p>Written after the specification, version 1.0.4. All methods may be called from any thread.
 */
@SuppressWarnings("overloads") // as in ReactiveStreams
public final class Referee {

    /** Is told of violations. What it throws is logged and goes no further, unless it is the violation itself. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Takes a violation, on the thread of the fault. Throwing it aborts the signal or call at fault, with the
         * violation as its exception: for tests.
         *
         * @param violation the rule and the class at fault; never the items
         * @param referee the subscription it happened in, with the history so far
         */
        void violated(ProtocolViolation violation, Referee referee);
    }

    /** Logs violations, with the history. */
    public static final Listener LOG =
            (violation, referee) -> Failures.report(violation.getMessage() + "\n" + referee, violation);

    /** Throws violations at the party that broke the rule. */
    public static final Listener THROW = (violation, referee) -> {
        throw violation;
    };

    private final Listener listener;
    private final Class<?> subscriber;
    private final SignalHistory history = new SignalHistory();
    private final Set<String> reported = ConcurrentHashMap.newKeySet(0);
    private volatile Class<?> publisher;

    // what the two sides have to know of each other

    /** All that was requested and not after a cancellation; never spent. */
    final Demand requested = new Demand();

    volatile boolean cancelled;
    volatile boolean requestedAfterCancel;

    /** The thread that is inside a terminal signal. */
    volatile @Nullable Thread ending;

    Referee(Class<?> publisher, Class<?> subscriber, Listener listener) {
        this.publisher = publisher;
        this.subscriber = subscriber;
        this.listener = listener;
    }

    // ------------------------------------------------------------------ publishers

    /**
     * Watches every subscription of a publisher, and logs violations.
     *
     * @param <T> the type of the items
     * @param publisher the publisher
     * @return a publisher that does the same
     */
    public static <T> Publisher<T> publisher(Publisher<T> publisher) {
        return publisher(publisher, LOG);
    }

    /**
     * Watches every subscription of a publisher.
     *
     * @param <T> the type of the items
     * @param publisher the publisher
     * @param listener is told of violations
     * @return a publisher that does the same
     */
    public static <T> Publisher<T> publisher(Publisher<T> publisher, Listener listener) {
        return publisher(publisher, listener, 1);
    }

    /**
     * Watches one of so many subscriptions of a publisher, the first one included; the others go to the publisher
     * directly.
     *
     * @param <T> the type of the items
     * @param publisher the publisher
     * @param listener is told of violations
     * @param oneOf how many subscriptions go by for one that is watched, at least 1
     * @return a publisher that does the same
     * @throws IllegalArgumentException if {@code oneOf} is less than 1
     */
    public static <T> Publisher<T> publisher(Publisher<T> publisher, Listener listener, int oneOf) {
        return new RefereedPublisher<>(publisher, listener, oneOf);
    }

    /**
     * {@link #publisher(Publisher)} for the JDK's kind of publisher.
     *
     * @param <T> the type of the items
     * @param publisher the publisher
     * @return a publisher that does the same
     */
    public static <T> Flow.Publisher<T> publisher(Flow.Publisher<T> publisher) {
        return publisher(publisher, LOG, 1);
    }

    /**
     * {@link #publisher(Publisher, Listener, int)} for the JDK's kind of publisher.
     *
     * @param <T> the type of the items
     * @param publisher the publisher
     * @param listener is told of violations
     * @param oneOf how many subscriptions go by for one that is watched, at least 1
     * @return a publisher that does the same
     * @throws IllegalArgumentException if {@code oneOf} is less than 1
     */
    public static <T> Flow.Publisher<T> publisher(Flow.Publisher<T> publisher, Listener listener, int oneOf) {
        return ReactiveStreams.toFlow(publisher(FlowAdapters.toPublisher(publisher), listener, oneOf));
    }

    // ------------------------------------------------------------------ subscribers

    /**
     * Watches the subscription of a subscriber, and logs violations.
     *
     * @param <T> the type of the items
     * @param subscriber the subscriber
     * @return a subscriber that does the same, for one subscription
     */
    public static <T> Subscriber<T> subscriber(Subscriber<T> subscriber) {
        return subscriber(subscriber, LOG);
    }

    /**
     * Watches the subscription of a subscriber.
     *
     * @param <T> the type of the items
     * @param subscriber the subscriber
     * @param listener is told of violations
     * @return a subscriber that does the same, for one subscription
     */
    public static <T> Subscriber<T> subscriber(Subscriber<T> subscriber, Listener listener) {
        Objects.requireNonNull(subscriber, "subscriber");
        Objects.requireNonNull(listener, "listener");
        return new RefereedSubscriber<>(
                subscriber, new Referee(Publisher.class, OffenderClass.of(subscriber), listener));
    }

    /**
     * {@link #subscriber(Subscriber)} for the JDK's kind of subscriber.
     *
     * @param <T> the type of the items
     * @param subscriber the subscriber
     * @return a subscriber that does the same, for one subscription
     */
    public static <T> Flow.Subscriber<T> subscriber(Flow.Subscriber<T> subscriber) {
        return subscriber(subscriber, LOG);
    }

    /**
     * {@link #subscriber(Subscriber, Listener)} for the JDK's kind of subscriber.
     *
     * @param <T> the type of the items
     * @param subscriber the subscriber
     * @param listener is told of violations
     * @return a subscriber that does the same, for one subscription
     */
    public static <T> Flow.Subscriber<T> subscriber(Flow.Subscriber<T> subscriber, Listener listener) {
        return FlowAdapters.toFlowSubscriber(subscriber(FlowAdapters.toSubscriber(subscriber), listener));
    }

    /**
     * Watches both sides of a processor (4.1).
     *
     * @param <T> the type of the items that go in
     * @param <R> the type of the items that come out
     * @param processor the processor
     * @param listener is told of violations
     * @return a processor that does the same, for one subscription to a publisher
     */
    public static <T, R> Processor<T, R> processor(Processor<T, R> processor, Listener listener) {
        return new RefereedProcessor<>(subscriber(processor, listener), publisher(processor, listener));
    }

    // ------------------------------------------------------------------ the record

    SignalHistory history() {
        return history;
    }

    /** Learns who publishes, where it was not known. */
    void publishedBy(Class<?> type) {
        if (publisher == Publisher.class) {
            publisher = type;
        }
    }

    void publisherBroke(String rule, String deed, @Nullable Throwable cause) {
        if (reported.add("publisher " + rule)) {
            report(new ProtocolViolation(rule, publisher, deed, cause));
        }
    }

    void subscriberBroke(String rule, String deed, @Nullable Throwable cause) {
        if (reported.add("subscriber " + rule)) {
            report(new ProtocolViolation(rule, subscriber, deed, cause));
        }
    }

    private void report(ProtocolViolation violation) {
        try {
            listener.violated(violation, this);
        } catch (Throwable thrown) {
            if (thrown == violation) {
                throw violation;
            }
            Failures.report("the listener of a referee failed", thrown);
        }
    }

    /** Returns the history: the last signals and calls, with their times and threads, never the items. */
    @Override
    public String toString() {
        return publisher.getName() + " → " + subscriber.getName() + "\n" + history;
    }
}
