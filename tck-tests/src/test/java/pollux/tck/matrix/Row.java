package pollux.tck.matrix;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.stream.AsyncStream;
import pollux.stream.RawStream;
import pollux.tck.TckEnvironment;

/**
 * One conversion, and how to find out what it does in a scenario. All suites take their parties from these rows, so a
 * new conversion is one line in one of the three lists.
 */
public final class Row {

    private static final String PENDING = "pending";

    /** The headline it stands under. */
    public final String section;

    /** How the call reads. */
    public final String name;

    private final Kind kind;
    private final @Nullable Function<Publisher<Integer>, Future<?>> in;
    private final @Nullable Function<Supplier<AsyncStream<Integer>>, Publisher<? extends Object>> out;

    /** What a conversion yields. */
    private enum Kind {
        NOTHING,
        ONE_VALUE,
        MANY_ITEMS
    }

    /** Whether an operator of the library stands between this conversion and the publisher it converts. */
    private boolean indirect;

    private Row(
            String section,
            String name,
            Kind kind,
            @Nullable Function<Publisher<Integer>, Future<?>> in,
            @Nullable Function<Supplier<AsyncStream<Integer>>, Publisher<? extends Object>> out) {
        this.section = section;
        this.name = name;
        this.kind = kind;
        this.in = in;
        this.out = out;
    }

    /**
     * A conversion into a future.
     *
     * @param section the headline it stands under
     * @param name how the call reads
     * @param conversion makes the call; may pass the publisher through a type of its library
     */
    public static Row intoFuture(String section, String name, Function<Publisher<Integer>, Future<?>> conversion) {
        return new Row(section, name, Kind.ONE_VALUE, conversion, null);
    }

    /** A conversion into a stream; parameters as above. */
    public static Row intoStream(
            String section, String name, Function<Publisher<Integer>, AsyncStream<Integer>> conversion) {
        return new Row(
                section,
                name,
                Kind.MANY_ITEMS,
                publisher -> conversion.apply(publisher).toList(),
                null);
    }

    /** A conversion out of a future; a type that is no publisher is made one by its own library. */
    public static Row outOfFuture(
            String section, String name, Function<Future<Integer>, Publisher<? extends Object>> conversion) {
        return new Row(section, name, Kind.ONE_VALUE, null, source -> conversion.apply(firstOf(source.get())));
    }

    /** A conversion that keeps only the end of a future. */
    public static Row outOfEnd(
            String section, String name, Function<Future<Integer>, Publisher<? extends Object>> conversion) {
        return new Row(section, name, Kind.NOTHING, null, source -> conversion.apply(firstOf(source.get())));
    }

    /** A conversion out of a stream; a type that is no publisher is made one by its own library. */
    public static Row outOfStream(
            String section, String name, Function<AsyncStream<Integer>, Publisher<? extends Object>> conversion) {
        return new Row(section, name, Kind.MANY_ITEMS, null, source -> conversion.apply(source.get()));
    }

    /** A conversion of a recipe: a future per subscriber. */
    public static Row outOfFutures(
            String section, String name, Function<Supplier<Future<Integer>>, Publisher<? extends Object>> conversion) {
        return new Row(section, name, Kind.ONE_VALUE, null, source -> conversion.apply(() -> firstOf(source.get())));
    }

    /** A conversion of a recipe that keeps only the end. */
    public static Row outOfEnds(
            String section, String name, Function<Supplier<Future<Integer>>, Publisher<? extends Object>> conversion) {
        return new Row(section, name, Kind.NOTHING, null, source -> conversion.apply(() -> firstOf(source.get())));
    }

    /** A conversion of a recipe: a stream per subscriber. */
    public static Row outOfStreams(
            String section,
            String name,
            Function<Supplier<AsyncStream<Integer>>, Publisher<? extends Object>> conversion) {
        return new Row(section, name, Kind.MANY_ITEMS, null, conversion);
    }

    /** All conversions of core and of the adapters. */
    public static List<Row> all() {
        return Stream.of(CoreRows.rows(), ReactorRows.rows(), RxJavaRows.rows())
                .flatMap(List::stream)
                .toList();
    }

    /** Says that an operator of the library stands between, so that its publisher meets that and not us. */
    public Row indirect() {
        indirect = true;
        return this;
    }

    /** Whether publisher and conversion meet directly. */
    public boolean isDirect() {
        return !indirect;
    }

    /** Whether it makes a publisher; else it makes something to await. */
    public boolean isOutbound() {
        return out != null;
    }

    /** How many items its publisher has at most. */
    public long mostItems() {
        return kind == Kind.NOTHING ? 0 : kind == Kind.ONE_VALUE ? 1 : Long.MAX_VALUE;
    }

    /** Converts, out of Pollux; only a recipe asks for more than one source. */
    public Publisher<?> publish(Supplier<AsyncStream<Integer>> source) {
        return Objects.requireNonNull(out).apply(source);
    }

