package pollux.spring;

import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Pointcut;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.context.ApplicationContext;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import pollux.future.Future;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Mono;

/**
 * {@code @PreAuthorize} and {@code @PostAuthorize} on methods that return {@link Future} or {@link AsyncStream}. Spring
 * Security's own interceptors, whose places this takes, go on serving all other methods.
 *
 * <p>Under {@code @EnableReactiveMethodSecurity} the authentication is that of the subscriber's Reactor Context, as
 * with {@code Mono}: {@link ReactiveAuthorization}. Under {@code @EnableMethodSecurity} it is that of the calling
 * thread, as with all that is called there: {@link ThreadAuthorization}.
 */
final class AsyncAuthorization implements AuthorizationAdvisor, MethodInterceptor {

    /** The names that Spring Security gives to its interceptors, of both kinds. */
    static final String BEFORE = "preAuthorizeAuthorizationMethodInterceptor";

    static final String AFTER = "postAuthorizeAuthorizationMethodInterceptor";

    /** The configuration that {@code @EnableMethodSecurity} imports. */
    private static final String OF_THREADS = "_prePostMethodSecurityConfiguration";

    /** How a call of a method that returns one of our types is checked. */
    interface Checks {

        /** Makes what the method returns. */
        Future<Object> future(MethodInvocation call) throws Throwable;

        /** Makes what the method returns. */
        AsyncStream<Object> items(MethodInvocation call) throws Throwable;
    }

    private final AuthorizationAdvisor original;
    private final boolean before;
    private final ApplicationContext context;
    private volatile @Nullable Checks checks;

    AsyncAuthorization(AuthorizationAdvisor original, boolean before, ApplicationContext context) {
        this.original = original;
        this.before = before;
        this.context = context;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Class<?> type = invocation.getMethod().getReturnType();
        if (type != Future.class && type != AsyncStream.class) {
            return interceptor().invoke(invocation);
        }
        MethodInvocation call =
                invocation instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : invocation;
        return type == Future.class ? checks().future(call) : checks().items(call);
    }

    /** What a handler of denied calls has answered: a value, or what will have one. */
    @SuppressWarnings("unchecked") // a future of any object
    static Future<Object> answered(@Nullable Object answer) {
        return answer instanceof Future<?> future
                ? (Future<Object>) future
                : ReactorAdapter.future(answer instanceof Mono<?> mono ? mono : Mono.justOrEmpty(answer));
    }

    private MethodInterceptor interceptor() {
        return (MethodInterceptor) original.getAdvice();
    }

    /** Made by the first call, as Spring Security's own: the beans that they need are not made earlier than others. */
    private Checks checks() {
        Checks made = checks;
        if (made == null) {
            made = context.containsBean(OF_THREADS)
                    ? new ThreadAuthorization(interceptor(), before, context)
                    : new ReactiveAuthorization(before, context);
            checks = made;
        }
        return made;
    }

    @Override
    public Pointcut getPointcut() {
        return original.getPointcut();
    }

    @Override
    public Advice getAdvice() {
        return this;
    }

    @Override
    public boolean isPerInstance() {
        return original.isPerInstance();
    }

    @Override
    public int getOrder() {
        return original.getOrder();
    }

    @Override
    public String toString() {
        return "AsyncAuthorization of " + original;
    }
}
