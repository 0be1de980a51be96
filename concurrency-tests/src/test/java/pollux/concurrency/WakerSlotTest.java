package pollux.concurrency;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WakerSlotTest {

    @Test
    void noWakeUpIsLost() {
        ModelChecker.holds(new WakerSlotRace());
    }

    @Test
    void catchesTheConsumerThatDoesNotLookAgain() {
        ModelChecker.catches("check-then-register waker", new WakerSlotRace.CheckThenRegister(), "a wake-up was lost");
    }

    @Test
    void catchesTheWakerThatIsTakenInTwoSteps() {
        ModelChecker.catches("waker taken in two steps", new WakerSlotRace.TakenInTwoSteps(), "a wake-up was lost");
    }
}
