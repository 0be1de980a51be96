package pollux.future;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reports of failures when the logger itself cannot be had, or does not work. */
class FailureLogTest {

    private final List<String> logged = new ArrayList<>();
    private int refusals;

    private final System.Logger logger = new System.Logger() {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, @Nullable String text, @Nullable Throwable thrown) {
            refuse();
            logged.add(text);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String format, Object... parameters) {}
    };

    private void refuse() {
        if (refusals-- > 0) {
            throw new ExceptionInInitializerError("Too many open files");
        }
    }

    private final FailureLog log = new FailureLog(() -> {
        refuse();
        return logger;
    });

    private void report(String where) {
        log.report(where, new IllegalStateException(where));
    }

    @Test
    void aLookUpThatFailsIsTriedAgainAndNothingIsLost() {
        refusals = 2;
        report("one");
        report("two");
        assertThat(logged).isEmpty();
        report("three");
        assertThat(logged).containsExactly("one", "two", "three");
        report("four");
        assertThat(logged).containsExactly("one", "two", "three", "four");
    }

    @Test
    void whatIsKeptIsBounded() {
        refusals = 1_000;
        for (int i = 0; i < 1_000; i++) {
            report("report " + i);
        }
        report("last");
        assertThat(logged).hasSize(17).startsWith("report 0").endsWith("last");
    }

    @Test
    void preparingNeverThrows() {
        refusals = 1;
        log.prepare();
        log.prepare();
        report("one");
        assertThat(logged).containsExactly("one");
    }
}
