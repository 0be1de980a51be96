package pollux.tck.protocol;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.List;
import pollux.tck.protocol.Steps.Cancel;
import pollux.tck.protocol.Steps.CancelInNext;
import pollux.tck.protocol.Steps.End;
import pollux.tck.protocol.Steps.Fail;
import pollux.tck.protocol.Steps.Produce;
import pollux.tck.protocol.Steps.Request;
import pollux.tck.protocol.Steps.RequestInNext;
import pollux.tck.protocol.Steps.Step;
import pollux.tck.protocol.Steps.WakeInVain;

/** The conversations of {@link OutProtocolTest}, with steps that a fuzzer chooses by the branches they reach. */
class OutProtocolFuzz {

    private static final long[] DEMANDS = {1, 2, 3, 4, Long.MAX_VALUE, Long.MAX_VALUE - 1, 0, -1, Long.MIN_VALUE};

    @FuzzTest(maxDuration = "5m")
    void subscriberSeesWhatTheModelSays(FuzzedDataProvider data) {
        boolean foretells = data.consumeBoolean();
        List<Step> steps = new ArrayList<>();
        while (data.remainingBytes() > 0 && steps.size() < 100) {
            steps.add(
                    switch (data.consumeInt(0, 7)) {
                        case 0 -> new Produce(data.consumeInt(1, 3));
                        case 1 -> new Request(data.pickValue(DEMANDS));
                        case 2 -> new RequestInNext(data.pickValue(DEMANDS));
                        case 3 -> new WakeInVain();
                        case 4 -> new CancelInNext();
                        case 5 -> new Cancel();
                        case 6 -> new End();
                        default -> new Fail();
                    });
        }
        OutProtocolTest.converse(steps, foretells);
    }
}
