package pollux.reactor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.async.AsyncBlock;
import pollux.executor.Spawner;
import pollux.reactive.spi.FutureSource;
import pollux.reactive.spi.FutureSubscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** A source of at most one item as a {@code Mono}. */
final class SourceMono<T> extends Mono<T> implements Scannable {

    private final String name;

    /** A {@link FutureSource} or an {@link AsyncBlock}: nothing in between. */
    private final Object source;

    private final Spawner spawner;

    private SourceMono(String name, Object source, Spawner spawner) {
        this.name = name;
        this.source = source;
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /** Makes one, and shows it to the assembly hooks of Reactor. */
    static <T> Mono<T> of(String name, FutureSource<T> source, Spawner spawner) {
        return onAssembly(new SourceMono<>(name, source, spawner));
    }

    /** Makes one of a block, of which each subscription is a run. */
    static <T> Mono<T> of(AsyncBlock<T> block, Spawner spawner) {
        return onAssembly(new SourceMono<>("mono(block)", block, spawner));
    }

    /** Takes back the one run, if it has no subscriber and may run anywhere. */
    <X> @Nullable X reclaim(Class<X> type) {
        return spawner == Spawner.inline() && source instanceof FutureSource<?> futures ? futures.reclaim(type) : null;
    }

    @Override
    @SuppressWarnings("unchecked") // of T, see the methods above
    public void subscribe(CoreSubscriber<? super T> actual) {
        ContextBridge bridge = ContextBridge.of(actual);
        Spawner around = bridge.around(spawner);
        if (source instanceof FutureSource<?> futures) {
            ((FutureSource<T>) futures).subscribe(actual, bridge, around);
        } else {
            new FutureSubscription<T>((AsyncBlock<T>) source, actual, bridge).start(around);
        }
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
