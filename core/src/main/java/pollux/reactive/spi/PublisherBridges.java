package pollux.reactive.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Failures;
import pollux.future.Future;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.stream.AsyncStream;

/**
 * The bridges of all adapters that are present, and the choice among them: the bridge that {@linkplain
 * PublisherBridge#owns owns} a publisher, else the first that {@linkplain PublisherBridge#carriesContext() carries
 * context}, else plain Reactive Streams. A subscriber is served by the first that knows it; those that carry context
 * are asked first.
 *
 * <p>They are looked up once, at the first conversion, with the class loader of core. A bridge that cannot be loaded,
 * or that throws later (it may have been compiled for another version of this interface), is left out from then on; the
 * conversion goes on without it, and the log says once what is lost. For adapters; may be called from any thread.
 */
public final class PublisherBridges {

    private static final String LOST =
            ". Conversions go on without it: publishers of its library are subscribed without its"
                    + " context (in Reactor's case no transaction, security or tracing), its hooks and its shortcuts";

    private static final int MAX_FAILURES = 100;

    private static final PublisherBridges PRESENT = new PublisherBridges(ofThisProcess());

    /** Replaced, never changed. Each conversion reads it once for each attempt. */
    private volatile PublisherBridge[] bridges;

    /** A choice among the given bridges, in this order. */
    PublisherBridges(List<PublisherBridge> bridges) {
        this.bridges = bridges.toArray(new PublisherBridge[0]);
    }

    /**
     * Returns the bridges of this process. The first call reads files, so that a tool that forbids this in tasks calls
     * it early.
     *
     * @return the bridges, always the same object
     */
    public static PublisherBridges present() {
        return PRESENT;
    }

    // ------------------------------------------------------------------ in

    /**
     * Makes a future of any publisher.
     *
     * @param <S> the type of the items
     * @param <T> the type of the value
     * @param publisher a publisher
     * @param mode what to make of its items
     * @return a future that subscribes at its first poll
     */
    public <S, T> Future<T> future(Publisher<? extends S> publisher, Mode mode) {
        Objects.requireNonNull(publisher, "publisher");
        Objects.requireNonNull(mode, "mode");
        for (PublisherBridge bridge = bridgeOf(publisher); bridge != null; bridge = bridgeOf(publisher)) {
            try {
                return Objects.requireNonNull(bridge.future(publisher, mode), "the future of a bridge");
            } catch (Throwable broken) {
                leaveOut(bridge, broken);
            }
        }
        return new PublisherFuture<>(publisher, mode);
    }

