package app;

/** Nothing to compile here. */
final class Tax {

    static final Integer RATE = 7;

    private Tax() {}
}
