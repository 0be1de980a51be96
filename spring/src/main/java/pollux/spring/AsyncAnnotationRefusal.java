package pollux.spring;

import java.util.Set;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.annotation.AsyncAnnotationAdvisor;
import pollux.async.AsyncBlock;
import pollux.async.StreamBlock;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/**
 * Refuses {@code @Async} on methods that return our types, when they are called: the executor of {@code @Async} would
 * run nothing but the call that makes the future. Spring refuses them too, and its text ("only Future and void
 * supported") means {@code java.util.concurrent.Future}.
 */
final class AsyncAnnotationRefusal implements BeanPostProcessor, MethodInterceptor {

    private static final Set<Class<?>> REFUSED =
            Set.of(Future.class, AsyncStream.class, AsyncBlock.class, StreamBlock.class, JoinHandle.class);

    AsyncAnnotationRefusal() {}

    /** Runs after Spring's own post-processor for the annotation, which is ordered. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof Advised advised && !advised.isFrozen()) {
            for (Advisor advisor : advised.getAdvisors()) {
                if (advisor instanceof AsyncAnnotationAdvisor spring) {
                    advised.addAdvisor(0, new DefaultPointcutAdvisor(spring.getPointcut(), this));
                    break;
                }
            }
        }
        return bean;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Class<?> type = invocation.getMethod().getReturnType();
        if (REFUSED.contains(type)) {
            throw new IllegalStateException("@Async on " + invocation.getMethod() + ": a " + type.getSimpleName()
                    + " is asynchronous by itself. Leave @Async out; if the method blocks, call the blocking code in"
                    + " spawnBlocking, or return a CompletableFuture and await it.");
        }
        return invocation.proceed();
    }

    @Override
    public String toString() {
        return "AsyncAnnotationRefusal";
    }
}
