package pollux.tck;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.Test;

/** {@link PublisherTck} for the JDK's Flow. */
public abstract class FlowPublisherTck extends FlowPublisherVerification<Integer> {

    private final TestEnvironment env;

    protected FlowPublisherTck() {
        this(TckEnvironment.create());
    }

    private FlowPublisherTck(TestEnvironment env) {
        super(env);
        this.env = env;
    }

    @Override
    @Test
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws Throwable {
        activePublisherTest(3, false, publisher -> {
            TckEnvironment.verifyDropsSubscriber(env, publisher, TckEnvironment.SIGNALS);
            env.verifyNoAsyncErrorsNoDelay();
        });
    }

    @Override
    public abstract Flow.Publisher<Integer> createFailedFlowPublisher();
}
