package pollux.tck;

import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;

/** {@link BlackboxTck} for the JDK's Flow. */
public abstract class FlowBlackboxTck extends FlowSubscriberBlackboxVerification<Integer> {

    protected FlowBlackboxTck() {
        super(TckEnvironment.create());
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
