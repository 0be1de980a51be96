package pollux.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.executor.TaskState.ABORTED;
import static pollux.executor.TaskState.CANCEL;
import static pollux.executor.TaskState.CLEANING;
import static pollux.executor.TaskState.CLOSED;
import static pollux.executor.TaskState.FAILURE;
import static pollux.executor.TaskState.NOTIFIED;
import static pollux.executor.TaskState.OBSERVED;
import static pollux.executor.TaskState.RUNNING;
import static pollux.executor.TaskState.VALUE;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.debug.TaskTree;

/** The transition table of the state word, row by row. */
class TaskStateTest {

    private static final int IDLE = 0;

    /** One event on the word, and what its caller is told. */
    private record Event(String name, Function<TaskState, Object> run) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Event WAKE = new Event("wake", TaskState::toNotified);
    private static final Event CANCELS = new Event("cancel", state -> state.toCancelled(CANCEL));
    private static final Event CLOSES = new Event("cancel by closing", state -> state.toCancelled(CANCEL | CLOSED));
    private static final Event RUN = new Event("run", TaskState::toRunning);
    private static final Event PEND = new Event("pending", state -> state.toIdle(false));
    private static final Event YIELD = new Event("yields", state -> state.toIdle(true));
    private static final Event DEFER = new Event("deferred", state -> state.toIdleDeferring(false));
    private static final Event DEFER_YIELDING = new Event("deferred, yields", state -> state.toIdleDeferring(true));
    private static final Event RUN_ON = new Event("runs on", TaskStateTest::runsOn);
    private static final Event KEEP_LOCK = new Event("keeps the lock", TaskStateTest::keepLock);
    private static final Event LET_GO = new Event("keeps the lock, lets it go", TaskStateTest::letLockGo);
    private static final Event OBSERVE = new Event("observe", TaskState::toObserved);

    static Stream<Arguments> table() {
        return Stream.of(
                row(IDLE, WAKE, NOTIFIED, true),
                row(NOTIFIED, WAKE, NOTIFIED, false),
                row(RUNNING, WAKE, RUNNING | NOTIFIED, false),
                row(RUNNING | NOTIFIED, WAKE, RUNNING | NOTIFIED, false),
                row(CLEANING | CANCEL, WAKE, CLEANING | CANCEL | NOTIFIED, true),
                row(VALUE, WAKE, VALUE, false),
                row(FAILURE | OBSERVED, WAKE, FAILURE | OBSERVED, false),
                row(ABORTED, WAKE, ABORTED, false),
                //
                row(IDLE, CANCELS, CANCEL | NOTIFIED, true),
                row(NOTIFIED, CANCELS, CANCEL | NOTIFIED, false),
                row(RUNNING, CANCELS, CANCEL | RUNNING, false),
                row(RUNNING | NOTIFIED, CANCELS, CANCEL | RUNNING | NOTIFIED, false),
                row(CANCEL | CLEANING, CANCELS, CANCEL | CLEANING, false),
                row(VALUE, CANCELS, VALUE, false),
                row(ABORTED, CANCELS, ABORTED, false),
                //
                row(IDLE, CLOSES, CANCEL | CLOSED | NOTIFIED, true),
                row(RUNNING, CLOSES, CANCEL | CLOSED | RUNNING, false),
                row(RUNNING | CANCEL, CLOSES, RUNNING | CANCEL, false),
                row(RUNNING | CANCEL | CLOSED, CANCELS, RUNNING | CANCEL | CLOSED, false),
                row(VALUE, CLOSES, VALUE, false),
                //
                row(RUNNING | CANCEL, DEFER, CANCEL, TaskState.Rest.IDLE),
                row(RUNNING | CANCEL | NOTIFIED, DEFER, CANCEL | NOTIFIED, TaskState.Rest.REQUEUE),
                row(RUNNING | CANCEL, DEFER_YIELDING, CANCEL | NOTIFIED, TaskState.Rest.REQUEUE),
                //
                row(IDLE, RUN, IDLE, TaskState.Entry.REFUSED),
                row(RUNNING, RUN, RUNNING, TaskState.Entry.REFUSED),
                row(RUNNING | NOTIFIED, RUN, RUNNING | NOTIFIED, TaskState.Entry.REFUSED),
                row(VALUE, RUN, VALUE, TaskState.Entry.REFUSED),
                row(NOTIFIED, RUN, RUNNING, TaskState.Entry.POLL),
                row(NOTIFIED | CANCEL, RUN, RUNNING | CANCEL, TaskState.Entry.CANCEL),
                row(NOTIFIED | CANCEL | CLEANING, RUN, RUNNING | CANCEL | CLEANING, TaskState.Entry.POLL),
                //
                row(RUNNING, PEND, IDLE, TaskState.Rest.IDLE),
                row(RUNNING | NOTIFIED, PEND, NOTIFIED, TaskState.Rest.REQUEUE),
                row(RUNNING | CANCEL, PEND, RUNNING | CANCEL, TaskState.Rest.CANCEL),
                row(RUNNING | CANCEL | NOTIFIED, PEND, RUNNING | CANCEL | NOTIFIED, TaskState.Rest.CANCEL),
                row(RUNNING | CANCEL | CLEANING, PEND, CANCEL | CLEANING, TaskState.Rest.IDLE),
                row(RUNNING | CANCEL | CLEANING | NOTIFIED, PEND, CANCEL | CLEANING | NOTIFIED, TaskState.Rest.REQUEUE),
                //
                row(RUNNING, YIELD, NOTIFIED, TaskState.Rest.REQUEUE),
                row(RUNNING | NOTIFIED, YIELD, NOTIFIED, TaskState.Rest.REQUEUE),
                row(RUNNING | CANCEL, YIELD, RUNNING | CANCEL, TaskState.Rest.CANCEL),
                row(RUNNING | CANCEL | CLEANING, YIELD, CANCEL | CLEANING | NOTIFIED, TaskState.Rest.REQUEUE),
                //
                row(RUNNING, KEEP_LOCK, RUNNING, true),
                row(RUNNING | NOTIFIED, KEEP_LOCK, RUNNING | NOTIFIED, true),
                row(RUNNING, RUN_ON, RUNNING, TaskState.Entry.POLL),
                row(RUNNING | OBSERVED, RUN_ON, RUNNING | OBSERVED, TaskState.Entry.POLL),
                row(RUNNING | NOTIFIED, RUN_ON, RUNNING, TaskState.Entry.POLL),
                row(RUNNING | CANCEL, RUN_ON, RUNNING | CANCEL, TaskState.Entry.CANCEL),
                row(RUNNING | CANCEL | NOTIFIED, RUN_ON, RUNNING | CANCEL, TaskState.Entry.CANCEL),
                row(RUNNING | CANCEL | CLEANING, RUN_ON, RUNNING | CANCEL | CLEANING, TaskState.Entry.POLL),
                row(RUNNING, LET_GO, NOTIFIED, false),
                row(RUNNING | NOTIFIED, LET_GO, NOTIFIED, false),
                row(RUNNING | CANCEL, LET_GO, CANCEL | NOTIFIED, false),
                row(RUNNING | CANCEL | CLEANING, LET_GO, CANCEL | CLEANING | NOTIFIED, false),
                //
                row(IDLE, OBSERVE, OBSERVED, true),
                row(OBSERVED | RUNNING, OBSERVE, OBSERVED | RUNNING, false),
                row(FAILURE, OBSERVE, FAILURE | OBSERVED, true),
                row(VALUE, OBSERVE, VALUE, false),
                //
                row(RUNNING, end(VALUE), VALUE, false),
                row(RUNNING | NOTIFIED | CANCEL, end(VALUE), VALUE, false),
                row(RUNNING | OBSERVED, end(FAILURE), FAILURE | OBSERVED, true),
                row(RUNNING | CANCEL | CLEANING | OBSERVED, end(ABORTED), ABORTED | OBSERVED, true),
                row(RUNNING | CANCEL | CLOSED | NOTIFIED, end(ABORTED), ABORTED | CLOSED, false));
    }

