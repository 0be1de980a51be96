package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.sync.Promise;

/** Which futures and streams can be run again, and what their runs share. */
class RerunsTest {

    /** A frame as the compiler makes them: one argument, one local that survives an await. */
    private static final class Frame extends AsyncFrame<Integer> {
        private final AtomicInteger runs;
        private int local;

        Frame(AtomicInteger runs) {
            this.runs = runs;
        }

        @Override
        protected Object resume(pollux.future.Context cx) {
            if (label == 0) {
                label = RUNNING;
                local = runs.incrementAndGet();
                if (pollAwaited(Futures.yieldNow(), this, cx, 1) == PENDING) {
                    return PENDING;
                }
            } else if (pollAgain(cx, 1) == PENDING) {
                return PENDING;
            }
            label = ENDED;
            return local;
        }

        @Override
        public Object pollRaw(pollux.future.Context cx) {
            return label < 0 ? pollChain(cx) : resume(cx);
        }

        @Override
        protected int guarded() {
            return 0;
        }

        @Override
        protected String source() {
            return "Frame|run|Frame.java|1,2";
        }
    }

    private static <T> T run(Future<T> future) {
        return Pollux.blockOn(future);
    }

    @Test
    void a_frame_that_has_not_started_runs_again_and_again() {
        AtomicInteger runs = new AtomicInteger();
        Supplier<Future<Integer>> again = Reruns.of(new Frame(runs));
        assertThat(again).isNotNull();
        List<Future<Integer>> futures = List.of(again.get(), again.get(), again.get());
        assertThat(run(futures.get(0))).isEqualTo(1);
        assertThat(run(futures.get(2))).isEqualTo(2);
        assertThat(run(futures.get(1))).isEqualTo(3);
        assertThat(run(again.get())).isEqualTo(4);
        assertThatThrownBy(() -> run(futures.get(0))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void runs_at_the_same_time_do_not_meet() {
        AtomicInteger runs = new AtomicInteger();
        Supplier<Future<Integer>> again = Reruns.of(new Frame(runs));
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        for (int n = 0; n < 100; n++) {
            handles.add(Pollux.spawn(again.get()));
        }
        assertThat(handles.stream().map(handle -> run(handle.join())))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void a_block_runs_again() {
        AtomicInteger runs = new AtomicInteger();
        Supplier<Future<Integer>> again = Reruns.of(Async.async(runs::incrementAndGet));
        assertThat(again).isNotNull();
        assertThat(List.of(run(again.get()), run(again.get()), run(again.get())))
                .containsExactly(1, 2, 3);
    }

    @Test
    void a_generator_runs_again() {
        AtomicInteger runs = new AtomicInteger();
        Supplier<AsyncStream<Integer>> again = Reruns.of(Async.stream(out -> runs.incrementAndGet()));
        assertThat(again).isNotNull();
        for (int n = 1; n <= 3; n++) {
            assertThat(run(again.get().toList())).isEmpty();
            assertThat(runs).hasValue(n);
        }
    }

    static Stream<Future<?>> once() {
        AsyncFrame<Integer> ended = new Frame(new AtomicInteger());
        run(ended);
        AsyncFrame<Integer> cancelled = new Frame(new AtomicInteger());
        cancelled.cancel();
        Future<Integer> block = Async.async(() -> 1);
        run(block);
        Future<Integer> dropped = Async.async(() -> 1);
        dropped.cancel();
        return Stream.of(
                ended,
                cancelled,
                block,
                dropped,
                Futures.ready(1),
                Async.async(() -> 1).map(x -> x),
                new Promise<Integer>().future(),
                Pollux.spawn(Futures.ready(1)).join());
    }

    @ParameterizedTest
    @MethodSource("once")
    void what_has_started_or_is_no_code_runs_once(Future<?> future) {
        assertThat(Reruns.of(future)).isNull();
    }

    static Stream<AsyncStream<?>> onceStreams() {
        AsyncStream<Integer> ended = Async.stream(out -> {});
        run(ended.toList());
        AsyncStream<Integer> cancelled = Async.stream(out -> {});
        cancelled.cancel();
        return Stream.of(
                ended,
                cancelled,
                AsyncStreams.of(1, 2),
                Async.<Integer>stream(out -> {}).map(x -> x));
    }

    @ParameterizedTest
    @MethodSource("onceStreams")
    void streams_that_have_started_or_are_no_code_run_once(AsyncStream<?> stream) {
        assertThat(Reruns.of(stream)).isNull();
    }

    @Test
    void a_supplier_outlives_a_poll_of_what_it_was_made_from() {
        AtomicInteger runs = new AtomicInteger();
        Future<Integer> block = Async.async(runs::incrementAndGet);
        Supplier<Future<Integer>> again = Reruns.of(block);
        run(again.get());
        assertThat(Reruns.of(block)).isNotNull(); // its copies ran, it did not
        assertThat(run(again.get())).isEqualTo(2);
    }

    @Test
    void null_is_refused() {
        assertThatThrownBy(() -> Reruns.of((Future<?>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Reruns.of((AsyncStream<?>) null)).isInstanceOf(NullPointerException.class);
    }
}
