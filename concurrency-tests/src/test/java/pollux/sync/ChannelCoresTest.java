package pollux.sync;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.concurrency.ModelChecker;

@Timeout(120)
class ChannelCoresTest {

    @Test
    void aBatchTellsTheSendersThatWait() {
        ModelChecker.holds(new BatchRace());
    }

    @Test
    void catchesTheBatchThatTellsTheSendersTooEarly() {
        ModelChecker.catches(
                "senders told before the batch", new BatchRace.ToldTooEarly(), "a sender was not told of the room");
    }
}
