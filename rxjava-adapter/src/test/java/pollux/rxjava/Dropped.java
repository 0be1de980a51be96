package pollux.rxjava;

import io.reactivex.rxjava3.exceptions.UndeliverableException;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What reaches {@code RxJavaPlugins.onError} during a test, without RxJava's wrapping. */
final class Dropped implements BeforeEachCallback, AfterEachCallback {

    final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        RxJavaPlugins.setErrorHandler(
                error -> errors.add(error instanceof UndeliverableException ? error.getCause() : error));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        RxJavaPlugins.reset();
    }
}
