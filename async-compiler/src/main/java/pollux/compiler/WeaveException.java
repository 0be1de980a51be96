package pollux.compiler;

/** Why a class cannot be woven; the message is for the user and names the way out. */
final class WeaveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    WeaveException(String message, int line) {
        super(message);
        this.line = line;
    }

    /** Returns the source line, 0 if it is not known. */
    int line() {
        return line;
    }
}
