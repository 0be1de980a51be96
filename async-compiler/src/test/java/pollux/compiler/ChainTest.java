package pollux.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.async.AsyncFrame;
import pollux.compiler.conformance.Programs;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Services;
import pollux.future.Waker;
import pollux.time.ManualTime;
import pollux.time.Timers;

/** Chains of frames that await each other: a wake resumes the innermost, whatever polls and whatever is in between. */
@Timeout(180)
class ChainTest {

    @TempDir
    static Path classes;

    private static Class<?> chains;

    private final List<Object> log = new ArrayList<>();
    private final Context cx = new Context(Waker.noop(), Services.NONE);

    @BeforeAll
    static void compile() throws Exception {
        Programs.compile(Programs.Way.PROCESSOR, classes, List.of(Path.of("src/test/programs/chains/Chains.java")));
        chains = Class.forName("chains.Chains", true, Programs.load(classes));
    }

    @SuppressWarnings("unchecked") // each test knows the program that it names
    private static <T> Future<T> run(String program, Object... arguments) throws Exception {
        Method method = Arrays.stream(chains.getMethods())
                .filter(m -> m.getName().equals(program))
                .findFirst()
                .orElseThrow();
        return (Future<T>) method.invoke(null, arguments);
    }

    /** Pending until told otherwise; knows who has polled it and how many frames were on the stack. */
    private static final class Gate extends RawFuture<Integer> {

        private @Nullable Integer value;
        private @Nullable Waker waker;
        private int framesOnStack;
        private int polls;
        private int cancels;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            polls++;
            waker = cx.waker();
            framesOnStack = (int) Arrays.stream(new Throwable().getStackTrace())
                    .filter(at -> at.getMethodName().endsWith("$async"))
                    .count();
            return value == null ? PENDING : value;
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }

