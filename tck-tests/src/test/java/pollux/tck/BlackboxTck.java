package pollux.tck;

import org.reactivestreams.tck.SubscriberBlackboxVerification;

/** Verifies a subscriber from the outside. */
public abstract class BlackboxTck extends SubscriberBlackboxVerification<Integer> {

    protected BlackboxTck() {
        super(TckEnvironment.create());
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
