package pollux.spring;

import static pollux.async.Async.async;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;

import org.aopalliance.aop.Advice;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Pointcut;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.security.access.expression.method.MethodSecurityExpressionHandler;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.authorization.method.MethodInvocationResult;
import org.springframework.security.authorization.method.PostAuthorizeReactiveAuthorizationManager;
import org.springframework.security.authorization.method.PreAuthorizeReactiveAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import pollux.async.Async;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Mono;

/**
 * {@code @PreAuthorize} and {@code @PostAuthorize} on methods that return {@link Future} or {@link AsyncStream}: Spring
 * Security's own interceptor accepts publishers only, and still serves all other methods.
 *
 * <p>The authentication is that of the subscriber's Reactor Context, as with {@code Mono}.
 */
final class AsyncAuthorization implements AuthorizationAdvisor, MethodInterceptor {

    /** The names that Spring Security gives to its interceptors. */
    static final String BEFORE = "preAuthorizeAuthorizationMethodInterceptor";

    static final String AFTER = "postAuthorizeAuthorizationMethodInterceptor";

    private static final Authentication ANONYMOUS =
            new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

    private final AuthorizationAdvisor original;
    private final @Nullable PreAuthorizeReactiveAuthorizationManager before;
    private final @Nullable PostAuthorizeReactiveAuthorizationManager after;

    AsyncAuthorization(
            AuthorizationAdvisor original, boolean before, @Nullable MethodSecurityExpressionHandler expressions) {
        this.original = original;
        this.before = !before
                ? null
                : expressions == null
                        ? new PreAuthorizeReactiveAuthorizationManager()
                        : new PreAuthorizeReactiveAuthorizationManager(expressions);
        this.after = before
                ? null
                : expressions == null
                        ? new PostAuthorizeReactiveAuthorizationManager()
                        : new PostAuthorizeReactiveAuthorizationManager(expressions);
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Class<?> type = invocation.getMethod().getReturnType();
        if (type != Future.class && type != AsyncStream.class) {
            return ((MethodInterceptor) original.getAdvice()).invoke(invocation);
        }
        MethodInvocation call =
                invocation instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : invocation;
        return type == Future.class ? future(call) : items(call);
    }

    private Future<Object> future(MethodInvocation call) {
        return async(() -> {
            Async.await(check(call));
            Object value = Async.await(Invocations.<Future<Object>>proceed(call));
            Async.await(check(call, value));
            return value;
        });
    }

    private AsyncStream<Object> items(MethodInvocation call) {
        return stream(out -> {
            Async.await(check(call));
            for (Object item : each(Invocations.<AsyncStream<Object>>proceed(call))) {
                Async.await(check(call, item));
                out.emit(item);
            }
        });
    }

    private Future<Void> check(MethodInvocation call) {
        return async(() -> {
            if (before != null) {
                permit(await(before.authorize(authentication(), call)));
            }
            return null;
        });
    }

    private Future<Void> check(MethodInvocation call, @Nullable Object value) {
        return async(() -> {
            if (after != null) {
                permit(await(after.authorize(authentication(), new MethodInvocationResult(call, value))));
            }
            return null;
        });
    }

    private static void permit(@Nullable AuthorizationResult result) {
        if (result == null || !result.isGranted()) {
            throw result == null
                    ? new AuthorizationDeniedException("Access Denied")
                    : new AuthorizationDeniedException("Access Denied", result);
        }
    }

    @SuppressWarnings("NullAway") // version 0.12 on JDK 17 does not see the @Nullable of mapNotNull
    private static Mono<Authentication> authentication() {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .defaultIfEmpty(ANONYMOUS);
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
