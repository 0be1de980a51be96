package pollux.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;

/** Verifies a publisher of any number of elements that has a failed variant. */
public abstract class PublisherTck extends PublisherVerification<Integer> {

    private final TestEnvironment env;

    protected PublisherTck() {
        this(TckEnvironment.create());
    }

    private PublisherTck(TestEnvironment env) {
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
    public abstract Publisher<Integer> createFailedPublisher();
}
