package pollux.reactor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.executor.Spawner;
import pollux.reactive.spi.SubscriptionFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** A source of at most one item as a {@code Mono}. */
final class SourceMono<T> extends Mono<T> implements Scannable {

    private final String name;
    private final SubscriptionFactory<T> source;
    private final Spawner spawner;

    private SourceMono(String name, SubscriptionFactory<T> source, Spawner spawner) {
        this.name = name;
        this.source = source;
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /** Makes one, and shows it to the assembly hooks of Reactor. */
    static <T> Mono<T> of(String name, SubscriptionFactory<T> source, Spawner spawner) {
        return onAssembly(new SourceMono<>(name, source, spawner));
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
}
