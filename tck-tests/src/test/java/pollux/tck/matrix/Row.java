package pollux.tck.matrix;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import pollux.executor.JoinHandle;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import pollux.tck.TckEnvironment;

/** One conversion of the matrix, and how to find out what it does in a scenario. */
public final class Row {

    private static final String PENDING = "pending";

    /** Finds out what happens. */
    private interface Observer {
        String observe(Script script, Scenario scenario, boolean distant) throws Exception;
    }

    final String section;
    final String name;
    private final boolean oneValue;
    private final Observer observer;

    private Row(String section, String name, boolean oneValue, Observer observer) {
        this.section = section;
        this.name = name;
        this.oneValue = oneValue;
        this.observer = observer;
    }

    /**
     * A conversion into a future.
     *
     * @param section the headline it stands under
     * @param name how the call reads
     * @param conversion makes the call; may pass the publisher through a type of its library
     */
    public static Row intoFuture(String section, String name, Function<Publisher<Integer>, Future<?>> conversion) {
        return new Row(
                section,
                name,
                false,
                (script, scenario, distant) ->
                        awaited(conversion.apply(script.publisher()), script, scenario, distant));
    }

    /** A conversion into a stream; parameters as above. */
    public static Row intoStream(
            String section, String name, Function<Publisher<Integer>, AsyncStream<Integer>> conversion) {
        return new Row(
                section,
                name,
                false,
                (script, scenario, distant) ->
                        awaited(conversion.apply(script.publisher()).toList(), script, scenario, distant));
    }

    /** A conversion out of a future; a type that is no publisher is made one by its own library. */
    public static Row outOfFuture(
            String section, String name, Function<Future<Integer>, Publisher<? extends Object>> conversion) {
        return new Row(
                section,
                name,
                true,
                (script, scenario, distant) -> published(conversion.apply(script.future()), script, scenario));
    }

    /** A conversion out of a stream; a type that is no publisher is made one by its own library. */
    public static Row outOfStream(
            String section, String name, Function<AsyncStream<Integer>, Publisher<? extends Object>> conversion) {
        return new Row(
                section,
                name,
                false,
                (script, scenario, distant) -> published(conversion.apply(script.stream()), script, scenario));
    }

    /** What happens, in the words of the table. */
    String observe(Scenario scenario, boolean distant) throws Exception {
        return oneValue && scenario == Scenario.MANY
                ? "–"
                : observer.observe(new Script(scenario, distant), scenario, distant);
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
            return scenario == Scenario.NEVER ? before : after + ", " + source(script);
        }
        String outcome = outcome(handle);
        if (scenario == Scenario.CANCEL_AFTER) {
            handle.cancel();
            return outcome(handle) + ", " + source(script);
        }
        return outcome + (script.cancels() == 0 ? "" : ", " + source(script));
    }

    private static String outcome(JoinHandle<?> handle) throws Exception {
        CompletableFuture<?> stage = handle.toCompletableFuture();
        try {
            return String.valueOf((Object) stage.get(10, TimeUnit.SECONDS));
        } catch (CancellationException cancelled) {
            return "cancelled";
        } catch (ExecutionException failed) {
            return failed.getCause().getClass().getSimpleName();
        }
    }

    // ------------------------------------------------------------------ out of Pollux

    private static String published(Publisher<? extends Object> publisher, Script script, Scenario scenario)
            throws Exception {
        Recorder recorder = new Recorder(scenario == Scenario.CANCEL_BEFORE);
        publisher.subscribe(recorder);
        if (scenario == Scenario.CANCEL_BEFORE) {
            script.awaitCancelled(200); // if at all: some are never started, some go on
            return recorder.text() + ", " + source(script);
        }
        if (scenario.isSilent()) {
            script.awaitTouched();
            String before = recorder.text();
            recorder.cancel();
            if (scenario == Scenario.NEVER) {
                return before;
            }
            script.awaitCancelled(200);
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
            if (!end.await(10, TimeUnit.SECONDS)) {
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
