package pollux.io;

import java.io.IOException;

/** Thrown where a peer sends more than the caller allows for: a line without an end, a body without a bound. */
public final class LimitExceededException extends IOException {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what was too long, and the limit
     */
    public LimitExceededException(String message) {
        super(message);
    }
}