    /**
     * Makes a stream of any publisher.
     *
     * @param <T> the type of the items
     * @param publisher a publisher
     * @param prefetch how many items may be requested and not yet taken
     * @return a stream that subscribes at its first poll
     */
    public <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch) {
        Objects.requireNonNull(publisher, "publisher");
        Objects.requireNonNull(prefetch, "prefetch");
        for (PublisherBridge bridge = bridgeOf(publisher); bridge != null; bridge = bridgeOf(publisher)) {
            try {
                return Objects.requireNonNull(bridge.stream(publisher, prefetch), "the stream of a bridge");
            } catch (Throwable broken) {
                leaveOut(bridge, broken);
            }
        }
        return new PublisherStream<>(publisher, prefetch);
    }

    /**
     * Makes a subscriber carry the context of a task, see {@link PublisherBridge#inContext}.
     *
     * @param <T> the type of the items
     * @param subscriber a subscriber
     * @param cx the context of the poll that subscribes
     * @return what to subscribe with
     */
    public <T> Subscriber<T> inContext(Subscriber<T> subscriber, Context cx) {
        Subscriber<T> carrying = subscriber;
        for (PublisherBridge bridge : bridges) {
            try {
                carrying = Objects.requireNonNull(bridge.inContext(carrying, cx), "the subscriber of a bridge");
            } catch (Throwable broken) {
                leaveOut(bridge, broken);
            }
        }
        return carrying;
    }

    // ------------------------------------------------------------------ out

    /**
     * Serves a subscriber from an outbound source: with the context and the hooks of the subscriber's library if a
     * bridge knows it, else as plain Reactive Streams does. Never throws (1.9).
     *
     * @param <T> the type of the items
     * @param source what to serve it from
     * @param subscriber the subscriber
     * @param plain where late signals of a subscriber go that no bridge knows
     * @param spawner runs the task that serves it
     */
    public <T> void serve(
            SubscriptionFactory<T> source, Subscriber<? super T> subscriber, BridgeHooks plain, Spawner spawner) {
        for (PublisherBridge bridge : bridges) {
            try {
                if (bridge.serve(source, subscriber, spawner)) {
                    return;
                }
            } catch (Throwable broken) {
                leaveOut(bridge, broken);
            }
        }
        source.subscribe(subscriber, plain, spawner);
    }

    // ------------------------------------------------------------------ the choice

    private @Nullable PublisherBridge bridgeOf(Publisher<?> publisher) {
        PublisherBridge carrying = null;
        for (PublisherBridge bridge : bridges) {
            try {
                if (bridge.owns(publisher)) {
                    return bridge;
                }
                if (carrying == null && bridge.carriesContext()) {
                    carrying = bridge;
                }
            } catch (Throwable broken) {
                leaveOut(bridge, broken);
            }
        }
        return carrying;
    }

    /** Goes on without a bridge. An error of the machine says nothing about the bridge, and is thrown on. */
    private synchronized void leaveOut(PublisherBridge bridge, Throwable broken) {
        if (broken instanceof VirtualMachineError) {
            throw Failures.rethrow(broken);
        }
        List<PublisherBridge> left = new ArrayList<>(List.of(bridges));
        if (left.remove(bridge)) {
            bridges = left.toArray(new PublisherBridge[0]);
            Failures.report("the adapter " + bridge.getClass().getName() + " does not work" + LOST, broken);
        }
    }

    /** Loads what can be loaded; an entry that cannot is reported, and does not hide the others. */
    static List<PublisherBridge> load(ServiceLoader<PublisherBridge> loader, ClassLoader adapters) {
        List<PublisherBridge> found = new ArrayList<>();
        Iterator<PublisherBridge> entries = loader.iterator();
        int failures = 0;
        while (failures < MAX_FAILURES) { // a broken class loader could fail for ever
            try {
                if (!entries.hasNext()) {
                    break;
                }
                PublisherBridge bridge = entries.next();
                bridge.carriesContext(); // here, where a bridge for another version of the interface is only reported
                found.add(bridge);
            } catch (VirtualMachineError machine) {
                throw machine;
            } catch (Throwable broken) {
                failures++;
                Failures.report("an adapter cannot be loaded" + LOST, broken);
            }
        }
        if (failures == 0) {
            reportUnlisted(found, adapters);
        }
        found.sort(Comparator.comparing(PublisherBridge::carriesContext).reversed());
        return found;
    }

    /** A jar that was put together of others may have lost the entry of an adapter. */
    private static void reportUnlisted(List<PublisherBridge> found, ClassLoader adapters) {
        for (String adapter : List.of("pollux.reactor.ReactorAdapter", "pollux.rxjava.RxJavaAdapter")) {
            String room = adapter.substring(0, adapter.lastIndexOf('.'));
            boolean listed = found.stream()
                    .anyMatch(bridge -> bridge.getClass().getPackageName().equals(room));
            if (!listed && adapters.getResource(adapter.replace('.', '/') + ".class") != null) {
                Failures.report(
                        adapter + " is present, and no META-INF/services entry names its bridge" + LOST,
                        new IllegalStateException("merge the META-INF/services files of all jars (Maven shade:"
                                + " ServicesResourceTransformer; Gradle shadow: mergeServiceFiles())"));
            }
        }
    }

    private static List<PublisherBridge> ofThisProcess() {
        ClassLoader own = PublisherBridges.class.getClassLoader();
        ClassLoader adapters = own != null ? own : ClassLoader.getSystemClassLoader();
        try {
            return load(ServiceLoader.load(PublisherBridge.class, adapters), adapters);
        } catch (VirtualMachineError machine) {
            throw machine;
        } catch (Throwable broken) {
            Failures.report("the adapters cannot be looked up" + LOST, broken);
            return List.of();
        }
    }

    @Override
    public String toString() {
        return "PublisherBridges" + List.of(bridges);
    }
}
