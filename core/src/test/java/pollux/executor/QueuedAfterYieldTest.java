package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.future.Context;
import pollux.future.Poll;
import pollux.future.RawFuture;
import pollux.future.Waker;

/** What happens to a task that has yielded, while it waits for its next turn, on each executor with queues. */
@Timeout(60)
class QueuedAfterYieldTest {

    private static final int ROUNDS = 4;

    /** What is done to the task, and what has come of that once it had its turn, and others after it. */
    private enum Event {
        NOTHING(task -> {}, false),
        WAKE(task -> task.keptWaker().wake(), false),
        WAKE_TWICE(
                task -> {
                    task.keptWaker().wake();
                    task.keptWaker().wake();
                },
                false),
        JOIN(task -> task.ownHandle().join(), false),
        LOOK(
                task -> {
                    assertThat(task.ownHandle().toString()).contains("queued");
                    assertThat(task.ownHandle().isDone()).isFalse();
                },
                false),
        CANCEL(task -> task.ownHandle().cancel(), true),
        CANCEL_TWICE(
                task -> {
                    task.ownHandle().cancel();
                    task.ownHandle().cancel();
                },
                true),
        WAKE_AND_CANCEL(
                task -> {
                    task.keptWaker().wake();
                    task.ownHandle().cancel();
                },
                true),
        CANCEL_AND_WAKE(
                task -> {
                    task.ownHandle().cancel();
                    task.keptWaker().wake();
                },
                true);

        private final Consumer<Yielding> action;
        private final boolean cancels;

        Event(Consumer<Yielding> action, boolean cancels) {
            this.action = action;
            this.cancels = cancels;
        }
    }

    static Stream<Arguments> rows() {
        return Stream.of("TaskPool", "TaskPool with hooks", "LocalPool", "Spawner.on")
                .flatMap(executor -> Stream.of(Event.values())
                        .flatMap(event -> Stream.of(1, 200)
                                .flatMap(tasks -> Stream.of(false, true)
                                        .map(cleans -> Arguments.of(executor, event, tasks, cleans)))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2} tasks, suspended clean-up: {3}")
    @MethodSource("rows")
    void itHasOneTurnAndSeesWhatCame(String executor, Event event, int tasks, boolean cleansUp)
            throws InterruptedException {
        List<Yielding> all = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            all.add(new Yielding(cleansUp));
        }
        Witness witness = new Witness(all, event);
        run(executor, spawner -> {
            for (Yielding each : all) {
                each.handle = spawner.spawn(each);
            }
            return spawner.spawn(witness);
        });
        assertThat(witness.failure).isNull();
        for (Yielding each : all) {
            assertThat(each.ownHandle().isDone()).isTrue();
            assertThat(each.ownHandle().isCancelled()).isEqualTo(event.cancels);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TaskPool", "TaskPool with hooks", "LocalPool", "Spawner.on"})
    void cancelledInThePollThatYieldsItHasNoOtherTurn(String executor) throws InterruptedException {
        SelfCancelling task = new SelfCancelling();
        List<Integer> seen = new ArrayList<>();
        run(executor, spawner -> {
            task.handle = spawner.spawn(task);
            return spawner.spawn(cx -> {
                seen.add(task.cancels);
                return Poll.ready(null);
            });
        });
        assertThat(seen).as("cancelled before the next task has its turn").containsExactly(1);
        assertThat(task.polls).isEqualTo(1);
    }

    /** A waker of a user's own must not throw, and if it does, the others must not pay for it. */
    @ParameterizedTest
    @ValueSource(strings = {"TaskPool", "TaskPool with hooks", "LocalPool"})
    void aWakerThatThrowsTakesNoTurnFromOthers(String executor) throws InterruptedException {
        IllegalStateException thrown = new IllegalStateException("a test");
        List<JoinHandle<Void>> others = new ArrayList<>();
        run(executor, spawner -> {
            others.add(spawner.spawn(new Pause()));
            others.add(spawner.spawn(new PartThatYields(() -> {
                throw thrown;
            })));
            others.add(spawner.spawn(new Pause()));
            return spawner.spawn(new Pause());
        });
        assertThat(others).allMatch(JoinHandle::isDone);
        assertThat(Reports.of(thrown)).isEqualTo(1);
    }

    /** Polls a part once, which yields under a waker of its own; then ends by itself. */
    private static final class PartThatYields extends RawFuture<Void> {
        private final Waker part;
        private boolean polled;

        PartThatYields(Waker part) {
            this.part = part;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (polled) {
                return null;
            }
            polled = true;
            assertThat(cx.pollPart(new Pause(), part)).isSameAs(PENDING);
            cx.waker().wake();
            return PENDING;
        }
    }

    /** What assertions find: an entry of a task that is polled, or queued with its lock. */
    @ParameterizedTest
    @ValueSource(strings = {"TaskPool", "TaskPool with hooks", "LocalPool"})
    void aSecondEntryIsFound(String executor) throws InterruptedException {
        List<Throwable> found = new ArrayList<>();
        run(executor, spawner -> {
            Yielding waiting = new Yielding(false);
            waiting.handle = spawner.spawn(waiting);
            return spawner.spawn(cx -> {
                for (Object task : new Object[] {waiting.handle, cx.polled()}) {
                    found.add(catchThrowable(((Task<?>) task)::queueAtHost));
                }
                waiting.polls = 2; // ends with its turn
                return Poll.ready(null);
            });
        });
        assertThat(found)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each)
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("a second entry of Task["));
    }

    private static final class SelfCancelling extends RawFuture<Void> {
        private @Nullable JoinHandle<Void> handle;
        private int polls;
        private int cancels;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            polls++;
            Objects.requireNonNull(handle).cancel();
            cx.yield();
            return PENDING;
        }

        @Override
        public boolean cancel() {
            cancels++;
            return true;
        }
    }

