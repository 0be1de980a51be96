package pollux.examples.keyvalue;

/** The client does not speak the protocol; the connection cannot go on. */
final class ProtocolError extends RuntimeException {

    private static final long serialVersionUID = 1;

    ProtocolError(String message) {
        super(message);
    }
}
