package pollux.testing;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/** Runs the methods marked {@link AsyncTest}: one JUnit invocation is as many simulated runs as there are seeds. */
final class AsyncTestExtension implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Runs runs = Runs.of(context);
        return Stream.of(new TestTemplateInvocationContext() {

            @Override
            public String getDisplayName(int index) {
                return runs.describe();
            }

            @Override
            public List<Extension> getAdditionalExtensions() {
                return List.of(runs);
            }
        });
    }

    /** All runs of one test. */
    private record Runs(long first, long count, Faults faults) implements InvocationInterceptor, ParameterResolver {

        static Runs of(ExtensionContext context) {
            Optional<Seed> seed = find(context, Seed.class);
            Optional<Seeds> seeds = find(context, Seeds.class);
            Faults faults = seeds.map(Seeds::rough).orElse(false) ? Faults.SOME : Faults.NONE;
            return seed.map(one -> new Runs(one.value(), 1, faults))
                    .orElseGet(() -> new Runs(
                            seeds.map(Seeds::first).orElse(0L),
                            seeds.map(Seeds::value).orElse(1L),
                            faults));
        }

        /** Of the method, of the class that runs, which may inherit the method, or of a class around that. */
        private static <A extends Annotation> Optional<A> find(ExtensionContext context, Class<A> type) {
            Method test = context.getRequiredTestMethod();
            Optional<A> found = AnnotationSupport.findAnnotation(test, type);
            Class<?> around = context.getRequiredTestClass();
            while (found.isEmpty() && around != null) {
                found = AnnotationSupport.findAnnotation(around, type);
                around = around.getEnclosingClass();
            }
            return found.or(() -> AnnotationSupport.findAnnotation(test.getDeclaringClass(), type));
        }

        String describe() {
            return count == 1 ? "seed " + first : "seeds " + first + " to " + (first + count - 1);
        }

        @Override
        public void interceptTestTemplateMethod(
                Invocation<Void> invocation, ReflectiveInvocationContext<Method> call, ExtensionContext context) {
            invocation.skip();
            Method test = call.getExecutable();
            Object target = call.getTarget().orElse(null);
            Object[] arguments = call.getArguments().toArray();
            Class<?>[] types = test.getParameterTypes();
            try {
                Simulation.explore(first, count, faults, world -> {
                    for (int i = 0; i < types.length; i++) {
                        if (types[i] == World.class) {
                            arguments[i] = world;
                        }
                    }
                    ReflectionSupport.invokeMethod(test, target, arguments);
                    return null;
                });
            } catch (SimulationFailure failure) {
                if (failure.getCause() instanceof TestAbortedException aborted) {
                    throw aborted; // an assumption that does not hold
                }
                throw failure;
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == World.class;
        }

        /** Each run puts its own world in its place. */
        @Override
        public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return null;
        }
    }
}
