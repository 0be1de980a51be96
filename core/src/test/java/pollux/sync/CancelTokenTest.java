package pollux.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.doubles.HandTask;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.Poll;

@Timeout(120)
class CancelTokenTest {

    private final CancelToken root = new CancelToken();
    private final CancelToken left = root.child();
    private final CancelToken right = root.child();
    private final CancelToken leaf = left.child();
    private final HandTask task = new HandTask();

    @Test
    void cancellingGoesDownAndNotUp() {
        assertThat(left.cancel()).isTrue();
        assertThat(left.cancel()).isFalse();
        assertThat(leaf.isCancelled()).isTrue();
        assertThat(leaf.cancel()).as("it was cancelled from above").isFalse();
        assertThat(root.isCancelled()).isFalse();
        assertThat(right.isCancelled()).isFalse();
        assertThat(left.child().isCancelled()).isTrue();
    }

    @Test
    void whoWaitsIsWokenFromEachLevel() {
        for (int level = 0; level < 3; level++) {
            CancelToken top = new CancelToken();
            CancelToken middle = top.child();
            CancelToken bottom = middle.child();
            Future<Void> cancelled = task.waiting(bottom.cancelled());
            (level == 0 ? top : level == 1 ? middle : bottom).cancel();
            assertThat(task.wakes()).isOne();
            task.value(cancelled);
        }
    }

    @Test
    void aWaiterLeavesEveryLevel() {
        Future<Void> cancelled = task.waiting(leaf.cancelled());
        cancelled.cancel();
        root.cancel();
        left.cancel();
        leaf.cancel();
        assertThat(task.wakes()).isZero();
    }

    @Test
    void aMillionChildrenCostTheirParentNothing() {
        for (int i = 0; i < 1_000_000; i++) {
            CancelToken child = root.child();
            task.waiting(child.cancelled()).cancel();
        }
        root.cancel();
        assertThat(task.wakes()).isZero();
    }

    @Test
    void aDeepTreeUsesNoStack() {
        CancelToken deep = root;
        for (int i = 0; i < 10_000; i++) {
            deep = deep.child();
        }
        Future<Void> cancelled = task.waiting(deep.cancelled());
        root.cancel();
        task.value(cancelled);
    }

    // ------------------------------------------------------------------ guard

    @Test
    void aGuardedFutureEndsAsItWould() {
        Promise<String> work = new Promise<>();
        Future<String> guarded = task.waiting(leaf.guard(work.future()));
        work.complete("v");
        assertThat(task.value(guarded)).isEqualTo("v");
        root.cancel();
        assertThat(task.wakes()).as("one by the value, none by the token").isOne();
        IOException failure = new IOException("down");
        Future<String> failing = right.child().guard(Futures.failed(failure));
        assertThatThrownBy(() -> task.poll(failing)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> task.poll(new CancelToken().guard(Futures.failed(failure))))
                .isSameAs(failure);
    }

    @Test
    void cancellingTheTokenCancelsTheFuture() {
        Promise<String> work = new Promise<>();
        Future<String> guarded = task.waiting(leaf.guard(work.future()));
        root.cancel();
        assertThat(task.wakes()).isOne();
        assertThatThrownBy(() -> task.poll(guarded)).isInstanceOf(CancellationException.class);
        assertThat(work.isCancelled()).isTrue();
        assertThatThrownBy(() -> task.poll(guarded)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTokenCancelledInAdvanceLetsNothingBegin() {
        SlowToLeave work = new SlowToLeave();
        root.cancel();
        work.cleanUp.complete(null);
        assertThatThrownBy(() -> task.poll(leaf.guard(work))).isInstanceOf(CancellationException.class);
        assertThat(work.pollsBeforeCancel).isZero();
    }

    @Test
    void theCleanUpIsSeenThrough() {
        SlowToLeave work = new SlowToLeave();
        Future<Void> guarded = task.waiting(leaf.guard(work));
        left.cancel();
        task.waiting(guarded);
        assertThat(guarded.cancel())
                .as("the token came first; the clean-up still goes on")
                .isFalse();
        task.waiting(guarded);
        assertThat(work.cancels).isOne();
        task.wakes();
        work.cleanUp.complete(null);
        assertThat(task.wakes()).isOne();
        assertThatThrownBy(() -> task.poll(guarded)).isInstanceOf(CancellationException.class);
    }

    @Test
    void cancellingTheGuardSeesTheCleanUpThroughToo() {
        SlowToLeave work = new SlowToLeave();
        Future<Void> guarded = task.waiting(leaf.guard(work));
        assertThat(guarded.cancel()).isFalse();
        leaf.cancel();
        task.waiting(guarded);
        work.cleanUp.fail(new IOException("ignored: the future was cancelled"));
        assertThatThrownBy(() -> task.poll(guarded)).isInstanceOf(CancellationException.class);
        assertThat(work.cancels).isOne();
    }

    /** What waits for the token is gone from it, however the guarded future has ended. */
    @Test
    void aGuardThatEndedIsNotWokenByItsToken() {
        Promise<String> failing = new Promise<>();
        Future<String> failed = task.waiting(leaf.guard(failing.future()));
        failing.fail(new IOException("down"));
        assertThatThrownBy(() -> task.poll(failed)).isInstanceOf(IOException.class);
        Future<String> cancelled = task.waiting(leaf.guard(new Promise<String>().future()));
        assertThat(cancelled.cancel()).isTrue();
        task.wakes();
        root.cancel();
        assertThat(task.wakes()).isZero();
    }

    @Test
    void aGuardShowsWhatItGuards() {
        assertThat(leaf.guard(new Promise<String>().future()).toString())
                .startsWith("CancelToken.guard(")
                .doesNotContain("@");
    }

    @Test
    void aReadyValueIsNotTakenBack() {
        Future<String> guarded = leaf.guard(cx -> {
            root.cancel();
            return Poll.ready("v");
        });
        assertThat(task.value(guarded)).isEqualTo("v");
    }

    @Test
    void saysHowItIs() {
        assertThat(leaf).hasToString("CancelToken[depth 3]");
        root.cancel();
        assertThat(leaf).hasToString("CancelToken[depth 3, cancelled]");
    }

    /** A future whose clean-up waits for a promise. */
    private static final class SlowToLeave implements Future<Void> {
        final Promise<Void> cleanUp = new Promise<>();
        private final Future<Void> waiting = cleanUp.future();
        int pollsBeforeCancel;
        int cancels;

        @Override
        public Poll<Void> poll(Context cx) {
            if (cancels > 0) {
                return waiting.poll(cx);
            }
            pollsBeforeCancel++;
            return Poll.pending();
        }

        @Override
        public boolean cancel() {
            cancels++;
            return false;
        }
    }
}
