package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.Garbage;
import pollux.doubles.ByHand;
import pollux.doubles.HandFuture;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.sync.AsyncSemaphore;
import pollux.sync.Broadcast;
import pollux.sync.CancelToken;
import pollux.sync.Mpsc;
import pollux.sync.Notify;
import pollux.sync.Watch;

/**
 * Every list of waiters is linear: to wait, to leave in whatever order and to be woken cost each waiter the same,
 * however many there are. Measured by what is allocated and by how many wakes there are, not by time.
 */
@Timeout(180)
class GrowthTest {

    private static final int FEW = 1_000;
    private static final int MANY = 16_000;

    /** A thing that many wait for. */
    private interface Crowd {

        /** Makes one who waits. */
        Future<?> join();

        /** What all wait for happens. */
        void happen();
    }

    private record Kind(String name, Supplier<Crowd> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Crowd crowd(Supplier<Future<?>> join, Runnable happen) {
        return new Crowd() {
            @Override
            public Future<?> join() {
                return join.get();
            }

            @Override
            public void happen() {
                happen.run();
            }
        };
    }

    private static List<Kind> kinds() {
        return List.of(
                new Kind("Shared", () -> {
                    HandFuture<Integer> run = new HandFuture<>();
                    Shared<Integer> shared = run.shared();
                    return crowd(shared::future, () -> run.ready(1));
                }),
                new Kind("JoinHandle", () -> {
                    LocalPool pool = new LocalPool();
                    HandFuture<Integer> run = new HandFuture<>();
                    JoinHandle<Integer> handle = pool.spawn(run);
                    pool.runUntilStalled();
                    return crowd(handle::join, () -> {
                        run.ready(1);
                        pool.runUntilStalled();
                    });
                }),
                new Kind("Notify", () -> {
                    Notify notify = new Notify();
                    return crowd(notify::notified, notify::notifyWaiters);
                }),
                new Kind("AsyncSemaphore", () -> {
                    AsyncSemaphore semaphore = new AsyncSemaphore(0);
                    return crowd(() -> semaphore.acquire(1), () -> semaphore.addPermits(MANY));
                }),
                new Kind("CancelToken", () -> {
                    CancelToken token = new CancelToken();
                    return crowd(token::cancelled, token::cancel);
                }),
                new Kind("CancelToken, children", () -> {
                    CancelToken token = new CancelToken();
                    return crowd(() -> token.child().cancelled(), token::cancel);
                }),
                new Kind("Watch", () -> {
                    Watch<Integer> watch = new Watch<>(0);
                    return crowd(() -> watch.watcher().changed(), () -> watch.set(1));
                }),
                new Kind("Broadcast", () -> {
                    Broadcast<Integer> broadcast = Broadcast.bounded(1);
                    return crowd(() -> broadcast.subscribe().receive(), () -> broadcast.send(1));
                }),
                new Kind("Mpsc, senders", () -> {
                    Mpsc<Integer> channel = Mpsc.bounded(1);
                    channel.sender().trySend(0);
                    return crowd(() -> channel.sender().send(1), channel.receiver()::close);
                }));
    }

    private enum Order {
        NOBODY_LEAVES,
        FIRST_FIRST,
        LAST_FIRST,
        ANY
    }

    static Stream<Arguments> all() {
        return kinds().stream().flatMap(kind -> Arrays.stream(Order.values()).map(order -> Arguments.of(kind, order)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("all")
    void eachWaiterCostsTheSame(Kind kind, Order order) {
        check(kind, order);
    }

    private static void check(Kind kind, Order order) {
        work(kind, order, FEW); // loads the classes
        long[] few = work(kind, order, FEW);
        long[] many = work(kind, order, MANY);
        assertThat(many[0]).as("bytes").isLessThan(2 * MANY / FEW * few[0]);
        assertThat(many[1]).as("wakes").isLessThanOrEqualTo(2L * MANY);
    }

    /** Returns bytes and wakes. */
    private static long[] work(Kind kind, Order order, int n) {
        Crowd crowd = kind.make.get();
        long[] wakes = {0};
        Waker waker = () -> wakes[0]++;
        Context cx = new Context(waker, Services.NONE);
        List<Future<?>> waiting = new ArrayList<>(n);
        long before = Garbage.allocated();
        for (int i = 0; i < n; i++) {
            Future<?> future = crowd.join();
            cx.begin(waker, Services.NONE);
            assertThat(RawFuture.pollAny(future, cx) == RawFuture.PENDING).isTrue();
            waiting.add(future);
        }
        if (order == Order.LAST_FIRST) {
            Collections.reverse(waiting);
        } else if (order == Order.ANY) {
            Collections.shuffle(waiting, new Random(1));
        }
        for (int i = 0; i < (order == Order.NOBODY_LEAVES ? 0 : n - 1); i++) {
            waiting.get(i).cancel();
        }
        crowd.happen();
        return new long[] {Garbage.allocated() - before, wakes[0]};
    }

    /** What the test says of a list that is copied whenever one joins, as that of Shared was. */
    @Test
    void canaryAListThatIsCopiedIsCaught() {
        Kind copied = new Kind("copied", () -> {
            Object[][] list = {{}};
            return crowd(
                    () -> {
                        list[0] = Arrays.copyOf(list[0], list[0].length + 1);
                        return Futures.pending();
                    },
                    () -> {});
        });
        assertThatThrownBy(() -> check(copied, Order.NOBODY_LEAVES)).isInstanceOf(AssertionError.class);
    }

    /** A stage cannot forget, so a wait that is given up stays in it, but refers to nothing; decision 39. */
    @Test
    void aGivenUpWaitForAStageKeepsNoWaker() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        WeakReference<?> waker = givenUp(stage);
        Garbage.awaitCollected(waker);
        assertThat(stage.getNumberOfDependents()).isOne();
    }

    private static WeakReference<?> givenUp(CompletableFuture<Integer> stage) {
        ByHand<Integer> waiting = ByHand.of(Futures.from(stage));
        assertThat(waiting.answer().isPending()).isTrue();
        waiting.future.cancel();
        return new WeakReference<>(waiting);
    }

    /** The way for a stage that many wait for: parties of one run. */
    @Test
    void partiesOfASharedRunLeaveNothingInTheStage() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        Shared<Integer> shared = Futures.<Integer>from(stage).shared();
        ByHand<Integer> stays = ByHand.of(shared.future());
        assertThat(stays.answer().isPending()).isTrue();
        for (int i = 0; i < FEW; i++) {
            ByHand<Integer> leaves = ByHand.of(shared.future());
            leaves.answer();
            leaves.future.cancel();
            stays.answer();
        }
        assertThat(stage.getNumberOfDependents()).isOne();
        assertThat(shared.toString()).contains("1 parties");
        stage.complete(7);
        assertThat(stays.value()).isEqualTo(7);
    }
}
