package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An application that starts again and again with a class loader of its own, as DevTools does it. */
@Timeout(300)
class RestartTest {

    @App.Plain
    @RestController
    static class Restarted {

        @GetMapping("/loader")
        Future<String> loader() {
            await(Futures.yieldNow());
            return Futures.ready(getClass().getClassLoader().getName());
        }

        @GetMapping("/waits")
        Future<String> waits() {
            await(Futures.pending());
            return Futures.ready("never");
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

    private static ConfigurableApplicationContext run(ClassLoader loader) throws ClassNotFoundException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader); // that of DevTools' restart thread
        try {
            return new SpringApplicationBuilder(
                            new DefaultResourceLoader(loader), loader.loadClass(Restarted.class.getName()))
                    .web(WebApplicationType.REACTIVE)
                    .properties("server.port=0", "spring.main.banner-mode=off", "pollux.name=restarted")
                    .properties("spring.r2dbc.url=r2dbc:h2:mem:///restarted")
                    .registerShutdownHook(false)
                    .run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void answers(ConfigurableApplicationContext context, String loader) {
        WebTestClient client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                .responseTimeout(Duration.ofSeconds(90))
                .build();
        client.get().uri("/loader").exchange().expectBody(String.class).isEqualTo(loader);
        client.get().uri("/items").exchange().expectBody(String.class).isEqualTo("a" + loader);
    }

    @Test
    void compiled_classes_of_each_loader_run_and_each_pool_ends() throws Exception {
        for (String name : List.of("first", "second", "third")) {
            var context = run(new RestartLoader(name));
            answers(context, name);
            assertThat(workers()).isNotEmpty();
            context.close();
            assertThat(workers()).isEmpty();
            assertThat(ReactiveTypes.newest()).isSameAs(Pollux.pool());
        }
    }

    @Test
    void two_loads_of_an_application_run_side_by_side() throws Exception {
        try (var first = run(new RestartLoader("one"))) {
            try (var second = run(new RestartLoader("two"))) {
                answers(second, "two");
                answers(first, "one");
                assertThat(ReactiveTypes.newest()).isSameAs(second.getBean(TaskPool.class));
            }
            // the server of the first does not answer any more, presumably since Reactor Netty's resources are shared;
            // its pool runs on
            assertThat(ReactiveTypes.newest()).isSameAs(first.getBean(TaskPool.class));
            assertThat(Pollux.blockOn(first.getBean(TaskPool.class)
                            .spawn(Futures.ready("runs"))
                            .join()))
                    .isEqualTo("runs");
        }
        assertThat(workers()).isEmpty();
    }

    /** Converts what handlers of a loader of its own return, as the starter does, and runs it. */
    private static WeakReference<ClassLoader> use(TaskPool pool, List<Disposable> open) throws Exception {
        ClassLoader loader = new RestartLoader("gone");
        Class<?> type = loader.loadClass(Restarted.class.getName());
        var constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object handlers = constructor.newInstance();
        ReactiveAdapterRegistry registry = new ReactiveAdapterRegistry();
        ReactiveTypes.register(registry, () -> pool);
        Future<String> future = call(type, handlers, "loader");
        assertThat(Mono.from(registry.getAdapter(Future.class).<String>toPublisher(future))
                        .repeat(1)
                        .collectList()
                        .block())
                .containsExactly("gone", "gone");
        AsyncStream<String> items = call(type, handlers, "items");
        assertThat(Flux.from(registry.getAdapter(AsyncStream.class).<String>toPublisher(items))
                        .collectList()
                        .block())
                .containsExactly("a", "gone");
        Future<String> waiting = call(type, handlers, "waits");
        open.add(Mono.from(registry.getAdapter(Future.class).<String>toPublisher(waiting))
                .subscribe());
        return new WeakReference<>(loader);
    }

    @SuppressWarnings("unchecked") // the test knows what its methods return
    private static <R> R call(Class<?> type, Object handlers, String method) throws Exception {
        var handler = type.getDeclaredMethod(method);
        handler.setAccessible(true);
        return (R) handler.invoke(handlers);
    }

    private static boolean collected(WeakReference<?> reference, int rounds) {
        for (int n = 0; n < rounds && reference.get() != null; n++) {
            System.gc();
            LockSupport.parkNanos(20_000_000);
        }
        return reference.get() == null;
    }

    @Test
    void the_loader_of_handlers_is_collected_once_their_tasks_have_ended() throws Exception {
        try (TaskPool pool = TaskPool.builder().workers(2).name("restarted").build()) {
            List<Disposable> open = new ArrayList<>();
            WeakReference<ClassLoader> used = use(pool, open);
            assertThat(collected(used, 5)).isFalse(); // the canary: a task that waits holds its class
            open.remove(0).dispose();
            App.until(() -> pool.liveTasks() == 0);
            assertThat(collected(used, 500)).isTrue(); // and neither Pollux nor the open pool does
        }
    }
}
