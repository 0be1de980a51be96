package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.time.Timers.sleep;

import io.micrometer.context.ContextRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;
import pollux.Pollux;
import pollux.async.Async;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.sync.Promise;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/** The pool's life in an application, its properties, health, and thread locals. */
@Timeout(300)
class ApplicationTest {

    static final ThreadLocal<String> USER = new ThreadLocal<>();

    @RestController
    static class Names {
        @GetMapping("/name")
        Future<String> name() {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                return USER.get() + " on " + Thread.currentThread().getName();
            });
        }
    }

    @RestController
    static class Observed {

        private final ObservationRegistry observations;

        Observed(ObservationRegistry observations) {
            this.observations = observations;
        }

        @GetMapping("/observation")
        Future<String> observation() {
            Async.await(sleep(ofMillis(1)));
            Observation current = observations.getCurrentObservation();
            return Futures.ready(current == null ? "none" : current.getContext().getName());
        }
    }

    @App.Plain
    static class Empty {}

    @App.Plain
    @Import({Names.class, Observed.class})
    static class Web {
        @Bean
        WebFilter user() {
            return (exchange, chain) -> chain.filter(exchange).contextWrite(entries -> entries.put("user", "ann"));
        }
    }

    @Test
    void properties_make_the_pool() {
        try (App app = App.start(
                WebApplicationType.NONE,
                Empty.class,
                "pollux.workers=3",
                "pollux.name=mine",
                "pollux.blocked-after=1s")) {
            TaskPool pool = app.bean(TaskPool.class);
            assertThat(pool.workers()).isEqualTo(3);
            assertThat(Pollux.blockOn(
                            pool.spawn(async(() -> Thread.currentThread().getName()))
                                    .join()))
                    .startsWith("mine-worker-");
            assertThat(app.bean(HealthIndicator.class, "polluxHealthIndicator")
                            .health()
                            .getStatus())
                    .isEqualTo(Status.UP);
            assertThat(app.bean(HealthIndicator.class, "polluxHealthIndicator")
                            .health()
                            .getDetails())
                    .containsEntry("workers", 3);
        }
    }

    @Test
    void an_application_may_bring_its_own_pool() {
        try (App app = App.start(WebApplicationType.NONE, Own.class)) {
            assertThat(app.bean(TaskPool.class).workers()).isEqualTo(1);
        }
    }

    @App.Plain
    static class Own {
        @Bean
        TaskPool own() {
            return TaskPool.builder().workers(1).name("own").build();
        }
    }

    @Test
    void closing_waits_for_tasks_that_end_in_time() {
        App app = App.start(WebApplicationType.NONE, Empty.class);
        TaskPool pool = app.bean(TaskPool.class);
        JoinHandle<String> task = pool.spawn(async(() -> {
            Async.await(sleep(ofMillis(200)));
            return "ended";
        }));
        app.close();
        assertThat(Pollux.blockOn(task.join())).isEqualTo("ended");
        assertThat(pool.isClosed()).isTrue();
    }

    @Test
    void closing_cancels_and_reports_tasks_that_do_not_end_and_waits_for_their_clean_up() {
        App app = App.start(WebApplicationType.NONE, Empty.class, "pollux.shutdown-timeout=50ms");
        TaskPool pool = app.bean(TaskPool.class);
        CountDownLatch cleanedUp = new CountDownLatch(1);
        Promise<Void> started = new Promise<>();
        JoinHandle<String> task = pool.spawn(async(() -> {
            try {
                started.complete(null);
                return Async.await(Futures.<String>pending());
            } finally {
                Async.await(sleep(ofMillis(5)));
                cleanedUp.countDown();
            }
        }));
        Pollux.blockOn(started.future());
        app.close();
        assertThat(cleanedUp.getCount()).isZero();
        assertThatThrownBy(() -> Pollux.blockOn(task.join())).isInstanceOf(CancellationException.class);
    }

    @Test
    void closing_does_not_wait_for_ever_for_a_clean_up() {
        TaskPool pool = TaskPool.builder().workers(1).build();
        Promise<Void> started = new Promise<>();
        Promise<Void> released = new Promise<>();
        JoinHandle<String> task = pool.spawn(async(() -> {
            try {
                started.complete(null);
                return Async.await(Futures.<String>pending());
            } finally {
                Async.await(released.future());
            }
        }));
        Pollux.blockOn(started.future());
        new PoolLifecycle(pool, ofMillis(1), ofMillis(1), () -> true).stop();
        assertThat(task.isDone()).isFalse();
        released.complete(null);
        assertThatThrownBy(() -> Pollux.blockOn(task.join())).isInstanceOf(CancellationException.class);
    }

    /** Spring pauses the contexts of tests that it keeps for later, and CRaC stops a context before a checkpoint. */
    @Test
    void a_context_that_was_paused_or_stopped_goes_on() {
        TaskPool pool;
        try (App app = App.start(WebApplicationType.NONE, Empty.class, "pollux.shutdown-timeout=1ms")) {
            pool = app.bean(TaskPool.class);
            JoinHandle<String> waits = pool.spawn(Futures.pending());
            app.context().pause();
            app.context().restart();
            app.context().stop();
            app.context().start();
            assertThat(waits.isDone()).isFalse();
            assertThat(Pollux.blockOn(pool.spawn(Futures.ready("runs")).join())).isEqualTo("runs");
        }
        assertThat(pool.isClosed()).isTrue();
    }

    /** The pool of the context that could not start. */
    private static TaskPool opened;

    private static Object breaks(TaskPool pool) {
        opened = pool;
        throw new IllegalStateException("planted");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BrokenLate {

        @Bean
        @DependsOn("polluxPoolLifecycle")
        Object broken(TaskPool pool) {
            return breaks(pool);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BrokenEarly {

        @Bean
        Object broken(TaskPool pool, ConfigurableApplicationContext context) {
            assertThat(context.getBeanFactory().containsSingleton("polluxPoolLifecycle"))
                    .isFalse();
            return breaks(pool);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {BrokenLate.class, BrokenEarly.class})
    void the_pool_of_a_context_that_cannot_start_is_closed(Class<?> broken) {
        assertThatThrownBy(() -> App.start(WebApplicationType.NONE, broken)).hasRootCauseMessage("planted");
        assertThat(opened.isClosed()).isTrue();
        assertThat(ReactiveTypes.newest()).isNotSameAs(opened);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class BrokenWithItsOwnPool {

        @Bean(destroyMethod = "")
        TaskPool mine() {
            return TaskPool.builder().workers(1).build();
        }

        @Bean
        Object broken(TaskPool pool) {
            return breaks(pool);
        }
    }

    /** Until there is a lifecycle of the starter, what becomes of it is what its own bean definition says. */
    @Test
    void a_pool_that_the_application_has_made_is_its_own() {
        assertThatThrownBy(() -> App.start(WebApplicationType.NONE, BrokenWithItsOwnPool.class))
                .hasRootCauseMessage("planted");
        assertThat(opened.isClosed()).isFalse();
        opened.close();
    }

    @Test
    @SuppressWarnings("try") // the applications only have to be open
    void the_shared_registry_uses_the_newest_open_context_and_falls_back_to_the_shared_pool() {
        Future<String> where = async(() -> Thread.currentThread().getName());
        var adapter = ReactiveAdapterRegistry.getSharedInstance();
        try (App one = App.start(WebApplicationType.NONE, Empty.class, "pollux.name=one")) {
            try (App two = App.start(WebApplicationType.NONE, Empty.class, "pollux.name=two")) {
                assertThat(Mono.from(adapter.getAdapter(Future.class).<String>toPublisher(where))
                                .block())
                        .startsWith("two-");
            }
            assertThat(Mono.from(adapter.getAdapter(Future.class).<String>toPublisher(where))
                            .block())
                    .startsWith("one-");
        }
        assertThat(Mono.from(adapter.getAdapter(Future.class).<String>toPublisher(where))
                        .block())
                .startsWith("pollux-");
    }

    @Test
    void thread_locals_and_observations_follow_a_handler_with_automatic_propagation() {
        ContextRegistry.getInstance().registerThreadLocalAccessor("user", USER);
        try (App app = App.start(WebApplicationType.REACTIVE, Web.class, "spring.reactor.context-propagation=auto")) {
            app.client()
                    .get()
                    .uri("/name")
                    .exchange()
                    .expectBody(String.class)
                    .value(text -> assertThat(text).startsWith("ann on pollux-app-worker-"));
            app.client()
                    .get()
                    .uri("/observation")
                    .exchange()
                    .expectBody(String.class)
                    .isEqualTo("http.server.requests");
        } finally {
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor("user");
        }
    }
}