    private static boolean keepLock(TaskState state) {
        state.keepLock();
        return state.isQueuedLocked();
    }

    private static TaskState.Entry runsOn(TaskState state) {
        state.keepLock();
        return state.toRunningOn();
    }

    /** What the assertion finds, as far as it comes in time. */
    @Test
    void theLockOfAnEntryIsTakenOnce() {
        TaskState state = new Word();
        state.forceWord(RUNNING);
        assertThat(runsOn(state)).isEqualTo(TaskState.Entry.POLL);
        assertThatThrownBy(state::toRunningOn)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("two entries have the lock of ");
    }

    private static boolean letLockGo(TaskState state) {
        state.keepLock();
        state.letLockGo();
        return state.isQueuedLocked();
    }

    @Test
    void anEntryWithoutTheLockLetsNothingGo() {
        TaskState state = new Word();
        state.letLockGo();
        assertThat(state.word()).isEqualTo(NOTIFIED);
    }

    @Test
    void whatIsQueuedWithTheLockIsQueued() {
        TaskState state = new Word();
        state.forceWord(RUNNING);
        assertThat(state.describe()).isEqualTo("running");
        state.keepLock();
        assertThat(state.describe()).isEqualTo("queued");
        assertThat(state.isIdle()).isFalse();
        state.toRunningOn();
        assertThat(state.describe()).isEqualTo("running");
    }

    private static Event end(int kind) {
        return new Event("end " + kind, state -> state.toEnd(kind));
    }

    private static Arguments row(int from, Event event, int to, Object told) {
        return Arguments.of(from, event, to, told);
    }

    @ParameterizedTest
    @MethodSource("table")
    void transition(int from, Event event, int to, Object told) {
        TaskState state = new Word();
        state.forceWord(from);
        assertThat(event.run.apply(state)).isEqualTo(told);
        assertThat(state.word()).isEqualTo(to);
    }

    @Test
    void newTaskOwesItsFirstQueueEntry() {
        assertThat(new Word().word()).isEqualTo(NOTIFIED);
    }

    private static final class Word extends TaskState {

        @Override
        boolean runHere(Runner runner, boolean isLast) {
            return false;
        }

        @Override
        TaskTree look(long number) {
            throw new AssertionError("no dump sees it");
        }
    }
}
