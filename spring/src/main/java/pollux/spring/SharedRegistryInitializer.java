package pollux.spring;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Registers our types with the registry that all contexts share, before any bean is defined: Spring Data asks it while
 * it looks for repositories.
 */
final class SharedRegistryInitializer
        implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

    SharedRegistryInitializer() {}

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ReactiveTypes.register(ReactiveAdapterRegistry.getSharedInstance(), ReactiveTypes::newest);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