        void open(int with) {
            value = with;
            waker.wake();
        }
    }

    // ------------------------------------------------------------------ resuming

    @Test
    void a_wake_resumes_the_innermost_frame_directly() throws Exception {
        Gate gate = new Gate();
        Future<Integer> chain = run("down", 20, gate);
        assertThat(chain.poll(cx).isPending()).isTrue();
        assertThat(gate.framesOnStack).isEqualTo(21);
        assertThat(chain.poll(cx).isPending()).isTrue();
        assertThat(gate.framesOnStack).isEqualTo(1);
        gate.open(1);
        assertThat(chain.poll(cx)).isEqualTo(Poll.ready(21));
        assertThat(gate.framesOnStack).isEqualTo(1);
        assertThatThrownBy(() -> chain.poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("polled after its end");
    }

    @Test
    void a_leaf_that_goes_on_with_calls_is_no_leaf_until_they_end() throws Exception {
        int turns = 6;
        for (int depth = 0; depth < 4; depth++) {
            List<Gate> gates = new ArrayList<>();
            Supplier<Future<Integer>> numbers = () -> {
                gates.add(new Gate());
                return inside(gates.size() % 3, gates.get(gates.size() - 1));
            };
            Future<Integer> chain = run("sum", depth, turns, numbers);
            for (int turn = 0; turn < turns; turn++) {
                assertThat(chain.poll(cx).isPending()).isTrue();
                Gate gate = gates.get(turn);
                for (int again = 0; again < 2; again++) {
                    assertThat(chain.poll(cx).isPending()).isTrue();
                    assertThat(gate.framesOnStack)
                            .as("turn " + turn + ", depth " + depth)
                            .isEqualTo(1);
                }
                gate.open(turn);
            }
            assertThat(chain.poll(cx)).isEqualTo(Poll.ready(15 + 2 * (1 + 2)));
        }
    }

    /** The gate itself, or calls around it, each of which adds one. */
    private static Future<Integer> inside(int calls, Gate gate) {
        try {
            return calls == 0 ? gate : run("down", calls, gate);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void ten_thousand_levels_need_little_stack() throws Exception {
        assertThat(sumOnSmallStack(Futures.ready(1))).isEqualTo(10_001);
        assertThat(sumOnSmallStack(Futures.yieldNow().map(nothing -> 1))).isEqualTo(10_001);
        assertThatThrownBy(() -> sumOnSmallStack(Futures.yieldNow().map(nothing -> Integer.valueOf("none"))))
                .hasRootCauseInstanceOf(NumberFormatException.class);
    }

    private static int sumOnSmallStack(Future<Integer> leaf) throws Exception {
        return onSmallStack(() -> new LocalPool().runUntil(ChainTest.<Integer>unchecked("down", 10_000, leaf)));
    }

    @Test
    void ten_thousand_levels_are_cancelled_on_little_stack() throws Exception {
        for (String program : List.of("down", "guarded")) {
            Gate gate = new Gate();
            Object[] arguments =
                    program.equals("down") ? new Object[] {10_000, gate} : new Object[] {10_000, gate, log};
            String end = onSmallStack(() -> {
                LocalPool pool = new LocalPool();
                JoinHandle<Integer> task = pool.spawn(unchecked(program, arguments));
                pool.runUntilStalled();
                task.cancel();
                pool.runUntilStalled();
                return task.isCancelled() + " " + pool.liveTasks();
            });
            assertThat(end).isEqualTo("true 0");
            assertThat(gate.cancels).isEqualTo(1);
        }
        assertThat(log).hasSize(10_000).startsWith(1, 2, 3).endsWith(10_000);
    }

    private static <T> T onSmallStack(Supplier<T> code) throws Exception {
        FutureTask<T> task = new FutureTask<>(code::get);
        new Thread(null, task, "small", 512 << 10).start();
        return task.get();
    }

    private static <T> Future<T> unchecked(String program, Object... arguments) {
        try {
            return run(program, arguments);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_frame_that_was_put_off_runs_even_if_no_other_frame_awaits_it() throws Exception {
        Future<Integer> deep = run("down", 3, Futures.ready(1));
        Context full = new Context(Waker.noop(), Services.NONE);
        while (full.enter()) {
            // until the stack counts as full
        }
        assertThat(deep.poll(full).isPending()).isTrue();
        int polls = 1;
        Poll<Integer> last = deep.poll(full);
        while (last.isPending()) {
            last = deep.poll(full);
            assertThat(polls++).isLessThan(10);
        }
        assertThat(last.value()).isEqualTo(4);
    }

    @Test
    void spurious_and_doubled_wakes_change_nothing() throws Exception {
        Gate gate = new Gate();
        LocalPool pool = new LocalPool();
        JoinHandle<Integer> task = pool.spawn(run("down", 5, gate));
        pool.runUntilStalled();
        gate.waker.wake();
        gate.waker.wake();
        pool.runUntilStalled();
        assertThat(gate.polls).isEqualTo(2);
        gate.open(7);
        gate.waker.wake();
        pool.runUntilStalled();
        assertThat(task.isDone()).isTrue();
        assertThat(pool.runUntil(task.join())).isEqualTo(12);
        assertThat(gate.polls).isEqualTo(3);
    }

    @Test
    void the_budget_ends_a_poll_in_the_middle_of_a_chain() throws Exception {
        int[] taken = {0};
        Supplier<Future<Integer>> numbers = () -> new RawFuture<>() {
            @Override
            public Object pollRaw(Context context) {
                if (context.mustYield()) {
                    return PENDING;
                }
                context.spend();
                taken[0]++;
                return 1;
            }
        };
        Future<Integer> chain = run("sum", 4, 300, numbers);
        int[] wakes = {0};
        Context counting = new Context(() -> wakes[0]++, Services.NONE);
        for (int expected : new int[] {128, 256}) {
            assertThat(chain.poll(counting).isPending()).isTrue();
            assertThat(taken[0]).isEqualTo(expected);
            counting.begin(() -> wakes[0]++, Services.NONE);
        }
        assertThat(chain.poll(counting)).isEqualTo(Poll.ready(300));
        assertThat(wakes[0]).isEqualTo(2);
    }

    @Test
    void an_outcome_of_a_frame_costs_one_of_the_budget_and_needs_none() throws Exception {
        int[][] leftBeforeAndAfter = {{Context.BUDGET, Context.BUDGET - 4}, {5, 1}, {4, 0}, {3, 0}, {1, 0}};
        for (int[] left : leftBeforeAndAfter) {
            Gate gate = new Gate();
            Future<Integer> chain = run("outwards", 3, gate, (Runnable) () -> {});
            assertThat(chain.poll(cx).isPending()).isTrue();
            gate.open(1);
            spendUntil(left[0]);
            assertThat(chain.poll(cx)).isEqualTo(Poll.ready(4));
            assertThat(cx.budget()).as("after %d", left[0]).isEqualTo(left[1]);
            cx.begin(Waker.noop(), Services.NONE);
        }
    }

    @Test
    void a_failure_of_a_frame_costs_one_of_the_budget_and_needs_none() throws Exception {
        int[][] leftBeforeAndAfter = {{Context.BUDGET, Context.BUDGET - 4}, {5, 1}, {4, 0}, {1, 0}};
        for (int[] left : leftBeforeAndAfter) {
            Gate gate = new Gate();
            Future<Integer> failing = gate.map(value -> {
                throw new IllegalArgumentException("no " + value);
            });
            Future<Integer> chain = run("outwards", 3, failing, (Runnable) () -> log.add("between"));
            assertThat(chain.poll(cx).isPending()).isTrue();
            gate.open(1);
            spendUntil(left[0]);
            assertThatThrownBy(() -> chain.poll(cx)).hasMessage("no 1");
            assertThat(cx.budget()).as("after %d", left[0]).isEqualTo(left[1]);
            cx.begin(Waker.noop(), Services.NONE);
        }
        assertThat(log).isEmpty();
    }

    private void spendUntil(int left) {
        while (cx.budget() > left) {
            cx.spend();
        }
    }

    // ------------------------------------------------------------------ others in between

    @Test
    void a_select_polls_its_branches_as_chains_of_their_own() throws Exception {
        Gate winner = new Gate();
        Gate loser = new Gate();
        Future<Integer> won = run("guarded", 5, winner, log);
        Future<Integer> lost = run("guarded", 3, loser, log);
        Future<String> select = Futures.<String>select()
                .on(won, value -> "won " + value + " after " + log)
                .on(lost, value -> "lost");
        LocalPool pool = new LocalPool();
        JoinHandle<String> task = pool.spawn(run("awaits", run("awaits", select)));
        pool.runUntilStalled();
        winner.waker.wake();
        pool.runUntilStalled();
        assertThat(winner.framesOnStack).isEqualTo(2); // the one that awaits the select, and the innermost
        winner.open(1);
        pool.runUntilStalled();
        assertThat(loser.cancels).isEqualTo(1);
        assertThat(pool.runUntil(task.join())).isEqualTo("won 5 after [1, 2, 3, 4, 5, 1, 2, 3]");
    }

    @Test
    void a_timeout_cancels_a_chain_from_the_inside_out() throws Exception {
        ManualTime time = new ManualTime();
        LocalPool pool = new LocalPool(time);
        Gate gate = new Gate();
        Future<Integer> chain = run("guarded", 5, gate, log);
        JoinHandle<Integer> task = pool.spawn(run("awaits", Timers.timeout(Duration.ofSeconds(1), chain)));
        pool.runUntilStalled();
        time.advance(Duration.ofSeconds(2));
        pool.runUntilStalled();
        assertThat(log).containsExactly(1, 2, 3, 4, 5);
        assertThat(gate.cancels).isEqualTo(1);
        assertThatThrownBy(() -> pool.runUntil(task.join())).isInstanceOf(TimeoutException.class);
    }

    @Test
    void a_cancelled_chain_throws_at_its_innermost_await() throws Exception {
        Gate gate = new Gate();
        Future<Integer> chain = run("guarded", 4, gate, log);
        assertThat(chain.poll(cx).isPending()).isTrue();
        assertThat(chain.cancel()).isFalse();
        for (int level = 0; level < 4; level++) {
            assertThat(chain.poll(cx).isPending()).isTrue();
            assertThat(log).hasSize(level);
        }
        assertThatThrownBy(() -> chain.poll(cx)).isInstanceOf(CancellationException.class);
        assertThat(log).containsExactly(1, 2, 3, 4);
    }

    @Test
    void services_are_those_of_the_part_that_is_resumed() throws Exception {
        Services.Key<String> key = new Services.Key<>("name");
        Future<String> service = new RawFuture<>() {
            @Override
            public @Nullable Object pollRaw(Context context) {
                return context.get(key);
            }
        };
        Gate gate = new Gate();
        Context outer = new Context(Waker.noop(), Services.NONE.with(key, "outer"));
        Future<Integer> chain = run("services", gate, key, service, log);
        assertThat(chain.poll(outer).isPending()).isTrue();
        assertThat(chain.poll(outer).isPending()).isTrue();
        gate.open(3);
        assertThat(chain.poll(outer)).isEqualTo(Poll.ready(3));
        assertThat(log).containsExactly("outside outer", "inside inner", "inside inner", "outside outer");
    }

    @Test
    void generators_and_loops_over_them_are_chains_too() throws Exception {
        List<Gate> gates = List.of(new Gate(), new Gate(), new Gate());
        LocalPool pool = new LocalPool();
        JoinHandle<Integer> task = pool.spawn(run("throughGenerators", gates));
        for (Gate gate : gates) {
            pool.runUntilStalled();
            gate.open(1);
        }
        pool.runUntilStalled();
        // an item: 1 at the gate, 3 after down(2), twice 2 * (x + 3), and 1 after down(1)
        assertThat(pool.runUntil(task.join())).isEqualTo(3 * (2 * (2 * (3 + 3) + 3) + 1));
    }

    // ------------------------------------------------------------------ owners

    @Test
    void a_frame_that_another_awaits_is_refused_to_a_second_owner() throws Exception {
        Gate gate = new Gate();
        Future<Integer> shared = run("down", 2, gate);
        Future<Integer> first = run("awaits", shared);
        assertThat(first.poll(cx).isPending()).isTrue();
        Future<Integer> second = run("awaits", shared);
        assertThatThrownBy(() -> second.poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another block awaits it");
        assertThatThrownBy(() -> shared.poll(cx)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(shared::cancel).isInstanceOf(IllegalStateException.class);
        gate.open(1);
        assertThat(first.poll(cx)).isEqualTo(Poll.ready(3));
    }

    @Test
    void a_chain_that_is_polled_from_within_refuses_and_goes_on() throws Exception {
        List<Future<Integer>> root = new ArrayList<>();
        int[] polls = {0};
        Future<Integer> leaf = new RawFuture<>() {
            @Override
            public Object pollRaw(Context context) {
                if (polls[0]++ == 0) {
                    return PENDING;
                }
                assertThatThrownBy(() -> root.get(0).poll(context)).isInstanceOf(IllegalStateException.class);
                return 1;
            }
        };
        root.add(run("down", 2, leaf));
        assertThat(root.get(0).poll(cx).isPending()).isTrue();
        assertThat(root.get(0).poll(cx)).isEqualTo(Poll.ready(3));
    }

    @Test
    void a_chain_that_is_polled_from_a_frame_on_its_way_out_refuses_and_goes_on() throws Exception {
        for (int depth = 1; depth < 5; depth++) {
            List<Future<Integer>> root = new ArrayList<>();
            List<Throwable> refusals = new ArrayList<>();
            Gate gate = new Gate();
            root.add(run("outwards", depth, gate, (Runnable)
                    () -> refusals.add(catchThrowable(() -> root.get(0).poll(cx)))));
            assertThat(root.get(0).poll(cx).isPending()).isTrue();
            assertThat(root.get(0).poll(cx).isPending()).isTrue();
            gate.open(1);
            assertThat(root.get(0).poll(cx)).isEqualTo(Poll.ready(1 + depth));
            assertThat(refusals).hasSize(depth + 1).hasOnlyElementsOfType(IllegalStateException.class);
        }
    }

    @Test
    void a_frame_may_be_polled_first_and_awaited_later() throws Exception {
        Gate gate = new Gate();
        Future<Integer> chain = run("down", 3, gate);
        assertThat(chain.poll(cx).isPending()).isTrue();
        assertThat(chain.poll(cx).isPending()).isTrue();
        Future<Integer> owner = run("awaits", chain);
        assertThat(owner.poll(cx).isPending()).isTrue();
        assertThat(owner.poll(cx).isPending()).isTrue();
        assertThat(gate.framesOnStack).isEqualTo(1);
        gate.open(1);
        assertThat(owner.poll(cx)).isEqualTo(Poll.ready(4));
    }

    // ------------------------------------------------------------------ what is seen from outside

    @Test
    void a_stack_trace_shows_each_level_once() throws Exception {
        Gate gate = new Gate();
        Future<Integer> chain = run("asks", gate);
        assertThat(chain.poll(cx).isPending()).isTrue();
        gate.open(1);
        assertThat(chain.poll(cx).isPending()).isTrue();
        assertThatThrownBy(() -> chain.poll(cx))
                .isInstanceOf(IOException.class)
                .satisfies(thrown -> assertThat(Arrays.stream(thrown.getStackTrace())
                                .filter(at -> at.getClassName().startsWith("chains."))
                                .map(at -> at.getMethodName().replaceAll("lambda\\$(\\w+)\\$.*", "$1")))
                        .containsExactly("reads", "forwards", "asks"));
    }

    @Test
    void a_dump_can_walk_the_chain() throws Exception {
        Gate gate = new Gate();
        Future<?> at = run("down", 3, gate);
        assertThat(at.poll(cx).isPending()).isTrue();
        int frames = 0;
        while (at instanceof AsyncFrame<?> frame) {
            assertThat(frame.place().getMethodName()).isEqualTo("down");
            at = frame.awaited();
            frames++;
        }
        assertThat(frames).isEqualTo(4);
        assertThat(at).isSameAs(gate);
    }

    @Test
    void a_suspended_run_with_one_local_takes_at_most_48_bytes() throws Exception {
        Future<Integer> never = Futures.pending();
        Method method = chains.getMethod("oneLocal", int.class, Future.class);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 200; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Object[] arguments = {1, never};
            Object frame = method.invoke(null, arguments);
            RawFuture.pollAny((Future<?>) frame, cx);
            // the JVM adds some bytes of its own to a turn in thousands
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // the arguments of the reflective call are 24 of them
        assertThat(least).isLessThanOrEqualTo(48 + 24);
    }
}
