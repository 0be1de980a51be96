package pollux.compiler.conformance;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps out of the output what programs report whose clean-ups fail on purpose, thousands of times. */
public final class QuietReports implements BeforeAllCallback, AfterAllCallback {

    private static final Logger REPORTS = Logger.getLogger("pollux"); // held, or it could be collected with its level

    @Override
    public void beforeAll(ExtensionContext context) {
        REPORTS.setLevel(Level.OFF);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        REPORTS.setLevel(null);
    }
}
