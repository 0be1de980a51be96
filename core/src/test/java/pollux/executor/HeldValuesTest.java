package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.future.DropHook;
import pollux.future.Droppable;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.scope.JoinSet;
import pollux.scope.TaskScope;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Mpsc;
import pollux.sync.Promise;
import pollux.time.ManualTime;

/**
 * What combinators and operators hold: each value is delivered or dropped, and once, whether the task is cancelled,
 * fails or ends: given to the hook of the task, and closed if it is droppable. The order of the steps follows from a
 * seed.
 */
@Timeout(120)
class HeldValuesTest {

    private static final int RUNS = 2_000;
    private static final Duration MILLI = Duration.ofMillis(1);

    /** A value, and how often it arrived somewhere. */
    private static final class Item implements Droppable {

        private final String origin;
        private final Run run;
        private int arrivals;

        Item(String origin, Run run) {
            this.origin = origin;
            this.run = run;
        }

        @Override
        public void close() {
            if (run.loss == Loss.CLOSED && !run.forgets()) {
                arrivals++;
            }
        }

        @Override
        public String toString() {
            return origin + ", " + arrivals + " arrivals";
        }
    }

    private static final class Poison extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    /** Where a value that is not delivered is looked for. */
    private enum Loss {
        HOOK,
        CLOSED
    }

    /** A form that holds values: its future delivers to the run. */
    private record Row(String name, Function<Run, Future<?>> made) {

        @Override
        public String toString() {
            return name;
        }
    }

    // ------------------------------------------------------------------ forms; one more is one more line

    static Stream<Row> rows() {
        return Stream.of(
                of("chunks", (run, source) -> source.chunks(3)),
                of("chunks with a time", (run, source) -> source.chunks(3, MILLI.multipliedBy(2))),
                of("debounce", (run, source) -> source.debounce(MILLI.multipliedBy(2))),
                of("sample", (run, source) -> source.sample(MILLI.multipliedBy(2))),
                of("skip", (run, source) -> source.skip(2)),
                of("zip", (run, source) -> AsyncStreams.zip(source, run.source(), List::of)),
                of("buffered", (run, source) -> source.buffered(3, run::work)),
                of("bufferedUnordered", (run, source) -> source.bufferedUnordered(3, run::work)),
                of("partitioned", (run, source) -> source.partitioned(4, item -> item.hashCode() % 2, run::work)),
                new Row("toList", run -> run.source().toList().map(run::deliver)),
                new Row(
                        "join of two",
                        run -> Futures.join(run.part(), run.part(), List::of).map(run::deliver)),
                new Row(
                        "join of five",
                        run -> Futures.join(run.part(), run.part(), run.part(), run.part(), run.part(), List::of)
                                .map(run::deliver)),
                new Row("joinAll", run -> Futures.joinAll(run.parts()).map(run::deliver)),
                new Row(
                        "scope",
                        run -> TaskScope.scoped(run.pool, scope -> {
                                    scope.fork(run.part().map(run::deliver));
                                    return run.part();
                                })
                                .map(run::deliver)),
                new Row("JoinSet.joinAll", run -> run.set().joinAll().map(run::deliver)),
                new Row("JoinSet.firstSuccess", run -> run.set().firstSuccess().map(run::deliver)));
    }

    /** Makes the stream that is tried. */
    @FunctionalInterface
    private interface Operator {
        AsyncStream<?> of(Run run, AsyncStream<Item> source);
    }

    private static Row of(String name, Operator operator) {
        return new Row(name, run -> operator.of(run, run.source()).forEach(run::deliver));
    }

    // ------------------------------------------------------------------ one run

    private static final class Run implements DropHook {

        private final Random random;
        private final Loss loss;
        private final boolean forgetful;
        private boolean ended;
        private final ManualTime time = new ManualTime();
        private final LocalPool pool = new LocalPool(time, UnhandledFailure.IGNORE);
        private final List<Item> items = new ArrayList<>();
        private final List<Mpsc<Item>> channels = new ArrayList<>();
        private final List<Promise<Item>> running = new ArrayList<>();

        Run(long seed, Loss loss, boolean forgetful) {
            this.random = new Random(seed);
            this.loss = loss;
            this.forgetful = forgetful;
        }

        /** A stream of items that the test sends. */
        AsyncStream<Item> source() {
            Mpsc<Item> channel = Mpsc.unbounded();
            channels.add(channel);
            return AsyncStreams.from(channel.receiver(), this::arrived).map(item -> {
                if (item.origin.equals("poison")) {
                    arrived(item);
                    throw new Poison();
                }
                return item;
            });
        }

