package pollux.reactive.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import pollux.Pollux;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactive.Prefetch;
import pollux.reactive.ReactiveStreams;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;

/** Which bridge converts a publisher; and that a broken one costs its context and nothing else. */
@Timeout(120)
class PublisherBridgesTest {

    /** Says which bridge made a value. */
    private static class Named implements PublisherBridge {

        private final Class<?> owned;
        private final boolean carrying;
        private final int mark;

        Named(int mark, Class<?> owned, boolean carrying) {
            this.mark = mark;
            this.owned = owned;
            this.carrying = carrying;
        }

        @Override
        public boolean owns(Publisher<?> publisher) {
            return owned.isInstance(publisher);
        }

        @Override
        public boolean carriesContext() {
            return carrying;
        }

        @Override
        @SuppressWarnings("unchecked") // the mark stands for the value
        public <S, T> Future<T> future(Publisher<? extends S> publisher, Mode mode) {
            return (Future<T>) Futures.ready(mark);
        }

        @Override
        @SuppressWarnings("unchecked") // as above
        public <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch) {
            return (AsyncStream<T>) AsyncStreams.of(mark);
        }
    }

    private static final class Own implements Publisher<Integer> {
        @Override
        public void subscribe(Subscriber<? super Integer> subscriber) {
            PLAIN.subscribe(subscriber);
        }
    }

    private static final Publisher<Integer> PLAIN = ReactiveStreams.deferStream(() -> AsyncStreams.of(7));

    private static int read(PublisherBridges bridges, Publisher<Integer> publisher) {
        int future = Pollux.blockOn(bridges.<Integer, Integer>future(publisher, Mode.AT_MOST_ONE));
        List<Integer> stream = Pollux.blockOn(
                bridges.<Integer>stream(publisher, Prefetch.of(3)).toList());
        assertThat(stream).containsExactly(future);
        return future;
    }

    @Test
    void theOwnerComesFirstThenWhoCarriesContextThenThePlainWay() {
        PublisherBridge owner = new Named(1, Own.class, false);
        PublisherBridge carrier = new Named(2, String.class, true);
        assertThat(read(new PublisherBridges(List.of(carrier, owner)), new Own()))
                .isEqualTo(1);
        assertThat(read(new PublisherBridges(List.of(owner, carrier)), PLAIN)).isEqualTo(2);
        assertThat(read(new PublisherBridges(List.of(owner)), PLAIN)).isEqualTo(7);
        assertThat(read(new PublisherBridges(List.of()), new Own())).isEqualTo(7);
    }

    static Stream<Supplier<Throwable>> failures() {
        return Stream.of(
                () -> new IllegalStateException("broken"),
                () -> new AbstractMethodError("another version"),
                () -> new NoClassDefFoundError("library/Gone"),
                () -> new ExceptionInInitializerError(new IOException()));
    }

    /** Each method of a bridge that throws each kind of failure. */
    @ParameterizedTest
    @MethodSource("failures")
    void aBridgeThatThrowsIsLeftOut(Supplier<Throwable> failure) {
        for (String broken : List.of("owns", "carriesContext", "future", "stream", "inContext", "serve", "null")) {
            List<String> calls = new ArrayList<>();
            PublisherBridge bridge = new Named(1, Own.class, false) {
                private void at(String method) {
                    calls.add(method);
                    if (method.equals(broken)) {
                        throw pollux.future.Failures.rethrow(failure.get());
                    }
                }

                @Override
                public boolean owns(Publisher<?> publisher) {
                    at("owns");
                    return super.owns(publisher);
                }

                @Override
                public boolean carriesContext() {
                    at("carriesContext");
                    return true;
                }

                @Override
                public <S, T> Future<T> future(Publisher<? extends S> publisher, Mode mode) {
                    at("future");
                    return broken.equals("null") ? null : super.future(publisher, mode);
                }

                @Override
                public <T> AsyncStream<T> stream(Publisher<? extends T> publisher, Prefetch prefetch) {
                    at("stream");
                    return broken.equals("null") ? null : super.stream(publisher, prefetch);
                }

                @Override
                public <T> Subscriber<T> inContext(Subscriber<T> subscriber, Context cx) {
                    at("inContext");
                    return broken.equals("null") ? null : subscriber;
                }

                @Override
                public <T> boolean serve(
                        SubscriptionFactory<T> source, Subscriber<? super T> subscriber, Spawner spawner) {
                    at("serve");
                    return false;
                }
            };
            PublisherBridges bridges = new PublisherBridges(List.of(bridge, new Named(2, Own.class, false)));
            // the two owners, and the carrier of what is not owned
            Pollux.blockOn(bridges.<Integer, Integer>future(new Own(), Mode.AT_MOST_ONE));
            Pollux.blockOn(bridges.<Integer>stream(new Own(), Prefetch.of(3)).toList());
            Pollux.blockOn(bridges.<Integer, Integer>future(PLAIN, Mode.AT_MOST_ONE));
            PublisherFuture<Integer, Integer> subscriber = new PublisherFuture<>(PLAIN, Mode.AT_MOST_ONE);
            assertThat(bridges.inContext(subscriber, new Context(waker -> {}))).isSameAs(subscriber);
            PublisherFuture<Integer, Integer> served = new PublisherFuture<>(
                    s -> bridges.serve(
                            SubscriptionFactory.futures(() -> Futures.ready(5)),
                            s,
                            BridgeHooks.plain(),
                            Spawner.inline()),
                    Mode.AT_MOST_ONE);
            assertThat(Pollux.blockOn(served)).as(broken).isEqualTo(5);
            assertThat(read(bridges, new Own())).as(broken).isEqualTo(2);
            calls.clear();
            read(bridges, PLAIN);
            assertThat(calls).as("asked again after " + broken).isEmpty();
        }
    }

    @Test
    void anErrorOfTheMachineIsThrownOnAndCostsNoBridge() {
        boolean[] deep = {true};
        PublisherBridges bridges = new PublisherBridges(List.of(new Named(1, Own.class, false) {
            @Override
            public boolean owns(Publisher<?> publisher) {
                if (deep[0]) {
                    throw new StackOverflowError();
                }
                return super.owns(publisher);
            }
        }));
        assertThatThrownBy(() -> bridges.future(new Own(), Mode.AT_MOST_ONE)).isInstanceOf(StackOverflowError.class);
        deep[0] = false;
        assertThat(read(bridges, new Own())).isEqualTo(1);
    }

    // ------------------------------------------------------------------ loading

    /** A provider that can be loaded. */
    public static final class Working extends Named {
        public Working() {
            super(1, Own.class, false);
        }
    }

    /** A provider whose constructor fails. */
    public static final class Throwing extends Named {
        public Throwing() {
            super(1, Own.class, false);
            throw new IllegalStateException("no");
        }
    }

    @TempDir
    Path services;

    private List<PublisherBridge> load(String... providers) throws IOException {
        Path file = services.resolve("META-INF/services/" + PublisherBridge.class.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(providers));
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {services.toUri().toURL()}, getClass().getClassLoader())) {
            return PublisherBridges.load(ServiceLoader.load(PublisherBridge.class, loader), loader);
        }
    }

    @Test
    void whatCannotBeLoadedDoesNotHideTheOthers() throws IOException {
        assertThat(load(
                        "no.such.Provider",
                        Throwing.class.getName(),
                        "java.lang.String",
                        Working.class.getName(),
                        "not a name"))
                .hasOnlyElementsOfType(Working.class)
                .hasSizeLessThanOrEqualTo(1);
        assertThat(load("no.such.Provider", Throwing.class.getName(), Working.class.getName()))
                .hasSize(1);
        assertThat(load()).isEmpty();
    }

    @Test
    void nullsAreArgumentErrors() {
        PublisherBridges bridges = PublisherBridges.present();
        assertThatThrownBy(() -> bridges.future(null, Mode.FIRST)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> bridges.stream(null, Prefetch.of(1))).isInstanceOf(NullPointerException.class);
        assertThat(bridges.<Integer>stream(PLAIN, Prefetch.of(1))).isInstanceOf(PublisherStream.class);
    }
}
