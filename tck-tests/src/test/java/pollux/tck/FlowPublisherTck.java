package pollux.tck;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.flow.FlowPublisherVerification;

/** {@link PublisherTck} for the JDK's Flow. */
public abstract class FlowPublisherTck extends FlowPublisherVerification<Integer> {

    protected FlowPublisherTck() {
        super(TckEnvironment.create());
    }

    @Override
    public abstract Flow.Publisher<Integer> createFailedFlowPublisher();
}
