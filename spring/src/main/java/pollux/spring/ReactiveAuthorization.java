package pollux.spring;

import static pollux.async.Async.async;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.spring.AsyncAuthorization.answered;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.security.access.expression.method.DefaultMethodSecurityExpressionHandler;
import org.springframework.security.access.expression.method.MethodSecurityExpressionHandler;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ReactiveAuthorizationManager;
import org.springframework.security.authorization.method.MethodAuthorizationDeniedHandler;
import org.springframework.security.authorization.method.MethodInvocationResult;
import org.springframework.security.authorization.method.PostAuthorizeReactiveAuthorizationManager;
import org.springframework.security.authorization.method.PreAuthorizeReactiveAuthorizationManager;
import org.springframework.security.authorization.method.ThrowingMethodAuthorizationDeniedHandler;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AnnotationTemplateExpressionDefaults;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import pollux.async.Async;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Mono;

/**
 * The checks of {@code @EnableReactiveMethodSecurity}: what its interceptors do with publishers, which are the only
 * type that they accept. Its managers are made here again, and as there: with the application's expression handler,
 * templates and post-processors.
 *
 * <p>A denied call or value is what {@code @HandleAuthorizationDenied} makes of it, or fails. A null, the empty one of
 * our types, is not checked by {@code @PostAuthorize}: there is no object to look at.
 */
final class ReactiveAuthorization implements AsyncAuthorization.Checks {

    private static final Authentication ANONYMOUS =
            new AnonymousAuthenticationToken("key", "anonymous", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

    private static final AuthorizationResult GRANTED = new AuthorizationDecision(true);

    /** One of both. */
    private final @Nullable ReactiveAuthorizationManager<MethodInvocation> before;

    private final @Nullable ReactiveAuthorizationManager<MethodInvocationResult> after;
    private final MethodAuthorizationDeniedHandler denied;

    ReactiveAuthorization(boolean isBefore, ApplicationContext context) {
        MethodSecurityExpressionHandler expressions = context.getBeanProvider(MethodSecurityExpressionHandler.class)
                .getIfUnique(DefaultMethodSecurityExpressionHandler::new);
        var templates = context.getBeanProvider(AnnotationTemplateExpressionDefaults.class);
        if (isBefore) {
            var manager = new PreAuthorizeReactiveAuthorizationManager(expressions);
            manager.setApplicationContext(context);
            templates.ifAvailable(manager::setTemplateDefaults);
            before = processed(manager, MethodInvocation.class, context);
            after = null;
            denied = handler(before);
        } else {
            var manager = new PostAuthorizeReactiveAuthorizationManager(expressions);
            manager.setApplicationContext(context);
            templates.ifAvailable(manager::setTemplateDefaults);
            before = null;
            after = processed(manager, MethodInvocationResult.class, context);
            denied = handler(after);
        }
    }

    private static <T> ReactiveAuthorizationManager<T> processed(
            ReactiveAuthorizationManager<T> manager, Class<T> checked, ApplicationContext context) {
        ResolvableType type = ResolvableType.forClassWithGenerics(
                ObjectPostProcessor.class,
                ResolvableType.forClassWithGenerics(ReactiveAuthorizationManager.class, checked));
        return context.<ObjectPostProcessor<ReactiveAuthorizationManager<T>>>getBeanProvider(type)
                .getIfUnique(ObjectPostProcessor::identity)
                .postProcess(manager);
    }

    private static MethodAuthorizationDeniedHandler handler(Object manager) {
        return manager instanceof MethodAuthorizationDeniedHandler handler
                ? handler
                : new ThrowingMethodAuthorizationDeniedHandler();
    }

    @Override
    public Future<Object> future(MethodInvocation call) {
        return async(() -> {
            AuthorizationResult result = Async.await(result(call));
            if (!result.isGranted()) {
                return Async.await(answered(denied.handleDeniedInvocation(call, result)));
            }
            Object value;
            try {
                value = Async.await(Invocations.<Future<Object>>proceed(call));
            } catch (AuthorizationDeniedException inside) {
                return Async.await(answered(denied.handleDeniedInvocation(call, inside)));
            }
            return Async.await(checked(call, value));
        });
    }

    @Override
    public AsyncStream<Object> items(MethodInvocation call) {
        return stream(out -> {
            AuthorizationResult refusal = Async.await(result(call));
            if (refusal.isGranted()) {
                try {
                    for (Object item : each(Invocations.<AsyncStream<Object>>proceed(call))) {
                        Object left = Async.await(checked(call, item));
                        if (left != null) {
                            out.emit(left);
                        }
                    }
                    return;
                } catch (AuthorizationDeniedException inside) {
                    refusal = inside;
                }
            }
            Object instead = Async.await(answered(denied.handleDeniedInvocation(call, refusal)));
            if (instead != null) {
                out.emit(instead);
            }
        });
    }

    /** Looks at a call before it is made. */
    private Future<AuthorizationResult> result(MethodInvocation call) {
        return async(() -> before == null ? GRANTED : orDenied(await(before.authorize(authentication(), call))));
    }

    /** Yields the value, or what takes the place of one that must not be seen. */
    private Future<Object> checked(MethodInvocation call, Object value) {
        return async(() -> {
            if (after == null || value == null) {
                return value;
            }
            MethodInvocationResult returned = new MethodInvocationResult(call, value);
            AuthorizationResult result = orDenied(await(after.authorize(authentication(), returned)));
            return result.isGranted()
                    ? value
                    : Async.await(answered(denied.handleDeniedInvocationResult(returned, result)));
        });
    }

    private static AuthorizationResult orDenied(@Nullable AuthorizationResult result) {
        return result == null ? new AuthorizationDecision(false) : result;
    }

    @SuppressWarnings("NullAway") // version 0.12 on JDK 17 does not see the @Nullable of mapNotNull
    private static Mono<Authentication> authentication() {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .defaultIfEmpty(ANONYMOUS);
    }

    @Override
    public String toString() {
        return "ReactiveAuthorization";
    }
}
