package pollux.testing.scenarios;

/** The failure that scenarios expect. Without a stack trace, since millions are thrown. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1;

    Refused() {
        super("refused", null, false, false);
    }
}
