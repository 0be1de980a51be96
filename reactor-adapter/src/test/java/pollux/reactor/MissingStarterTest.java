package pollux.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import reactor.core.publisher.Mono;

class MissingStarterTest {

    interface WithFuture {
        Future<String> findById(long id);
    }

    interface WithStream {
        AsyncStream<String> findAll();
    }

    interface WithHandle {
        JoinHandle<String> start();
    }

    interface Inherits extends WithFuture {}

    interface WithMono {
        Mono<String> findById(long id);
    }

    private static @Nullable FailureAnalysis analysis(Throwable failure) {
        return SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, (type, name, absent) -> {}) // others need a bean factory
                .stream()
                .filter(MissingStarter.class::isInstance)
                .findFirst()
                .orElseThrow(() -> new AssertionError("Spring Boot does not find the analyzer"))
                .analyze(failure);
    }

    @ParameterizedTest
    @ValueSource(classes = {WithFuture.class, WithStream.class, WithHandle.class, Inherits.class})
    void aRepositoryOfOursNamesTheStarter(Class<?> missing) {
        FailureAnalysis said =
                analysis(new BeanCreationException("controller", "", new NoSuchBeanDefinitionException(missing)));
        assertThat(said.getDescription()).contains(missing.getName(), "of Pollux");
        assertThat(said.getAction()).contains("dev.pollux:pollux-spring-boot-starter");
    }

    @Test
    void othersAreLeftToSpring() {
        for (Throwable failure : List.of(
                new NoSuchBeanDefinitionException(WithMono.class),
                new NoSuchBeanDefinitionException(String.class),
                new NoSuchBeanDefinitionException("name"),
                new IllegalStateException())) {
            assertThat(analysis(failure)).isNull();
        }
    }
}
