package pollux.spring;

import static pollux.async.Async.async;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.spring.AsyncAuthorization.answered;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import pollux.async.Async;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;

/**
 * The checks of {@code @EnableMethodSecurity}, by its own interceptors: {@code @PreAuthorize} at the call,
 * {@code @PostAuthorize} of what the future or the stream yields. Both see the authentication of the calling thread;
 * the second one has it set on the thread that looks at a value.
 */
final class ThreadAuthorization implements AsyncAuthorization.Checks {

    private final MethodInterceptor interceptor;
    private final boolean before;
    private final SecurityContextHolderStrategy holder;

    ThreadAuthorization(MethodInterceptor interceptor, boolean before, ApplicationContext context) {
        this.interceptor = interceptor;
        this.before = before;
        this.holder = context.getBeanProvider(SecurityContextHolderStrategy.class)
                .getIfUnique(SecurityContextHolder::getContextHolderStrategy);
    }

    @Override
    public Future<Object> future(MethodInvocation call) throws Throwable {
        if (before) {
            return answered(interceptor.invoke(call)); // the method's future, or the answer of a handler
        }
        Authentication caller = holder.getContext().getAuthentication();
        return async(() -> {
            Object value = Async.await(Invocations.<Future<Object>>proceed(call));
            return Async.await(checked(call, value, caller));
        });
    }

    @Override
    @SuppressWarnings("unchecked") // the method is declared to return a stream
    public AsyncStream<Object> items(MethodInvocation call) throws Throwable {
        if (before) {
            Object answer = interceptor.invoke(call);
            return answer instanceof AsyncStream<?> items ? (AsyncStream<Object>) items : streamOf(answer);
        }
        Authentication caller = holder.getContext().getAuthentication();
        return stream(out -> {
            for (Object item : each(Invocations.<AsyncStream<Object>>proceed(call))) {
                Object left = Async.await(checked(call, item, caller));
                if (left != null) {
                    out.emit(left);
                }
            }
        });
    }

    private static AsyncStream<Object> streamOf(@Nullable Object answer) {
        return stream(out -> {
            Object instead = Async.await(answered(answer));
            if (instead != null) {
                out.emit(instead);
            }
        });
    }

    /**
     * Lets the interceptor look at a value as if the method had returned it just now. Yields the value itself, which
     * may be a computation that is not ours to run, or what a handler of denied values has answered.
     */
    private Future<Object> checked(MethodInvocation call, @Nullable Object value, @Nullable Authentication caller)
            throws Exception {
        SecurityContext found = holder.getContext();
        SecurityContext callers = holder.createEmptyContext();
        callers.setAuthentication(caller);
        holder.setContext(callers);
        try {
            Object left = interceptor.invoke(new Returned(call, value));
            return left == value ? Futures.ready(left) : answered(left);
        } catch (Exception | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new UndeclaredThrowableException(failure);
        } finally {
            if (found.getAuthentication() == null) {
                holder.clearContext();
            } else {
                holder.setContext(found);
            }
        }
    }

    @Override
    public String toString() {
        return "ThreadAuthorization by " + interceptor;
    }

    /** A call that has returned a value. */
    private record Returned(MethodInvocation call, @Nullable Object value) implements MethodInvocation {

        @Override
        public @Nullable Object proceed() {
            return value;
        }

        @Override
        public Method getMethod() {
            return call.getMethod();
        }

        @Override
        @SuppressWarnings("NullAway") // its versions on JDK 17 and 25 read the inherited declaration differently
        public Object[] getArguments() {
            return call.getArguments();
        }

        @Override
        public @Nullable Object getThis() {
            return call.getThis();
        }

        @Override
        public AccessibleObject getStaticPart() {
            return call.getStaticPart();
        }
    }
}
