package pollux.spring;

import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.security.authorization.method.AuthorizationAdvisor;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import pollux.executor.Spawner;
import pollux.executor.TaskPool;

/**
 * What Pollux adds to a Spring Boot application: the pool that runs handlers, our types in each registry of reactive
 * types, and transactions of async methods. No property is needed.
 */
@AutoConfiguration
@EnableConfigurationProperties(PolluxProperties.class)
public class PolluxAutoConfiguration {

    /** Called by Spring. */
    public PolluxAutoConfiguration() {}

    /**
     * The pool that runs what handlers and other methods return. Define a {@link TaskPool} bean to replace it.
     *
     * @param properties the properties under {@code pollux}
     * @return the pool; {@link PoolLifecycle} closes it
     */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    public TaskPool polluxTaskPool(PolluxProperties properties) {
        TaskPool.Builder builder = TaskPool.builder().name(properties.name()).traced(properties.traced());
        if (properties.workers() != null) {
            builder.workers(properties.workers());
        }
        if (properties.blockedAfter() != null) {
            builder.blockedAfter(properties.blockedAfter());
        }
        return builder.build();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    PoolLifecycle polluxPoolLifecycle(
            TaskPool pool, PolluxProperties properties, ConfigurableApplicationContext context) {
        return new PoolLifecycle(pool, properties.shutdownTimeout(), context::isClosed);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static PoolPostProcessor polluxPoolDestruction(ObjectProvider<PolluxProperties> properties) {
        return new PoolPostProcessor(properties::getObject);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static RegistryPostProcessor polluxReactiveTypes(ObjectProvider<TaskPool> pool) {
        // conversions through the shared registry know no context; static users of Spring (HTTP clients, repositories)
        // look there
        ReactiveTypes.register(ReactiveAdapterRegistry.getSharedInstance(), ReactiveTypes::newest);
        return new RegistryPostProcessor(pool::getObject);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AsyncAnnotationRefusal polluxAsyncAnnotation() {
        return new AsyncAnnotationRefusal();
    }

    /**
     * Closes the pool of a context that could not start, if the start failed before there was a {@link PoolLifecycle}.
     * A pool that the application has made is its own.
     */
    record PoolPostProcessor(Supplier<PolluxProperties> properties)
            implements DestructionAwareBeanPostProcessor, PriorityOrdered {

        @Override
        public boolean requiresDestruction(Object bean) {
            return bean instanceof TaskPool;
        }

        @Override
        public void postProcessBeforeDestruction(Object bean, String name) {
            if (bean instanceof TaskPool pool && name.equals("polluxTaskPool") && !pool.isClosed()) {
                new PoolLifecycle(pool, properties.get().shutdownTimeout(), () -> true).destroy();
            }
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    /** WebFlux and others have a registry bean of their own. */
    record RegistryPostProcessor(Supplier<Spawner> spawner) implements BeanPostProcessor, PriorityOrdered {

        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (bean instanceof ReactiveAdapterRegistry registry) {
                ReactiveTypes.register(registry, spawner);
            }
            return bean;
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST_PRECEDENCE;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(TransactionInterceptor.class)
    static class Transactions {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static InterceptorPostProcessor polluxTransactions(ApplicationContext context) {
            return new InterceptorPostProcessor(context);
        }

        /** Its type is declared, since Spring reads the order of post-processors off the declared type. */
        record InterceptorPostProcessor(ApplicationContext context) implements BeanPostProcessor, PriorityOrdered {

            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean.getClass() == TransactionInterceptor.class
                        ? new AsyncTransactionInterceptor(
                                (TransactionInterceptor) bean, context.getAutowireCapableBeanFactory(), context)
                        : bean;
            }

            @Override
            public int getOrder() {
                return Ordered.HIGHEST_PRECEDENCE;
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({AuthorizationAdvisor.class, ObjectPostProcessor.class})
    static class Authorization {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static AdvisorPostProcessor polluxAuthorization(ApplicationContext context) {
            return new AdvisorPostProcessor(context);
        }

        record AdvisorPostProcessor(ApplicationContext context) implements BeanPostProcessor, PriorityOrdered {

            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                boolean before = name.equals(AsyncAuthorization.BEFORE);
                return bean instanceof AuthorizationAdvisor advisor && (before || name.equals(AsyncAuthorization.AFTER))
                        ? new AsyncAuthorization(advisor, before, context)
                        : bean;
            }

            @Override
            public int getOrder() {
                return Ordered.HIGHEST_PRECEDENCE;
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
    static class Health {

        @Bean
        @ConditionalOnEnabledHealthIndicator("pollux")
        @ConditionalOnMissingBean(name = "polluxHealthIndicator")
        HealthIndicator polluxHealthIndicator(TaskPool pool) {
            return new PoolHealth(pool);
        }
    }
}
