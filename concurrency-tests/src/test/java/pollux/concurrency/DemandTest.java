package pollux.concurrency;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DemandTest {

    @Test
    void noDemandIsLost() {
        ModelChecker.holds(new DemandRace());
    }

    @Test
    void catchesTheNonAtomicAdd() {
        ModelChecker.catches("non-atomic demand add", new DemandRace.AddedInTwoSteps(), "demand was lost");
    }
}
