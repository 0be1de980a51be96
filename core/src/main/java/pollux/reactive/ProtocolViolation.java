package pollux.reactive;

import org.jspecify.annotations.Nullable;

/**
 * A publisher or a subscriber broke a rule of Reactive Streams.
 *
 * <p>A bridge delivers it once, to the consumer of the publisher at fault, after that was cancelled; a {@link Referee}
 * tells its listener. The text names the rule and the class at fault, never the items.
 */
public final class ProtocolViolation extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** The number of the rule. */
    private final String rule;

    /** The name of the class at fault: the class itself would keep its class loader for as long as this is kept. */
    private final String culprit;

    /**
     * Makes a violation.
     *
     * @param rule the number of the rule, for instance {@code "1.9"}
     * @param culprit the class at fault
     * @param deed what it did, to follow the name of the class
     */
    public ProtocolViolation(String rule, Class<?> culprit, String deed) {
        this(rule, culprit, deed, null);
    }

    /**
     * Makes a violation that consists in an exception, or is followed by one.
     *
     * @param rule the number of the rule, for instance {@code "3.16"}
     * @param culprit the class at fault
     * @param deed what it did, to follow the name of the class
     * @param cause the exception that came with it, or null
     */
    public ProtocolViolation(String rule, Class<?> culprit, String deed, @Nullable Throwable cause) {
        super("Reactive Streams rule " + rule + " broken: " + culprit.getName() + " " + deed, cause);
        this.rule = rule;
        this.culprit = culprit.getName();
    }

    /**
     * Returns the rule that was broken.
     *
     * @return its number in the Reactive Streams specification
     */
    public String rule() {
        return rule;
    }

    /**
     * Returns who broke it.
     *
     * @return the name of the class at fault, as {@link Class#getName()} gives it
     */
    public String culprit() {
        return culprit;
    }
}
