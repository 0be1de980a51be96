package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.blockEach;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import pollux.executor.BlockOn;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Futures;
import pollux.reactive.ReactiveStreams;
import pollux.stream.AsyncStream;
import pollux.stream.AsyncStreams;
import pollux.stream.RawStream;
import pollux.sync.Promise;

/** A loop over a stream that parks a virtual thread; what it says on any other. */
@Timeout(120)
class BlockEachTest {

    private final List<Integer> seen = new ArrayList<>();

    /** Items 1, 2, 3, each after a turn of waiting. */
    private static AsyncStream<Integer> numbers() {
        return AsyncStreams.of(1, 2, 3).then(item -> Futures.yieldNow().map(nothing -> item));
    }

    private static void onVirtualThread(AsyncBlock<?> code) {
        BlockOn.blockOn(Async.virtual(code));
    }

    @Test
    void on_a_platform_thread_it_names_the_caller_and_what_to_use() {
        BlockingIterable<Integer> loop = blockEach(numbers());
        assertThatThrownBy(() -> loop.iterator().hasNext())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Async.blockEach in pollux.async.BlockEachTest")
                .hasMessageContaining("was called on a platform thread");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void all_items_and_then_the_end() {
        onVirtualThread(() -> {
            for (int item : blockEach(numbers())) {
                seen.add(item);
            }
            return null;
        });
        assertThat(seen).containsExactly(1, 2, 3);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void a_publisher_too() {
        onVirtualThread(() -> {
            for (int item : blockEach(ReactiveStreams.publisher(numbers()))) {
                seen.add(item);
            }
            return null;
        });
        assertThat(seen).containsExactly(1, 2, 3);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void a_failure_is_thrown_as_it_is() {
        IllegalArgumentException failure = new IllegalArgumentException("expected");
        assertThatThrownBy(() -> onVirtualThread(() -> {
                    try (BlockingIterable<Object> loop = blockEach(AsyncStreams.error(failure))) {
                        return loop.iterator().hasNext();
                    }
                }))
                .isSameAs(failure);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void next_behind_the_end_and_a_second_loop_are_refused() {
        onVirtualThread(() -> {
            BlockingIterable<Object> loop = blockEach(AsyncStreams.empty());
            var iterator = loop.iterator();
            assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
            assertThatThrownBy(loop::iterator).isInstanceOf(IllegalStateException.class);
            return null;
        });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void leaving_early_and_closing_cancels_the_stream_once() {
        Counted source = new Counted(false);
        onVirtualThread(() -> {
            BlockingIterable<Integer> loop = blockEach(source);
            for (int item : loop) {
                seen.add(item);
                if (item == 2) {
                    break;
                }
            }
            loop.close();
            loop.close();
            return null;
        });
        assertThat(seen).containsExactly(1, 2);
        assertThat(source.cancels).isOne();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void an_interrupt_cancels_the_stream() {
        Counted source = new Counted(true);
        try (TaskPool pool = TaskPool.builder().workers(1).build()) {
            JoinHandle<Object> task = pool.spawn(Async.virtual(() -> {
                for (int item : blockEach(source)) {
                    seen.add(item);
                }
                return null;
            }));
            BlockOn.blockOn(source.waited);
            task.cancel(); // interrupts the thread
            assertThatThrownBy(() -> BlockOn.blockOn(task.join())).isInstanceOf(CancellationException.class);
        }
        assertThat(source.cancels).isOne();
        assertThat(seen).isEmpty();
    }

    /** Counts up for ever, or waits for ever. */
    private static final class Counted extends RawStream<Integer> {

        final Promise<Void> wait = new Promise<>();
        final pollux.future.Future<Void> waited = wait.future();
        private final boolean silent;
        private int next;
        int cancels;

        Counted(boolean silent) {
            this.silent = silent;
        }

        @Override
        public Object pollNextRaw(Context cx) {
            if (silent) {
                wait.complete(null);
                return PENDING;
            }
            return ++next;
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }
    }
}
