package pollux.tck;

import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;

/** {@link WhiteboxTck} for the JDK's Flow. */
public abstract class FlowWhiteboxTck extends FlowSubscriberWhiteboxVerification<Integer> {

    protected FlowWhiteboxTck() {
        super(TckEnvironment.create());
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
