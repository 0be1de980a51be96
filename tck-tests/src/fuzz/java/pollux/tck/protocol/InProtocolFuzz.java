package pollux.tck.protocol;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import pollux.tck.protocol.Steps.Cancel;
import pollux.tck.protocol.Steps.End;
import pollux.tck.protocol.Steps.Fail;
import pollux.tck.protocol.Steps.Poll;
import pollux.tck.protocol.Steps.Produce;
import pollux.tck.protocol.Steps.Step;

/** The conversations of {@link InProtocolTest}, with steps that a fuzzer chooses by the branches they reach. */
class InProtocolFuzz {

    @FuzzTest(maxDuration = "5m")
    void streamAnswersLikeAQueue(FuzzedDataProvider data) {
        List<Step> steps = new ArrayList<>();
        while (data.remainingBytes() > 0 && steps.size() < 100) {
            steps.add(
                    switch (data.consumeInt(0, 4)) {
                        case 0 -> new Poll();
                        case 1 -> new Produce(data.consumeInt(1, 3));
                        case 2 -> new Cancel();
                        case 3 -> new End();
                        default -> new Fail();
                    });
        }
        InProtocolTest.converse(steps);
    }
}