    /** Yields once; then waits to be woken. */
    private static final class Yielding extends RawFuture<Void> {
        private final boolean cleansUp;
        private @Nullable JoinHandle<Void> handle;
        private @Nullable Waker waker;
        private int polls;
        private int cancels;
        private int cleaningPolls;

        Yielding(boolean cleansUp) {
            this.cleansUp = cleansUp;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            waker = cx.waker();
            if (cancels > 0) {
                if (++cleaningPolls == 2) {
                    return null;
                }
                cx.yield();
                return PENDING;
            }
            if (++polls == 1) {
                cx.yield();
            }
            return polls == 3 ? null : PENDING;
        }

        @Override
        public boolean cancel() {
            cancels++;
            return !cleansUp;
        }

        Waker keptWaker() {
            return Objects.requireNonNull(waker);
        }

        JoinHandle<Void> ownHandle() {
            return Objects.requireNonNull(handle);
        }
    }

    /** Runs between the first and the second poll of the others. */
    private static final class Witness extends RawFuture<Void> {
        private final List<Yielding> all;
        private final Event event;
        private int polls;
        private @Nullable Throwable failure;

        Witness(List<Yielding> all, Event event) {
            this.all = all;
            this.event = event;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            try {
                return step(cx);
            } catch (Throwable wrong) {
                failure = wrong;
                return null;
            }
        }

        private @Nullable Object step(Context cx) {
            if (++polls == 1) {
                for (Yielding each : all) {
                    assertThat(each.polls).isEqualTo(1);
                    event.action.accept(each);
                    assertThat(each.polls + each.cancels)
                            .as("not on this stack")
                            .isEqualTo(1);
                }
            }
            if (polls <= ROUNDS) {
                cx.yield();
                return PENDING;
            }
            for (Yielding each : all) {
                assertThat(each.cancels).isEqualTo(event.cancels ? 1 : 0);
                assertThat(each.polls).as("one turn").isEqualTo(event.cancels ? 1 : 2);
                assertThat(each.cleaningPolls).isEqualTo(event.cancels && each.cleansUp ? 2 : 0);
                if (!event.cancels) {
                    each.keptWaker().wake();
                }
            }
            return null;
        }
    }

    private interface Program {
        JoinHandle<Void> on(Spawner spawner);
    }

    private static void run(String executor, Program program) throws InterruptedException {
        switch (executor) {
            case "LocalPool" -> {
                try (LocalPool pool = new LocalPool()) {
                    program.on(pool);
                    pool.runUntilStalled();
                }
            }
            case "Spawner.on" -> {
                Queue<Runnable> queue = new ArrayDeque<>();
                program.on(Spawner.on(queue::add));
                for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
                    next.run();
                }
            }
            default -> {
                TaskPool.Builder builder = TaskPool.builder().workers(1).lifoSlot(false);
                if (executor.endsWith("hooks")) {
                    builder.onPollStart(task -> {});
                }
                try (TaskPool pool = builder.build()) {
                    // from inside, so that none runs before all are queued
                    JoinHandle<JoinHandle<Void>> root = pool.spawn(cx -> {
                        JoinHandle<Void> last = program.on(pool);
                        return Poll.ready(last);
                    });
                    BlockOn.blockOn(BlockOn.blockOn(root.join()).join());
                    BlockOn.blockOn(pool.spawn(new Pause()).join());
                }
            }
        }
    }

    /** Ends when all that was queued before it had its turn. */
    private static final class Pause extends RawFuture<Void> {
        private int left = ROUNDS;

        @Override
        public @Nullable Object pollRaw(Context cx) {
            if (left-- > 0) {
                cx.yield();
                return PENDING;
            }
            return null;
        }
    }

    @Test
    void workersThatStealWhatHasYieldedPollNothingTwiceAtATime() throws InterruptedException {
        int tasks = 400;
        int turns = 200;
        List<Shared> all = new ArrayList<>();
        try (TaskPool pool = TaskPool.builder().workers(4).build()) {
            List<JoinHandle<Void>> handles = new ArrayList<>();
            for (int i = 0; i < tasks; i++) {
                Shared task = new Shared(turns);
                all.add(task);
                handles.add(pool.spawn(task));
            }
            for (int i = 0; i < turns; i++) {
                for (Shared task : all) {
                    Waker waker = task.waker;
                    if (waker != null) {
                        waker.wake(); // at any moment: in a poll, while it is queued, between the two
                    }
                }
            }
            for (JoinHandle<Void> handle : handles) {
                BlockOn.blockOn(handle.join());
            }
        }
        assertThat(all).allMatch(task -> task.left == 0 && !task.overlapped);
    }

    /** Counts in plain fields: the queue hands them from worker to worker. */
    private static final class Shared extends RawFuture<Void> {
        private final AtomicInteger inside = new AtomicInteger();
        private volatile @Nullable Waker waker;
        private boolean overlapped;
        private int left;

        Shared(int turns) {
            this.left = turns;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            overlapped |= inside.incrementAndGet() != 1;
            waker = cx.waker();
            try {
                if (--left == 0) {
                    return null;
                }
                cx.yield();
                return PENDING;
            } finally {
                inside.decrementAndGet();
            }
        }
    }
}
