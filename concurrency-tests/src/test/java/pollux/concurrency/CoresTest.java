package pollux.concurrency;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cores that are reached through what others may call. */
@Timeout(120)
class CoresTest {

    @Test
    void anElementOfTheStealRingIsTakenOnce() {
        ModelChecker.holds(new StealRace());
    }

    @Test
    void theChannelLosesNothingAndWakesBothSides() {
        ModelChecker.holds(new ChannelRace());
    }

    @Test
    void thePromiseAcceptsOneWriter() {
        ModelChecker.holds(new PromiseRace());
    }

    @Test
    void theValueOfAPromiseGoesToOneOwner() {
        ModelChecker.holds(new PromiseRace.Leaving());
    }

    @Test
    void theFutureOfAPromiseIsGivenOnce() {
        ModelChecker.holds(new PromiseRace.Given());
    }

    @Test
    void aPromiseWakesTheLatestWaker() {
        ModelChecker.holds(new PromiseRace.Moves());
    }

    @Test
    void catchesThePromiseThatEndsInTwoSteps() {
        ModelChecker.catches("ended in two steps", new PromiseRace.EndsInTwoSteps(), "the latest waker was not woken");
    }

    @Test
    void aPromiseThatIsWatchedWakesItsReader() {
        ModelChecker.holds(new PromiseRace.Watches());
    }

    @Test
    void catchesThePromiseThatIsWatchedInTwoSteps() {
        ModelChecker.catches("watched in two steps", new PromiseRace.WatchesInTwoSteps(), "the reader was not woken");
    }

    @Test
    void aPromiseThatIsWatchedWhileItsReaderLeavesTellsOnce() {
        ModelChecker.holds(new PromiseRace.WatchesWhileLeaving());
    }

    @Test
    void theSemaphoreLosesNoPermit() {
        ModelChecker.holds(new SemaphoreRace());
    }

    @Test
    void theSemaphoreServesThoseThatWantMoreAndLess() {
        ModelChecker.holds(new SemaphoreRace.Several());
    }

    @Test
    void aPermitThatTwoCloseComesBackOnce() {
        ModelChecker.holds(new SemaphoreRace.ClosedByTwo());
    }

    @Test
    void catchesThePermitWhoseFlagTakesTwoSteps() {
        ModelChecker.catches(
                "permit's flag in two steps", new SemaphoreRace.FlagInTwoSteps(), "a permit was lost or made up");
    }

    @Test
    void theMutexIsGivenBackOnce() {
        ModelChecker.holds(new MutexRace());
    }

    @Test
    void theMutexGoesOnFromTheOneThatGivesUp() {
        ModelChecker.holds(new MutexRace.GivesUp());
    }

    @Test
    void catchesTheGuardWhoseFlagTakesTwoSteps() {
        ModelChecker.catches("flag in two steps", new MutexRace.FlagInTwoSteps(), "the lock was given back twice");
    }

    @Test
    void aLockThatIsAwaitedIsHeldByOne() {
        ModelChecker.holds(new AwaitedRace());
        ModelChecker.holds(new AwaitedRace.Semaphore());
    }

    @Test
    void aChannelThatIsAwaitedLosesNothing() {
        ModelChecker.holds(new AwaitedRace.Channel());
    }

    @Test
    void aNotificationThatIsAwaitedGoesToOne() {
        ModelChecker.holds(new AwaitedRace.Permit());
    }

    @Test
    void catchesTheNotificationThatIsTakenInTwoSteps() {
        ModelChecker.catches("permit in two steps", new AwaitedRace.PermitInTwoSteps(), "a notification came twice");
    }

    @Test
    void theNotificationIsNotLost() {
        ModelChecker.holds(new NotifyRace());
    }

    @Test
    void theBroadcastReachesAllBeforeIt() {
        ModelChecker.holds(new NotifyRace.Broadcast());
    }

    @Test
    void catchesThePermitThatIsTakenAfterABroadcast() {
        ModelChecker.catches("permit taken after a broadcast", new NotifyRace.TakesUnseen(), "a notification was lost");
    }

    @Test
    void theNotificationFollowsTheLatestWaker() {
        ModelChecker.holds(new NotifyRace.Moves());
    }

    @Test
    void catchesTheNotificationThatIsLookedForOnce() {
        ModelChecker.catches("permit looked for once", new NotifyRace.LooksOnce(), "a notification was lost");
    }

    @Test
    void theChannelIsEmptiedByOneThreadAtATime() {
        ModelChecker.holds(new DrainRace());
    }

    @Test
    void catchesTheDrainLoopThatDoesNotLookAgain() {
        ModelChecker.catches("wip not re-checked", new DrainRace.NotLookedAtAgain(), "an item was left behind");
    }
}
