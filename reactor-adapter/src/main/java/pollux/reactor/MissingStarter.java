package pollux.reactor;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/**
 * Names the Spring Boot starter where a Spring application cannot start without it: a repository whose methods return
 * futures or streams is made only if they are reactive types of Spring.
 *
 * <p>Found by Spring Boot in META-INF/spring.factories; without Spring Boot this class is never loaded. With the
 * starter on the class path it says nothing.
 */
final class MissingStarter extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> implements Ordered {

    private static final String STARTER = "pollux.spring.PolluxAutoConfiguration";

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE; // before the analyzer of Spring Boot that asks for a bean of that type
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        ResolvableType type = cause.getResolvableType();
        Class<?> missing = type == null ? null : type.resolve();
        if (missing == null || !missing.isInterface()) {
            return null;
        }
        Method ours = methodWithOurs(missing);
        if (ours == null || isPresent(missing)) {
            return null;
        }
        return new FailureAnalysis(
                "There is no bean of type '" + missing.getName() + "'. Its method '" + ours.getName() + "' returns a "
                        + ours.getReturnType().getSimpleName()
                        + " of Pollux, which Spring does not know: pollux-spring-boot-starter is not on the class path.",
                "Add dev.pollux:pollux-spring-boot-starter to the dependencies of the application.",
                cause);
    }

    private static @Nullable Method methodWithOurs(Class<?> type) {
        for (Method method : type.getMethods()) {
            Class<?> returned = method.getReturnType();
            if (Future.class.isAssignableFrom(returned)
                    || AsyncStream.class.isAssignableFrom(returned)
                    || JoinHandle.class.isAssignableFrom(returned)) {
                return method;
            }
        }
        return null;
    }

    private static boolean isPresent(Class<?> beside) {
        try {
            Class.forName(STARTER, false, beside.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }
}
