package pollux.spring;

import java.lang.reflect.UndeclaredThrowableException;
import org.aopalliance.intercept.MethodInvocation;
import org.springframework.aop.ProxyMethodInvocation;

/** Calls of an intercepted method that come later than its interception, and may come more than once. */
final class Invocations {

    private Invocations() {}

    /**
     * Calls the method, once for each run.
     *
     * @param <R> the type that the method is declared to return
     * @param call the call; it is not used up
     * @return what the method returned
     * @throws Exception what the method throws
     * @throws NullPointerException if the method returns null
     */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller has looked at the declared type
    static <R> R proceed(MethodInvocation call) throws Exception {
        try {
            MethodInvocation fresh = call instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : call;
            Object returned = fresh.proceed();
            if (returned == null) {
                throw new NullPointerException(call.getMethod() + " returned null");
            }
            return (R) returned;
        } catch (Exception | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new UndeclaredThrowableException(failure);
        }
    }
}
