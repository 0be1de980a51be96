package pollux.compiler;

import org.jspecify.annotations.Nullable;

/** Why a class cannot be woven; the message is for the user and names the way out. */
final class WeaveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String text;
    private final int line;

    WeaveException(String message, int line) {
        this(message, line, null);
    }

    WeaveException(String message, int line, @Nullable Throwable cause) {
        super(message, cause);
        this.text = message;
        this.line = line;
    }

    @Override
    public String getMessage() {
        return text;
    }

    /** Returns the source line, 0 if it is not known. */
    int line() {
        return line;
    }
}
