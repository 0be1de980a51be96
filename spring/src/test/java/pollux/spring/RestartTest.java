package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pollux.Pollux;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;

/** An application that starts again and again with a class loader of its own, as DevTools does it. */
@Timeout(120)
class RestartTest {

    @App.Plain
    @RestController
    static class Restarted {

        @GetMapping("/loader")
        Future<String> loader() {
            await(Futures.yieldNow());
            return Futures.ready(getClass().getClassLoader().getName());
        }

        @GetMapping("/items")
        AsyncStream<String> items() {
            return stream(out -> {
                out.emit("a");
                await(Futures.yieldNow());
                out.emit(getClass().getClassLoader().getName());
            });
        }
    }

    /**
     * Loads the application and its frames itself, and all else by its parent, as DevTools' restart class loader does.
     */
    private static final class RestartLoader extends ClassLoader {

        RestartLoader(String name) {
            super(name, RestartTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null || !name.startsWith(Restarted.class.getName())) {
                    return loaded != null ? loaded : super.loadClass(name, resolve);
                }
                try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    byte[] bytes = file.readAllBytes();
                    return defineClass(name, bytes, 0, bytes.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }
    }

    private static List<String> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("restarted-worker"))
                .toList();
    }

    @Test
    void compiled_classes_of_each_loader_run_and_each_pool_ends() throws Exception {
        for (String name : List.of("first", "second", "third")) {
            ClassLoader loader = new RestartLoader(name);
            var context = new SpringApplicationBuilder(
                            new DefaultResourceLoader(loader), loader.loadClass(Restarted.class.getName()))
                    .web(WebApplicationType.REACTIVE)
                    .properties("server.port=0", "spring.main.banner-mode=off", "pollux.name=restarted")
                    .properties("spring.r2dbc.url=r2dbc:h2:mem:///restarted")
                    .run();
            WebTestClient client = WebTestClient.bindToServer()
                    .baseUrl("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                    .build();
            client.get().uri("/loader").exchange().expectBody(String.class).isEqualTo(name);
            client.get().uri("/items").exchange().expectBody(String.class).isEqualTo("a" + name);
            assertThat(workers()).isNotEmpty();
            context.close();
            assertThat(workers()).isEmpty();
            assertThat(ReactiveTypes.newest()).isSameAs(Pollux.pool());
        }
    }
}
