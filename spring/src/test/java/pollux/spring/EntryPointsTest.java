package pollux.spring;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.time.Timers.sleep;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.Repository;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import pollux.Pollux;
import pollux.async.Async;
import pollux.async.AsyncBlock;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;

/** Our types as results of the other methods that Spring calls. */
@Timeout(300)
class EntryPointsTest {

    static final BlockingQueue<String> TICKS = new LinkedBlockingQueue<>();
    static final BlockingQueue<String> BLOCK_TICKS = new LinkedBlockingQueue<>();
    static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();
    static final AtomicInteger COMPUTED = new AtomicInteger();

    record Placed(int id) {}

    record Checked(int id) {}

    @Table // several Spring Data modules are on the class path
    record Line(@Id Long id, String name) {}

    interface Lines extends Repository<Line, Long> {

        Future<Line> save(Line line);

        Future<Line> findById(long id);

        AsyncStream<Line> findByName(String name);

        @Query("select * from line order by id")
        AsyncStream<Line> inOrder();

        Future<Long> count();
    }

    static class Service {

        @Scheduled(fixedDelay = 1)
        Future<Void> tick() {
            TICKS.offer("tick");
            Async.await(sleep(ofMillis(1)));
            return Futures.ready(null);
        }

        @Scheduled(fixedRate = 1)
        Future<Void> tickBlock() {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                BLOCK_TICKS.offer("tick");
                return null;
            });
        }

        @EventListener
        Future<Checked> placed(Placed event) {
            Async.await(sleep(ofMillis(1)));
            HEARD.add("placed " + event.id());
            return Futures.ready(new Checked(event.id())); // published in turn
        }

        @EventListener
        AsyncStream<String> checked(Checked event) {
            return stream(out -> {
                HEARD.add("checked " + event.id());
                out.emit("seen");
                out.emit("seen");
            });
        }

        @EventListener
        void seen(String event) {
            if (event.equals("seen")) {
                HEARD.add(event);
            }
        }

        @Cacheable("squares")
        Future<Integer> square(int n) {
            return async(() -> {
                Async.await(sleep(ofMillis(1)));
                COMPUTED.incrementAndGet();
                return n * n;
            });
        }
    }

    /** Spring subscribes again to what a method returned. */
    static class Retried {

        final AtomicInteger attempts = new AtomicInteger();

        private void attempt() {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalArgumentException("attempt " + attempts);
            }
        }

        @Retryable(maxRetries = 2, delay = 1)
        public Future<Integer> method() {
            Async.await(sleep(ofMillis(1)));
            attempt();
            return Futures.ready(attempts.get());
        }

        @Retryable(maxRetries = 2, delay = 1)
        public Future<Integer> block() {
            return async(() -> {
                attempt();
                return attempts.get();
            });
        }

        @Retryable(maxRetries = 2, delay = 1)
        public AsyncStream<Integer> stream() {
            return Async.stream(out -> {
                attempt();
                out.emit(attempts.get());
            });
        }

        @Retryable(maxRetries = 2, delay = 1)
        public Future<Integer> combined() {
            return async(() -> {
                        attempt();
                        return attempts.get();
                    })
                    .map(x -> x);
        }

        int attempts() {
            return attempts.get();
        }

        void reset() {
            attempts.set(0);
        }
    }

    /** {@code @Async} in each place where it may be: on methods, on the class, beside a transaction. */
    static class Elsewhere {

        @org.springframework.scheduling.annotation.Async
        Future<String> future() {
            return async(() -> "never");
        }

        @org.springframework.scheduling.annotation.Async
        AsyncStream<String> stream() {
            return Async.stream(out -> out.emit("never"));
        }

        @org.springframework.scheduling.annotation.Async
        JoinHandle<String> handle() {
            return Pollux.spawn(future());
        }

        @org.springframework.scheduling.annotation.Async
        AsyncBlock<String> block() {
            return () -> "never";
        }

        @Transactional
        @org.springframework.scheduling.annotation.Async
        public Future<String> transaction() {
            return async(() -> "never");
        }

        /** Works, since it is Spring's own kind of result. */
        @org.springframework.scheduling.annotation.Async
        CompletableFuture<String> blocking() {
            return CompletableFuture.completedFuture(Thread.currentThread().getName());
        }
    }

    @org.springframework.scheduling.annotation.Async
    static class AllElsewhere {

        Future<String> future() {
            return async(() -> "never");
        }
    }

    /** The two recipes of docs/spring.md for code that blocks. */
    static class Blocking {

        final Elsewhere elsewhere;

        Blocking(Elsewhere elsewhere) {
            this.elsewhere = elsewhere;
        }

        Future<String> onSpringsExecutor() {
            return Futures.ready(Async.await(elsewhere.blocking()));
        }

        Future<String> onOurThreads() {
            return Futures.ready(Async.await(
                    Pollux.spawnBlocking(() -> Thread.currentThread().getName())));
        }
    }

    @RestController
    static class Greetings {
        @GetMapping("/greet/{name}")
        String greet(@PathVariable String name) {
            return "hello " + name;
        }
    }

    interface GreetingClient {
        @GetExchange("/greet/{name}")
        Future<String> greet(@PathVariable("name") String name);
    }

    @App.Plain
    @EnableScheduling
    @EnableCaching
    @EnableAsync
    @EnableR2dbcRepositories(considerNestedRepositories = true, basePackageClasses = EntryPointsTest.class)
    @EnableResilientMethods
    @Import({Service.class, Retried.class, Elsewhere.class, AllElsewhere.class, Blocking.class, Greetings.class})
    static class Shop {

        @Bean
        CacheManager caches() {
            return new ConcurrentMapCacheManager();
        }
    }

    static App app;

    @BeforeAll
    static void start() {
        app = App.start(WebApplicationType.REACTIVE, Shop.class);
        app.bean(DatabaseClient.class)
                .sql("create table line(id bigint auto_increment primary key, name varchar(40))")
                .fetch()
                .rowsUpdated()
                .block();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static <T> T run(Future<T> future) {
        return Pollux.blockOn(app.bean(TaskPool.class).spawn(future).join());
    }

    private static void next(BlockingQueue<String> queue, String expected) throws InterruptedException {
        assertThat(queue.poll(90, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    @Test
    void scheduled_methods_run_again_at_each_tick() throws Exception {
        for (int n = 0; n < 3; n++) {
            next(TICKS, "tick");
            next(BLOCK_TICKS, "tick");
        }
    }

    @Test
    void event_listeners_run_and_what_they_return_is_published() throws Exception {
        app.publish(new Placed(7));
        next(HEARD, "placed 7");
        next(HEARD, "checked 7");
        next(HEARD, "seen");
        next(HEARD, "seen");
    }

    @Test
    void caches_keep_the_value_and_not_the_future() {
        Service service = app.bean(Service.class);
        assertThat(run(service.square(5))).isEqualTo(25);
        assertThat(run(service.square(5))).isEqualTo(25);
        assertThat(COMPUTED).hasValue(1);
    }

    static Stream<Arguments> retried() {
        return Stream.of(
                arguments("method", (Function<Retried, Object>) retried -> run(retried.method())),
                arguments("block", (Function<Retried, Object>) retried -> run(retried.block())),
                arguments("stream", (Function<Retried, Object>)
                        retried -> run(retried.stream().first())));
    }

    @ParameterizedTest
    @MethodSource
    void retried(String name, Function<Retried, Object> call) {
        Retried retried = app.bean(Retried.class);
        retried.reset();
        assertThat(call.apply(retried)).isEqualTo(3);
    }

    @Test
    void a_retried_future_that_runs_once_says_so_and_keeps_its_failure() {
        Retried retried = app.bean(Retried.class);
        retried.reset();
        assertThatThrownBy(() -> run(retried.combined()))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attempt 1");
        assertThat(retried.attempts()).isEqualTo(1);
    }

    enum Refused {
        FUTURE(() -> app.bean(Elsewhere.class).future()),
        STREAM(() -> app.bean(Elsewhere.class).stream()),
        HANDLE(() -> app.bean(Elsewhere.class).handle()),
        BLOCK(() -> app.bean(Elsewhere.class).block()),
        TRANSACTION(() -> app.bean(Elsewhere.class).transaction()),
        CLASS(() -> app.bean(AllElsewhere.class).future());

        final Supplier<Object> call;

        Refused(Supplier<Object> call) {
            this.call = call;
        }
    }

    @ParameterizedTest
    @EnumSource
    void async_annotations_on_our_types_are_refused_with_a_text(Refused refused) {
        assertThatThrownBy(refused.call::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("@Async on ")
                .hasMessageContaining("is asynchronous by itself. Leave @Async out");
    }

    @Test
    void blocking_code_runs_on_springs_executor_or_on_threads_for_blocking_code() {
        Blocking blocking = app.bean(Blocking.class);
        assertThat(run(blocking.onSpringsExecutor())).startsWith("task-");
        assertThat(run(blocking.onOurThreads())).doesNotContain("-worker-");
    }

    @Test
    void repositories() {
        Lines lines = app.bean(Lines.class);
        Line saved = run(async(() -> Async.await(lines.save(new Line(null, "a")))));
        assertThat(run(lines.findById(saved.id()))).isEqualTo(saved);
        run(lines.save(new Line(null, "b")));
        assertThat(run(lines.findByName("b").toList())).extracting(Line::name).containsExactly("b");
        assertThat(run(lines.inOrder().toList())).extracting(Line::name).containsExactly("a", "b");
        assertThat(run(lines.count())).isEqualTo(2);
        assertThat(run(lines.findById(1000))).isNull();
    }

    @Test
    void http_interfaces() {
        GreetingClient client = HttpServiceProxyFactory.builderFor(WebClientAdapter.create(WebClient.create(app.url())))
                .build()
                .createClient(GreetingClient.class);
        assertThat(run(client.greet("ann"))).isEqualTo("hello ann");
    }
}
