package pollux.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;

/** Verifies a publisher of any number of elements that has a failed variant. */
public abstract class PublisherTck extends PublisherVerification<Integer> {

    protected PublisherTck() {
        super(TckEnvironment.create());
    }

    @Override
    public abstract Publisher<Integer> createFailedPublisher();
}
