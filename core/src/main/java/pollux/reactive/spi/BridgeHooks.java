package pollux.reactive.spi;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import pollux.executor.InlinePoll;
import pollux.future.DropHook;
import pollux.future.Droppable;
import pollux.future.Failures;
import pollux.future.Services;
import pollux.stream.AsyncStream;

/**
 * What the library on the other side of a bridge wants done with what can no longer be delivered, and what its
 * subscriber brings along.
 *
 * <p>A value, an error and a cancellation may race; one of them wins, and the others end here, each exactly once. This
 * class itself speaks for plain Reactive Streams, which has no such hooks: errors are
 * {@linkplain Failures#report logged}, items are left to the collector. The adapters extend it with the hooks of their
 * library.
 *
 * <p>May be called from any thread. What a hook throws is logged and goes no further.
 */
public class BridgeHooks implements DropHook {

    private static final BridgeHooks PLAIN = new BridgeHooks();

    /** {@link #around}, made when it is asked for; a racing second copy is as good. */
    private @Nullable Services around;

    /** For the peers of other libraries. */
    protected BridgeHooks() {}

    /**
     * Returns the peer of plain Reactive Streams.
     *
     * @return the peer without hooks, always the same object
     */
    public static BridgeHooks plain() {
        return PLAIN;
    }

    /**
     * Returns what the task that serves a subscriber finds around it, besides the services of its spawner.
     *
     * @return the services, {@link Services#NONE} unless overridden
     */
    public Services services() {
        return Services.NONE;
    }

    /** What an inline run that serves a subscriber finds around it: {@link #services}, and the hook. */
    final Services around() {
        Services made = around;
        if (made == null) {
            made = InlinePoll.services(hooked(services()));
            around = made;
        }
        return made;
    }

    /** Puts this as the hook for what is dropped on top of services. */
    final Services hooked(Services services) {
        return this == PLAIN ? services : services.with(DropHook.KEY, this); // the plain one has no hook but the log
    }

    /**
     * Makes the subscription of a subscriber that is served from a stream. Override it where the library has ways of
     * its own to hand items over.
     *
     * @param <T> the type of the items
     * @param stream the stream; belongs to the subscription from now on
     * @param subscriber the subscriber
     * @return a subscription, to be started
     */
    protected <T> StreamSubscription<T> serve(AsyncStream<? extends T> stream, Subscriber<? super T> subscriber) {
        return new StreamSubscription<>(stream, subscriber, this);
    }

    /**
     * Makes the subscription of a subscriber that gets nothing but an error. Override it where the library expects more
     * of a subscription.
     *
     * @return a new subscription
     */
    protected ErrorSubscription refusal() {
        return new ErrorSubscription();
    }

    /**
     * Returns what a source has thrown from {@code subscribe}. Override it where the library throws an exception of its
     * own around it.
     *
     * @param thrown what came out of {@code subscribe}
     * @return what the source has thrown, {@code thrown} itself unless overridden
     */
    protected Throwable thrownInside(Throwable thrown) {
        return thrown;
    }

    /**
     * Tells whether what a subscriber has thrown out of a signal is signalled to it as its error. One of Reactive
     * Streams gets no further signal (2.13). Override it where operators throw what is fatal to them, instead of
     * passing it on: what waits behind such an operator would never hear of it.
     *
     * @param thrown what the subscriber has thrown
     * @return false unless overridden; the error is then dropped
     */
    protected boolean isFatal(Throwable thrown) {
        return false;
    }

    /**
     * Takes an error that arrived too late. Override it with the hook of the library.
     *
     * @param error the error
     */
    protected void onErrorDropped(Throwable error) {
        Failures.report("an error could not be delivered: its receiver had ended or was cancelled", error);
    }

    /**
     * Takes an item that has no receiver. Override it with the hook of the library.
     *
     * @param item the item
     */
    protected void onDiscard(Object item) {}

    /**
     * Drops an error of a source that was cancelled. A {@link CancellationException} is the answer to that and no
     * error.
     *
     * @param error the error
     */
    public final void dropError(Throwable error) {
        if (!(error instanceof CancellationException)) {
            droppedError(error);
        }
    }

    /** Drops an error that has no receiver, whatever it is. */
    @Override
    public final void droppedError(Throwable error) {
        try {
            onErrorDropped(error);
        } catch (Throwable thrown) {
            thrown.addSuppressed(error);
            Failures.report("the hook for dropped errors failed", thrown);
        }
    }

    @Override
    public final void droppedValue(Object value) {
        try {
            onDiscard(value);
        } catch (Throwable thrown) {
            Failures.report("the hook for discarded items failed", thrown);
        }
    }

    /**
     * Discards an item that has no receiver, and closes it if it is {@link Droppable}.
     *
     * @param item the item
     */
    public final void discard(Object item) {
        Failures.dropValue(around(), item);
    }
}
