package pollux.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pollux.async.AsyncBlock;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.reactive.spi.FutureSource;
import pollux.reactive.spi.FutureSubscription;
import pollux.reactive.spi.TaskSubscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** A source of at most one item as a {@code Mono}. */
abstract class SourceMono<T> extends Mono<T> implements Scannable {

    private final String name;
    private final Spawner spawner;

    private SourceMono(String name, Spawner spawner) {
        this.name = name;
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /** Makes one, and shows it to the assembly hooks of Reactor. */
    static <T> Mono<T> of(String name, FutureSource<T> source, Spawner spawner) {
        return assembled(new OfSource<>(name, source, spawner));
    }

    /** Makes one of a future, for one subscriber. */
    static <T> Mono<T> of(Future<? extends T> future, Spawner spawner) {
        return assembled(new OfFuture<>(future, spawner));
    }

    /** Makes one of a block, of which each subscription is a run. */
    static <T> Mono<T> of(AsyncBlock<T> block, Spawner spawner) {
        return assembled(new OfBlock<>(block, spawner));
    }

    private static <T> Mono<T> assembled(SourceMono<T> source) {
        return CallSite.of(onAssembly(source), source, source.stepName());
    }

    /** Serves a subscriber. Never throws (1.9). */
    abstract void serve(CoreSubscriber<? super T> actual, ContextBridge bridge, Spawner spawner);

    /** Takes back the future of a mono that has no subscriber and may run anywhere; null if there is none. */
    final @Nullable Future<?> reclaim() {
        return spawner == Spawner.inline() && this instanceof OfFuture<?> once ? once.take() : null;
    }

    @Override
    public final void subscribe(CoreSubscriber<? super T> actual) {
        ContextBridge bridge = ContextBridge.of(actual);
        serve(actual, bridge, bridge.around(spawner));
    }

    @Override
    @SuppressWarnings("rawtypes") // as in Scannable
    public final @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : key == Attr.NAME ? name : null;
    }

    @Override
    public final String stepName() {
        return name;
    }

    @Override
    public final String toString() {
        return "ReactorAdapter." + name;
    }

    private static final class OfSource<T> extends SourceMono<T> {

        private final FutureSource<T> source;

        OfSource(String name, FutureSource<T> source, Spawner spawner) {
            super(name, spawner);
            this.source = source;
        }

        @Override
        void serve(CoreSubscriber<? super T> actual, ContextBridge bridge, Spawner spawner) {
            source.subscribe(actual, bridge, spawner);
        }
    }

    private static final class OfBlock<T> extends SourceMono<T> {

        private final AsyncBlock<T> block;

        OfBlock(AsyncBlock<T> block, Spawner spawner) {
            super("mono(block)", spawner);
            this.block = block;
        }

        @Override
        void serve(CoreSubscriber<? super T> actual, ContextBridge bridge, Spawner spawner) {
            new FutureSubscription<T>(block, actual, bridge).start(spawner);
        }
    }

    /** The first subscriber takes the future; the mono itself holds it, without a source in between. */
    private static final class OfFuture<T> extends SourceMono<T> {

        private static final VarHandle RUN;

        static {
            try {
                RUN = MethodHandles.lookup().findVarHandle(OfFuture.class, "run", Object.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        /** The future; once it is taken, null or the subscription that it serves, which knows its failure. */
        private volatile @Nullable Object run;

        OfFuture(Future<? extends T> future, Spawner spawner) {
            super("mono(future)", spawner);
            RUN.set(this, (Object) Objects.requireNonNull(future, "future"));
            VarHandle.storeStoreFence(); // for a thread that finds the mono by a data race
        }

        @SuppressWarnings("unchecked") // no other future is put into the field
        @Nullable
        Future<? extends T> take() {
            return run instanceof Future<?> found && RUN.compareAndSet(this, (Object) found, (Object) null)
                    ? (Future<? extends T>) found
                    : null;
        }

        @Override
        void serve(CoreSubscriber<? super T> actual, ContextBridge bridge, Spawner spawner) {
            Future<? extends T> taken = take();
            if (taken == null) {
                FutureSource.<T>spent(
                                "ReactorAdapter.monoDefer(supplier)",
                                run instanceof TaskSubscription<?> first ? first : null)
                        .subscribe(actual, bridge, spawner);
                return;
            }
            FutureSubscription<T> made = FutureSubscription.unlessServed(taken, actual, bridge, spawner);
            if (made != null) {
                RUN.setRelease(this, (Object) made);
                made.start(spawner);
            }
        }
    }
}
