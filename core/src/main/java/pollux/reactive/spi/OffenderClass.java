package pollux.reactive.spi;

import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/** Finds the class to blame: that of the party itself, not of the adapter it may come in. */
public final class OffenderClass {

    /** What FlowAdapters puts around a publisher of the JDK's. */
    private static final Class<?> ADAPTED =
            FlowAdapters.toPublisher(subscriber -> {}).getClass();

    private OffenderClass() {}

    /**
     * Returns the class of a publisher.
     *
     * @param publisher the publisher
     * @return its class, or the class of what it adapts
     */
    public static Class<?> of(Publisher<?> publisher) {
        Class<?> type = publisher.getClass();
        return type == ADAPTED ? FlowAdapters.toFlowPublisher(publisher).getClass() : type;
    }

    /**
     * Returns the class of a subscriber.
     *
     * @param subscriber the subscriber
     * @return its class, or the class of what it adapts
     */
    public static Class<?> of(Subscriber<?> subscriber) {
        Class<?> type = subscriber.getClass();
        return type.getEnclosingClass() == FlowAdapters.class
                ? FlowAdapters.toFlowSubscriber(subscriber).getClass()
                : type;
    }
}
