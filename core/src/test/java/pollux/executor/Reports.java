package pollux.executor;

import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Takes what Pollux logs during the tests of this module, so that tests can ask what was reported. */
public final class Reports extends System.LoggerFinder {

    private static final List<Throwable> REPORTED = new CopyOnWriteArrayList<>();

    /** For the JDK. */
    public Reports() {}

    /** Returns how often a failure was reported. */
    public static long of(Throwable failure) {
        return REPORTED.stream().filter(reported -> reported == failure).count();
    }

    /** Returns everything that was reported so far. */
    public static List<Throwable> all() {
        return REPORTED;
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new System.Logger() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public boolean isLoggable(Level level) {
                return true;
            }

            @Override
            public void log(
                    Level level, @Nullable ResourceBundle bundle, @Nullable String text, @Nullable Throwable thrown) {
                if (thrown != null && name.equals("pollux")) {
                    REPORTED.add(thrown);
                }
            }

            @Override
            public void log(
                    Level level, @Nullable ResourceBundle bundle, @Nullable String format, Object... parameters) {}
        };
    }
}
