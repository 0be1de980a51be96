package pollux.reactor;

import org.jspecify.annotations.Nullable;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.ReadySubscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/**
 * The value of a ready future as a {@code Mono}: a constant to Reactor's operators, which then do not subscribe to it.
 */
final class ReadyMono<T> extends Mono<T> implements Fuseable.ScalarCallable<T>, Scannable {

    private final @Nullable T value;

    private ReadyMono(@Nullable T value) {
        this.value = value;
    }

    /** Makes one, and shows it to the assembly hooks of Reactor. */
    static <T> Mono<T> of(@Nullable T value) {
        return onAssembly(new ReadyMono<>(value));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new Fused<T>(value, actual, ContextBridge.of(actual)).start();
    }

    @Override
    public @Nullable T call() {
        return value;
    }

    @Override
    @SuppressWarnings("rawtypes") // as in Scannable
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.SYNC : key == Attr.NAME ? stepName() : null;
    }

    @Override
    public String stepName() {
        return "mono(future)";
    }

    @Override
    public String toString() {
        return "ReactorAdapter." + stepName();
    }

    /** A scalar is {@code Fuseable}, so its subscription has to be a queue. */
    private static final class Fused<T> extends ReadySubscription<T> implements Fuseable.QueueSubscription<T> {

        Fused(@Nullable T value, CoreSubscriber<? super T> actual, BridgeHooks peer) {
            super(value, actual, peer);
        }

        @Override
        public int requestFusion(int requestedMode) {
            return (requestedMode & Fuseable.SYNC) != 0 && fuse() ? Fuseable.SYNC : Fuseable.NONE;
        }

        @Override
        public @Nullable T poll() {
            return take();
        }

        @Override
        public boolean isEmpty() {
            return !isWaiting();
        }

        @Override
        public int size() {
            return isWaiting() ? 1 : 0;
        }

        @Override
        public void clear() {
            cancel();
        }
    }
}
