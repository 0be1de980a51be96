package pollux.spring;

import static pollux.async.Async.async;
import static pollux.async.Async.each;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.context;
import static pollux.reactor.ReactorAdapter.withContext;

import java.lang.reflect.Method;
import java.util.concurrent.CancellationException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.interceptor.DelegatingTransactionAttribute;
import org.springframework.transaction.interceptor.MethodRollbackEvent;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.reactive.TransactionContextManager;
import org.springframework.util.ClassUtils;
import pollux.async.Async;
import pollux.async.Emitter;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import reactor.util.context.Context;

/**
 * Runs {@code @Transactional} methods that return {@link Future} or {@link AsyncStream} in a reactive transaction, and
 * leaves all other methods to Spring's interceptor, whose place it takes.
 *
 * <p>Spring's own interceptor would handle these types through the adapter registry. It rolls back as soon as the
 * caller cancels, while finally blocks of the method still run. Here the rollback waits for them, so their statements
 * belong to the transaction. A commit or rollback under way is not cancelled, as with Spring's.
 *
 * <p>A manager that binds its transactions to threads (JDBC, JPA) is refused when the method is called.
 */
@SuppressWarnings("serial") // as the superclass, it is serialised by nothing
final class AsyncTransactionInterceptor extends TransactionInterceptor {

    private static final System.Logger LOG = System.getLogger(AsyncTransactionInterceptor.class.getName());

    /** Spring has the event since 7.0.3. */
    private static final boolean HAS_ROLLBACK_EVENT = ClassUtils.isPresent(
            "org.springframework.transaction.interceptor.MethodRollbackEvent",
            AsyncTransactionInterceptor.class.getClassLoader());

    private final TransactionInterceptor original;
    private final ApplicationEventPublisher events;

    /** Takes the place of an interceptor, which goes on serving the methods that return other types. */
    AsyncTransactionInterceptor(TransactionInterceptor original, BeanFactory beans, ApplicationEventPublisher events) {
        this.original = original;
        this.events = events;
        setTransactionAttributeSource(original.getTransactionAttributeSource());
        TransactionManager manager = original.getTransactionManager();
        if (manager != null) {
            setTransactionManager(manager);
        }
        setBeanFactory(beans);
    }

    /** The context of a transaction, as TransactionAspectSupport writes it: the innermost one on top. */
    private static Context transaction(Context context) {
        return TransactionContextManager.getOrCreateContext()
                .apply(TransactionContextManager.getOrCreateContextHolder().apply(context));
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Method method = invocation.getMethod();
        Class<?> type = method.getReturnType();
        boolean single = type == Future.class;
        if (!single && type != AsyncStream.class && type != JoinHandle.class) {
            return original.invoke(invocation);
        }
        Object target = invocation.getThis();
        Class<?> targetClass = target == null ? method.getDeclaringClass() : AopUtils.getTargetClass(target);
        var attributes = getTransactionAttributeSource();
        TransactionAttribute attribute =
                attributes == null ? null : attributes.getTransactionAttribute(method, targetClass);
        if (attribute == null) {
            return invocation.proceed();
        }
        TransactionManager manager = determineTransactionManager(attribute, targetClass);
        if (!(manager instanceof ReactiveTransactionManager reactive)) {
            throw new IllegalStateException(
                    "@Transactional on " + method + " needs a ReactiveTransactionManager, such as that of R2DBC, "
                            + "because the method goes on on other threads; "
                            + (manager == null
                                    ? "there is none"
                                    : manager.getClass().getName() + " binds a transaction to one thread")
                            + ". Name the reactive manager in @Transactional, or put @Transactional on a blocking"
                            + " method and call it in spawnBlocking.");
        }
        if (type == JoinHandle.class) {
            throw new IllegalStateException("@Transactional on " + method
                    + " has no effect on a task that runs already: return the Future instead of its JoinHandle.");
        }
        MethodInvocation call =
                invocation instanceof ProxyMethodInvocation proxied ? proxied.invocableClone() : invocation;
        TransactionAttribute named = named(attribute, ClassUtils.getQualifiedMethodName(method, targetClass));
        return single ? future(reactive, named, call) : items(reactive, named, call);
    }

    /** A transaction without a name is called after its method, as in Spring. */
    private static TransactionAttribute named(TransactionAttribute attribute, String method) {
        return attribute.getName() != null
                ? attribute
                : new DelegatingTransactionAttribute(attribute) {
                    @Override
                    public String getName() {
                        return method;
                    }
                };
    }

    private Future<Object> future(
            ReactiveTransactionManager manager, TransactionAttribute attribute, MethodInvocation call) {
        return async(() ->
                Async.await(withContext(AsyncTransactionInterceptor::transaction, run(manager, attribute, call))));
    }

    private Future<Object> run(
            ReactiveTransactionManager manager, TransactionAttribute attribute, MethodInvocation call) {
        return async(() -> {
            ReactiveTransaction transaction = Async.await(new TransactionBegin(manager, attribute, await(context())));
            Object value;
            try {
                value = Async.await(Invocations.<Future<Object>>proceed(call));
            } catch (Throwable failure) {
                Async.await(complete(manager, attribute, call, transaction, failure));
                throw failure;
            }
            Async.await(new TransactionEnd(manager.commit(transaction)));
            return value;
        });
    }

    private AsyncStream<Object> items(
            ReactiveTransactionManager manager, TransactionAttribute attribute, MethodInvocation call) {
        return stream(out -> Async.await(
                withContext(AsyncTransactionInterceptor::transaction, emitAll(manager, attribute, call, out))));
    }

    private Future<Void> emitAll(
            ReactiveTransactionManager manager,
            TransactionAttribute attribute,
            MethodInvocation call,
            Emitter<Object> out) {
        return async(() -> {
            ReactiveTransaction transaction = Async.await(new TransactionBegin(manager, attribute, await(context())));
            try {
                for (Object item : each(Invocations.<AsyncStream<Object>>proceed(call))) {
                    out.emit(item);
                }
            } catch (Throwable failure) {
                Async.await(complete(manager, attribute, call, transaction, failure));
                throw failure;
            }
            Async.await(new TransactionEnd(manager.commit(transaction)));
            return null;
        });
    }

    /** Ends the transaction of a method that failed or was cancelled. */
    private Future<Void> complete(
            ReactiveTransactionManager manager,
            TransactionAttribute attribute,
            MethodInvocation call,
            ReactiveTransaction transaction,
            Throwable failure) {
        return async(() -> {
            try {
                if (failure instanceof CancellationException) {
                    Async.await(new TransactionEnd(manager.rollback(transaction)));
                } else if (attribute.rollbackOn(failure)) {
                    announceRollback(call, failure, transaction);
                    Async.await(new TransactionEnd(manager.rollback(transaction)));
                } else {
                    Async.await(new TransactionEnd(manager.commit(transaction)));
                }
            } catch (TransactionSystemException second) {
                second.initApplicationException(failure);
                throw second;
            } catch (Throwable second) {
                if (second != failure) {
                    second.addSuppressed(failure);
                }
                throw second;
            }
            return null;
        });
    }

    /** Tells listeners what Spring tells them; a listener that throws does not keep the transaction open. */
    private void announceRollback(MethodInvocation call, Throwable failure, ReactiveTransaction transaction) {
        if (HAS_ROLLBACK_EVENT) {
            try {
                events.publishEvent(new MethodRollbackEvent(call, failure, transaction));
            } catch (Throwable thrown) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a listener to the rollback of " + call.getMethod() + " failed",
                        thrown);
            }
        }
    }
}
