package pollux.tck;

import org.reactivestreams.tck.SubscriberWhiteboxVerification;

/** Verifies a subscriber from the inside. */
public abstract class WhiteboxTck extends SubscriberWhiteboxVerification<Integer> {

    protected WhiteboxTck() {
        super(TckEnvironment.create());
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
