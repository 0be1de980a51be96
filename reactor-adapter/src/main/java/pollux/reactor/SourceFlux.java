package pollux.reactor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.executor.Spawner;
import pollux.reactive.spi.SubscriptionFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** A source as a {@code Flux}. */
class SourceFlux<T> extends Flux<T> implements Scannable {

    private final String name;
    private final SubscriptionFactory<T> source;
    private final Spawner spawner;

    private SourceFlux(String name, SubscriptionFactory<T> source, Spawner spawner) {
        this.name = name;
        this.source = source;
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /** Makes one, and shows it to the assembly hooks of Reactor. */
    static <T> Flux<T> of(String name, SubscriptionFactory<T> source, Spawner spawner) {
        return assembled(new SourceFlux<>(name, source, spawner));
    }

    /**
     * Makes one of a source of streams, which the subscriber may poll itself if they are at hand and would be polled on
     * its thread.
     */
    static <T> Flux<T> ofStreams(String name, SubscriptionFactory<T> source, Spawner spawner) {
        return spawner == Spawner.inline()
                ? assembled(new OfStreams<>(name, source, spawner))
                : of(name, source, spawner);
    }

    private static <T> Flux<T> assembled(SourceFlux<T> source) {
        return CallSite.of(onAssembly(source), source, source.stepName());
    }

    /** Takes back the one run, if it has no subscriber and may run anywhere. */
    <X> @Nullable X reclaim(Class<X> type) {
        return spawner == Spawner.inline() ? source.reclaim(type) : null;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        ContextBridge bridge = ContextBridge.of(actual);
        source.subscribe(actual, bridge, bridge.around(spawner));
    }

    @Override
    @SuppressWarnings("rawtypes") // as in Scannable
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : key == Attr.NAME ? name : null;
    }

    @Override
    public String stepName() {
        return name;
    }

    @Override
    public String toString() {
        return "ReactorAdapter." + name;
    }

    /** Tells Reactor's operators to expect a {@code QueueSubscription}: with a stream, and with a refusal. */
    private static final class OfStreams<T> extends SourceFlux<T> implements Fuseable {

        OfStreams(String name, SubscriptionFactory<T> source, Spawner spawner) {
            super(name, source, spawner);
        }
    }
}
