package pollux.sync;

/**
 * Tells a sender that its item was not taken, because the receiver has closed the channel.
 */
public final class ChannelClosedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what happened and what to do instead
     */
    public ChannelClosedException(String message) {
        super(message);
    }
}