        /** A future that the test completes with an item. */
        Future<Item> part() {
            Promise<Item> promise = new Promise<>(this::arrived);
            running.add(promise);
            return promise.future();
        }

        List<Future<Item>> parts() {
            return IntStream.range(0, 4).mapToObj(i -> part()).toList();
        }

        JoinSet<Item> set() {
            JoinSet<Item> set = new JoinSet<>(pool);
            parts().forEach(set::spawn);
            return set;
        }

        /** What a function makes of an item: it has got that, and ends with another one. */
        Future<Item> work(Item item) {
            arrived(item);
            return part();
        }

        /** Takes an item, or a list of items. */
        @Nullable
        Object deliver(Object delivered) {
            if (delivered instanceof List<?> list) {
                list.forEach(each -> arrived((Item) each));
            } else {
                arrived((Item) delivered);
            }
            return null;
        }

        private void arrived(Item item) {
            item.arrivals++;
        }

        private Item made(String origin) {
            Item item = new Item(origin, this);
            items.add(item);
            return item;
        }

        @Override
        public void droppedError(Throwable error) {}

        @Override
        public void droppedValue(Object value) {
            if (!forgets()) {
                deliver(value);
            }
        }

        private boolean forgets() {
            return forgetful && random.nextInt(10) == 0;
        }

        private void step(JoinHandle<?> task) {
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    if (!channels.isEmpty()) {
                        send(channels.get(random.nextInt(channels.size())), "sent");
                    }
                }
                case 2 -> complete(random.nextInt(6) == 0);
                case 3 -> complete(false);
                case 4 -> time.advance(MILLI);
                case 5 -> {
                    int any = random.nextInt(12);
                    if (any == 0) {
                        task.cancel();
                    } else if (any == 1) {
                        channels.forEach(channel -> send(channel, "poison"));
                    } else if (any == 2) {
                        end();
                    }
                }
                default -> pool.runUntilStalled();
            }
        }

        /** Ends the streams. */
        private void end() {
            ended = true;
            channels.forEach(channel -> channel.sender().close());
        }

        private void send(Mpsc<Item> channel, String origin) {
            if (!ended && !channel.sender().isReceiverClosed()) {
                channel.sender().trySend(made(origin));
            }
        }

        private void complete(boolean fail) {
            if (running.isEmpty()) {
                return;
            }
            Promise<Item> promise = running.remove(random.nextInt(running.size()));
            if (fail) {
                promise.fail(new Poison());
            } else if (!promise.isCancelled()) {
                promise.complete(made("made"));
            }
        }

        /** The first value that did not arrive once; null if all did. */
        @Nullable
        Item wrong(Row row) {
            try (pool) {
                Future<@Nullable Object> made = row.made.apply(this).map(end -> null);
                JoinHandle<?> task =
                        pool.spawn(loss == Loss.HOOK ? Futures.withService(DropHook.KEY, this, made) : made);
                for (int i = random.nextInt(40); i > 0; i--) {
                    step(task);
                }
                if (random.nextInt(4) == 0) {
                    end();
                    while (!running.isEmpty()) {
                        complete(false);
                        pool.runUntilStalled();
                    }
                    time.advance(MILLI.multipliedBy(9));
                }
                task.cancel();
                pool.runUntilStalled();
                while (!running.isEmpty()) {
                    complete(false);
                }
                assertThat(task.isDone()).isTrue();
            }
            return items.stream().filter(item -> item.arrivals != 1).findFirst().orElse(null);
        }
    }

    // ------------------------------------------------------------------ the balance

    @ParameterizedTest
    @MethodSource("rows")
    void eachIsDeliveredOrDroppedOnce(Row row) {
        assertThat(firstWrong(row, Loss.HOOK, false)).isNull();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachIsDeliveredOrClosedOnce(Row row) {
        assertThat(firstWrong(row, Loss.CLOSED, false)).isNull();
    }

    /** All but the one that holds nothing. */
    static Stream<Row> canaries() {
        return rows().filter(row -> !row.name.equals("bufferedUnordered"));
    }

    @ParameterizedTest
    @MethodSource("canaries")
    void aHookThatForgetsIsCaught(Row row) {
        assertThat(firstWrong(row, Loss.HOOK, true)).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("canaries")
    void aCloseThatForgetsIsCaught(Row row) {
        assertThat(firstWrong(row, Loss.CLOSED, true)).isNotNull();
    }

    private static @Nullable String firstWrong(Row row, Loss loss, boolean forgetful) {
        for (long seed = 0; seed < RUNS; seed++) {
            Item wrong = new Run(seed, loss, forgetful).wrong(row);
            if (wrong != null) {
                return "seed " + seed + ": " + wrong;
            }
        }
        return null;
    }
}
