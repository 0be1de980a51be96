package pollux.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.stream.AsyncStream;

/** The stream around a generator; the state machines here are futures written by hand. */
@Timeout(120)
class GeneratorStreamTest {

    /** An item is one step (ADR 38); the last step of a budget goes on behind an item, and leaves none to emit another. */
    private static final int ITEMS_IN_A_POLL = Context.BUDGET - 1;

    private final Context cx = new Context(Waker.noop(), Services.NONE);
    private final List<String> log = new ArrayList<>();

    private static <T> AsyncStream<T> stream(CompiledStreamBlock<T> block) {
        return Async.stream(block);
    }

    private Future<Void> logged(String entry) {
        return Futures.<Void>ready(null).map(nothing -> {
            log.add(entry);
            return null;
        });
    }

    @Test
    void items_come_one_per_poll_and_the_code_stays_suspended_in_between() {
        AsyncStream<Integer> stream = stream(out -> out.emitting(1)
                .then(x -> logged("after 1"))
                .then(x -> out.emitting(2))
                .then(x -> logged("after 2")));
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(1));
        assertThat(log).isEmpty();
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(2));
        assertThat(log).containsExactly("after 1");
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(null));
        assertThat(log).containsExactly("after 1", "after 2");
    }

    @Test
    void emissions_side_by_side_keep_their_order() {
        AsyncStream<Integer> stream =
                stream(out -> Futures.joinAll(List.of(out.emitting(1), out.emitting(2), out.emitting(3)))
                        .map(all -> null));
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(1));
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(2));
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(3));
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(null));
    }

    @Test
    void a_cancelled_emission_is_withdrawn() {
        AsyncStream<Integer> stream = stream(
                out -> Futures.race(List.of(out.emitting(1), out.emitting(2))).then(x -> out.emitting(3)));
        assertThat(stream.pollNext(cx).isReady()).isTrue();
        assertThat(drain(stream)).endsWith(3).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void a_generator_without_any_other_await_still_gives_its_worker_back() {
        AsyncStream<Integer> stream = stream(out -> forever(out, 0));
        int items = ITEMS_IN_A_POLL;
        for (int i = 0; i < items; i++) {
            assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(i));
        }
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.pending());
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(items));
    }

    /** Each way to take items counts one for each. */
    @Test
    void an_item_counts_once_in_a_loop() {
        int[] taken = {0};
        AsyncStream<Integer> stream = stream(out -> forever(out, 0));
        Future<Void> loop = stream.forEach(x -> taken[0]++);
        assertThat(loop.poll(cx).isPending()).isTrue();
        assertThat(taken[0]).isEqualTo(ITEMS_IN_A_POLL);
        cx.begin(Waker.noop(), Services.NONE);
        assertThat(loop.poll(cx).isPending()).isTrue();
        assertThat(taken[0]).isEqualTo(2 * ITEMS_IN_A_POLL);
    }

    @Test
    void a_failure_ends_the_stream() {
        AsyncStream<Integer> stream = stream(out -> Futures.failed(new CancellationException("expected")));
        assertThatThrownBy(() -> stream.pollNext(cx)).hasMessage("expected");
        assertThatThrownBy(() -> stream.pollNext(cx)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void cancel_before_the_first_poll_runs_nothing() {
        AsyncStream<Integer> stream = stream(out -> {
            throw new AssertionError("ran");
        });
        assertThat(stream.cancel()).isTrue();
    }

    @Test
    void null_is_not_an_item() {
        AsyncStream<Integer> stream = stream(out -> out.emitting(null));
        assertThatThrownBy(() -> stream.pollNext(cx)).isInstanceOf(NullPointerException.class);
    }

    private static Future<Void> forever(Emitter<Integer> out, int next) {
        return out.emitting(next).then(x -> forever(out, next + 1));
    }

    private List<Integer> drain(AsyncStream<Integer> stream) {
        List<Integer> items = new ArrayList<>();
        for (Poll<Integer> poll = stream.pollNext(cx);
                poll.isPending() || poll.value() != null;
                poll = stream.pollNext(cx)) {
            if (poll.isReady()) {
                items.add(poll.value());
            }
        }
        return items;
    }

    /** Each way to the end of a block, and the state of its stream behind it. */
    enum End {
        RETURNS {
            @Override
            Future<Void> code() {
                return Futures.ready(null);
            }
        },
        FAILS {
            @Override
            Future<Void> code() {
                return Futures.failed(new IllegalArgumentException("of the block"));
            }
        },
        IS_CANCELLED {
            @Override
            Future<Void> code() {
                return Futures.pending();
            }
        };

        abstract Future<Void> code();
    }

    /** Such an emission was pending for ever. */
    @ParameterizedTest
    @EnumSource
    void an_emission_after_the_end_fails(End end) {
        AtomicInteger wakes = new AtomicInteger();
        Context other = new Context(wakes::incrementAndGet, Services.NONE);
        AtomicReference<Emitter<Integer>> escaped = new AtomicReference<>();
        AtomicReference<Future<Void>> begun = new AtomicReference<>();
        AsyncStream<Integer> stream = stream(out -> {
            escaped.set(out);
            return end.code();
        });
        try {
            stream.pollNext(cx);
        } catch (IllegalArgumentException ofTheBlock) {
            // the end of FAILS
        }
        begun.set(escaped.get().emitting(1));
        if (end == End.IS_CANCELLED) {
            assertThat(stream.cancel()).isTrue();
        }
        for (Future<Void> late : List.of(begun.get(), escaped.get().emitting(2))) {
            assertThatThrownBy(() -> late.poll(other))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("emitted after the end of the block");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RETURNS", "FAILS"})
    void an_emission_that_another_task_waits_for_at_the_end_is_woken_and_fails(End end) {
        AtomicInteger wakes = new AtomicInteger();
        Context other = new Context(wakes::incrementAndGet, Services.NONE);
        List<Future<Void>> elsewhere = new ArrayList<>();
        AsyncStream<Integer> stream = stream(out -> {
            elsewhere.add(out.emitting(1));
            elsewhere.add(out.emitting(2));
            return cx -> {
                elsewhere.forEach(emission -> assertThat(emission.poll(other)).isEqualTo(Poll.pending()));
                return end.code().poll(cx);
            };
        });
        try {
            assertThat(stream.pollNext(cx)).isEqualTo(Poll.ready(null));
        } catch (IllegalArgumentException ofTheBlock) {
            assertThat(end).isEqualTo(End.FAILS);
        }
        assertThat(wakes).hasValue(2);
        for (Future<Void> late : elsewhere) {
            assertThatThrownBy(() -> late.poll(other))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("emitted after the end of the block");
        }
    }
}
