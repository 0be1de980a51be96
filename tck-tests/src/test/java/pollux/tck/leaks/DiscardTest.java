package pollux.tck.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.executor.Spawner;
import pollux.future.Futures;
import pollux.reactive.Prefetch;
import pollux.reactive.spi.BridgeHooks;
import pollux.reactive.spi.FutureSubscription;
import pollux.reactive.spi.FuturesSubscription;
import pollux.reactive.spi.PublisherFuture;
import pollux.reactive.spi.PublisherFuture.Mode;
import pollux.reactive.spi.PublisherStream;
import pollux.reactive.spi.ReadySubscription;
import pollux.reactive.spi.StreamSubscription;
import pollux.reactor.ReactorAdapter;
import pollux.tck.leaks.Tally.Item;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Case 3a-26: over a hundred thousand random cancellations, every item that went into a bridge was delivered or given
 * to the hook for discarded items, and once: that of Reactor, or {@link BridgeHooks#onDiscard}. RxJava has none, so
 * there items are left to the collector.
 *
 * <p>Most runs take their steps in an order that follows from the seed; in the others the items come from a second
 * thread.
 */
@Timeout(300)
class DiscardTest {

    private static final long SEED = Long.getLong("pollux.seed", 20);
    private static final int RUNS = 5_000;
    private static final int RACES = 1_000;
    private static final ExecutorService SECOND = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "second");
        thread.setDaemon(true);
        return thread;
    });

    /** One run, with the second thread or without. */
    @FunctionalInterface
    private interface Bridge {
        void run(Tally tally, Random random, boolean race) throws Exception;
    }

    @AfterAll
    static void stop() {
        SECOND.shutdown();
    }

    // ------------------------------------------------------------------ bridges; one more is one more line

    static Stream<Arguments> bridges() {
        Stream.Builder<Arguments> all = Stream.builder();
        for (Mode mode : Mode.values()) {
            all.add(in("PublisherFuture " + mode, (p, random) -> new PublisherFuture<Item, Object>(p, mode) {
                @Override
                protected BridgeHooks peer() {
                    return p.tally().peer();
                }
            }));
        }
        for (int prefetch : new int[] {1, 4, 256, Integer.MAX_VALUE}) {
            all.add(in("PublisherStream " + prefetch, (p, random) -> Pulled.pulling(ours(p, prefetch), random)));
            all.add(in(
                    "stream(flux, " + prefetch + ")",
                    (p, random) -> reactor(p, Pulled.pulling(ReactorAdapter.stream(Flux.from(p), prefetch), random))));
        }
        all.add(in("future(mono)", (p, random) -> reactor(p, ReactorAdapter.future(Mono.fromDirect(p)))));
        all.add(in("single(flux)", (p, random) -> reactor(p, ReactorAdapter.exactlyOne(Flux.from(p)))));
        all.add(in("toList(flux)", (p, random) -> reactor(p, ReactorAdapter.toList(Flux.from(p)))));
        all.add(out(
                "StreamSubscription",
                s -> new StreamSubscription<>(s.stream(), s, s.tally().peer()).start(Spawner.inline())));
        all.add(out(
                "FutureSubscription",
                s -> new FutureSubscription<>(s.future(), s, s.tally().peer()).start(Spawner.inline())));
        for (boolean ordered : new boolean[] {false, true}) {
            all.add(out(
                    "FuturesSubscription" + (ordered ? ", ordered" : ""),
                    s -> new FuturesSubscription<>(
                                    s.futures(), 4, ordered, s, s.tally().peer())
                            .start(Spawner.inline())));
        }
        all.add(out(
                "ReadySubscription",
                s -> new ReadySubscription<>(s.tally().produce(), s, s.tally().peer()).start()));
        all.add(out("flux(stream)", s -> ReactorAdapter.flux(s.stream()).subscribe(s)));
        all.add(out(
                "fluxOrdered(futures, 4)",
                s -> ReactorAdapter.fluxOrdered(s.futures(), 4).subscribe(s)));
        all.add(out("mono(future)", s -> ReactorAdapter.mono(s.future()).subscribe(s)));
        all.add(out(
                "mono(ready)",
                s -> ReactorAdapter.mono(Futures.ready(s.tally().produce())).subscribe(s)));
        return all.build();
    }

    private static PublisherStream<Item> ours(Pulled publisher, int prefetch) {
        return new PublisherStream<>(publisher, Prefetch.of(prefetch)) {
            @Override
            protected BridgeHooks peer() {
                return publisher.tally().peer();
            }
        };
    }

    private static pollux.future.Future<?> reactor(Pulled publisher, pollux.future.Future<?> future) {
        return ReactorAdapter.withContext(publisher.tally().context(), future);
    }

    private static Arguments in(String name, BiFunction<Pulled, Random, pollux.future.Future<?>> conversion) {
        Bridge bridge = (tally, random, race) -> {
            Pulled bridged = new Pulled(tally, publisher -> conversion.apply(publisher, random));
            int steps = random.nextInt(24);
            if (race) {
                bridged.poll();
                beside(random.nextLong(), steps, bridged::publish, () -> {
                    for (int i = random.nextInt(6); i > 0; i--) {
                        bridged.poll();
                    }
                    bridged.cancelFuture();
                });
                return;
            }
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(3) == 0) {
                    bridged.poll();
                } else {
                    bridged.publish(random);
                }
            }
            bridged.cancelFuture();
            for (int i = random.nextInt(4); i > 0; i--) {
                bridged.publish(random); // late
            }
        };
        return Arguments.of(name, bridge);
    }

    private static Arguments out(String name, Consumer<Served> conversion) {
        Bridge bridge = (tally, random, race) -> {
            Served bridged = new Served(tally, conversion);
            int steps = random.nextInt(24);
            if (race) {
                bridged.request(random);
                beside(random.nextLong(), steps, bridged::supply, () -> {
                    for (int i = random.nextInt(3); i > 0; i--) {
                        bridged.request(random);
                    }
                    bridged.cancel();
                });
                return;
            }
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(3) == 0) {
                    bridged.request(random);
                } else {
                    bridged.supply(random);
                }
            }
            bridged.cancel();
            bridged.supply(random);
        };
        return Arguments.of(name, bridge);
    }

    /** Steps on the second thread while this one does something else. */
    private static void beside(long seed, int steps, Consumer<Random> step, Runnable here) throws Exception {
        Random random = new Random(seed);
        Future<?> second = SECOND.submit(() -> {
            for (int i = 0; i < steps; i++) {
                step.accept(random);
            }
        });
        here.run();
        second.get(30, TimeUnit.SECONDS);
    }

    // ------------------------------------------------------------------ the balance

    @ParameterizedTest(name = "{0}")
    @MethodSource("bridges")
    void eachItemIsDeliveredOrDiscardedOnce(String name, Bridge bridge) throws Exception {
        assertThat(firstWrong(name, bridge, Tally::honest)).isNull();
    }

    /** Runs until an item is lost or treated twice. */
    private static @Nullable String firstWrong(String name, Bridge bridge, Supplier<Tally> tallies) throws Exception {
        for (int run = 0; run < RUNS; run++) {
            long seed = SEED + run + ((long) name.hashCode() << 32);
            Tally tally = tallies.get();
            bridge.run(tally, new Random(seed), run < RACES);
            Item wrong = tally.wrong();
            if (wrong != null) {
                return "run " + run + (run < RACES ? " of two threads" : "") + ", seed " + seed + ": " + wrong;
            }
        }
        return null;
    }

    static Stream<Arguments> canaries() {
        Function<AtomicInteger, Tally> losing = Tally::losing;
        Function<AtomicInteger, Tally> repeating = Tally::repeating;
        return bridges()
                .filter(bridge -> bridge.get()[0].equals("PublisherStream 4")
                        || bridge.get()[0].equals("stream(flux, 4)")
                        || bridge.get()[0].equals("FutureSubscription"))
                .flatMap(bridge -> Stream.of(
                        Arguments.of(bridge.get()[0], bridge.get()[1], losing),
                        Arguments.of(bridge.get()[0], bridge.get()[1], repeating)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("canaries")
    void oneThatLosesAnItemOrRepeatsItIsCaught(String name, Bridge bridge, Function<AtomicInteger, Tally> tallies)
            throws Exception {
        AtomicInteger count = new AtomicInteger();
        assertThat(firstWrong(name, bridge, () -> tallies.apply(count))).isNotNull();
    }
}
