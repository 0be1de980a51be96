package pollux.executor;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.concurrency.ModelChecker;

@Timeout(120)
class ExecutorCoresTest {

    @Test
    void theTaskWordLosesNoWakeUp() {
        ModelChecker.holds(new TaskWordRace());
    }

    @Test
    void theTaskWordCancelsOnceAndPublishes() {
        ModelChecker.holds(new TaskCancelRace());
    }

    @Test
    void theLockThatIsKeptInAQueueLosesNoWakeUp() {
        ModelChecker.holds(new KeptLockRace());
    }

    @Test
    void catchesTheKeptLockThatIsTakenWithoutALook() {
        ModelChecker.catches(
                "a kept lock is taken without a look at the word",
                new KeptLockRace.TakenWithoutALook(),
                "a task that was woken or cancelled was left alone");
    }

    @Test
    void aDumpFindsTheInlineRunsOfAllThreads() {
        ModelChecker.holds(new InlineRunsRace());
    }

    @Test
    void catchesTheInlineRunThatIsWrittenOver() {
        ModelChecker.catches(
                "an inline run entered by a plain exchange",
                new InlineRunsRace.Exchanged(),
                "a run that waits is not shown");
    }

    @Test
    void aTimerFiresOnceOrIsCancelled() {
        ModelChecker.holds(new TimerRace());
    }

    @Test
    void aTimerIsNotLeftInTheInbox() {
        ModelChecker.holds(new TimerInboxRace());
    }

    @Test
    void catchesTheOwnerThatLooksOnce() {
        ModelChecker.catches(
                "owner of timers that looks once", new TimerInboxRace.LooksOnce(), "a timer was left in the inbox");
    }

    @Test
    void aTaskThatHasYieldedGoesToOneWorker() {
        ModelChecker.holds(new RingsRace());
    }

    @Test
    void catchesTheHelperThatChangesTheRingsOfAnother() {
        ModelChecker.catches("rings changed by the helper", new RingsRace.ChangedByTheHelper(), "a task was lost");
    }

    @Test
    void catchesTheFlagThatIsClearedAfterThePoll() {
        ModelChecker.catches("flag cleared after poll", new TaskWordRace.ClearedAfterPoll(), "a wake-up was lost");
    }

    @Test
    void catchesTheCancelWithoutHappensBefore() {
        ModelChecker.catches(
                "cancel without happens-before",
                new TaskCancelRace.NothingPublished(),
                "has not seen what was written before the cancel");
    }

    @Test
    void catchesTheTimerThatIsComparedByLess() {
        ModelChecker.catches(
                "timer compared with < instead of by difference",
                new TimerRace.ComparedByLess(),
                "a timer fired before its time");
    }
}