    /** Converts, into Pollux; a stream becomes the future of its items. */
    public Future<?> await(Publisher<Integer> source) {
        return Objects.requireNonNull(in).apply(source);
    }

    /** The next item, or null: a stream as a future. */
    private static Future<Integer> firstOf(AsyncStream<Integer> source) {
        return new RawFuture<>() {
            @Override
            public @Nullable Object pollRaw(Context cx) {
                return RawStream.pollAny(source, cx);
            }

            @Override
            public boolean cancel() {
                return source.cancel();
            }
        };
    }

    /**
     * What happens, in the words of the table.
     *
     * @param expectsCancel whether the source has to be cancelled
     */
    String observe(Scenario scenario, boolean distant, boolean expectsCancel) throws Exception {
        Script script = new Script(scenario, distant, expectsCancel);
        if (!isOutbound()) {
            return awaited(await(script.publisher()), script, scenario, distant);
        }
        return kind != Kind.MANY_ITEMS && scenario == Scenario.MANY
                ? "–"
                : published(publish(script::stream), script, scenario);
    }

    // ------------------------------------------------------------------ into Pollux

    private static String awaited(Future<?> future, Script script, Scenario scenario, boolean distant)
            throws Exception {
        if (scenario == Scenario.CANCEL_BEFORE) {
            boolean released = future.cancel();
            return (released ? "" : "not released, ") + source(script);
        }
        Spawner spawner = distant ? TckEnvironment.POOL : Spawner.inline();
        JoinHandle<?> handle = spawner.spawn(future);
        if (scenario.isSilent()) {
            script.awaitTouched();
            String before = handle.isDone() ? outcome(handle) : PENDING;
            handle.cancel();
            String after = outcome(handle);
            script.awaitExpectedCancel();
            return scenario == Scenario.NEVER ? before : after + ", " + source(script);
        }
        String outcome = outcome(handle);
        if (scenario == Scenario.CANCEL_AFTER) {
            handle.cancel();
            script.awaitExpectedCancel();
            return outcome(handle) + ", " + source(script);
        }
        script.awaitExpectedCancel();
        return outcome + (script.cancels() == 0 ? "" : ", " + source(script));
    }

    private static String outcome(JoinHandle<?> handle) throws Exception {
        CompletableFuture<?> stage = handle.toCompletableFuture();
        try {
            return String.valueOf((Object) stage.get(60, TimeUnit.SECONDS));
        } catch (CancellationException cancelled) {
            return "cancelled";
        } catch (ExecutionException failed) {
            return failed.getCause().getClass().getSimpleName();
        }
    }

    // ------------------------------------------------------------------ out of Pollux

    private static String published(Publisher<?> publisher, Script script, Scenario scenario) throws Exception {
        Recorder recorder = new Recorder(scenario == Scenario.CANCEL_BEFORE);
        publisher.subscribe(recorder);
        if (scenario == Scenario.CANCEL_BEFORE) {
            script.awaitCancelled(); // if at all: some are never started, some go on
            return recorder.text() + ", " + source(script);
        }
        if (scenario.isSilent()) {
            script.awaitTouched();
            String before = recorder.text();
            recorder.cancel();
            if (scenario == Scenario.NEVER) {
                return before;
            }
            script.awaitCancelled();
            return recorder.text() + ", " + source(script);
        }
        recorder.awaitEnd();
        if (scenario == Scenario.CANCEL_AFTER) {
            recorder.cancel();
            return recorder.text() + ", " + source(script);
        }
        return recorder.text();
    }

    private static String source(Script script) {
        return switch (script.cancels()) {
            case 0 -> script.isTouched() ? "source not cancelled" : "source untouched";
            case 1 -> script.isTouched() ? "source cancelled" : "source cancelled untouched";
            default -> "SOURCE CANCELLED " + script.cancels() + " TIMES";
        };
    }

    /** Writes down signals; a terminal one is last, or it shows. */
    private static final class Recorder implements Subscriber<Object> {

        private final boolean cancelsAtOnce;
        private final List<String> signals = new CopyOnWriteArrayList<>();
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile @Nullable Subscription subscription;

        Recorder(boolean cancelsAtOnce) {
            this.cancelsAtOnce = cancelsAtOnce;
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
            if (cancelsAtOnce) {
                s.cancel();
            } else {
                s.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(Object item) {
            signals.add(String.valueOf(item));
        }

        @Override
        public void onError(Throwable error) {
            signals.add(error.getClass().getSimpleName());
            end.countDown();
        }

        @Override
        public void onComplete() {
            signals.add("end");
            end.countDown();
        }

        void cancel() {
            subscription.cancel();
        }

        void awaitEnd() throws InterruptedException {
            if (!end.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no terminal signal, only " + signals);
            }
        }

        String text() {
            return signals.isEmpty() ? "no signal" : signals.stream().collect(Collectors.joining(" "));
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
