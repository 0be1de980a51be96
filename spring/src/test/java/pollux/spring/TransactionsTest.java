package pollux.spring;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;
import static pollux.reactor.ReactorAdapter.mono;
import static pollux.time.Timers.sleep;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.MethodRollbackEvent;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import pollux.Pollux;
import pollux.async.Async;
import pollux.executor.JoinHandle;
import pollux.executor.TaskPool;
import pollux.future.Future;
import pollux.stream.AsyncStream;
import pollux.sync.Promise;
import reactor.core.publisher.Mono;

/** {@code @Transactional} on async methods: each test looks at the rows afterwards. */
@Timeout(300)
class TransactionsTest {

    static class Refused extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** The service of an application. */
    static class Rows {

        final DatabaseClient sql;
        final Promise<Void> gate = new Promise<>();
        final CompletableFuture<String> cleanedUp = new CompletableFuture<>();

        volatile int waiting;

        @Autowired
        @Lazy
        Rows proxied;

        Rows(DatabaseClient sql) {
            this.sql = sql;
        }

        void update(String statement) {
            sql.sql(statement).fetch().rowsUpdated().block();
        }

        Promise<Void> gate() {
            return gate;
        }

        CompletableFuture<String> cleanedUp() {
            return cleanedUp;
        }

        Mono<Long> insert(String name) {
            return sql.sql("insert into r(name) values (:n)")
                    .bind("n", name)
                    .fetch()
                    .rowsUpdated();
        }

        List<String> names() {
            return sql.sql("select name from r order by name")
                    .map(row -> row.get(0, String.class))
                    .all()
                    .collectList()
                    .block();
        }

        @Transactional
        Future<String> commits() {
            await(insert("a"));
            Async.await(sleep(ofMillis(1)));
            await(insert("b"));
            return pollux.future.Futures.ready("done");
        }

        @Transactional
        Future<String> commitsBlock() {
            return async(() -> {
                await(insert("a"));
                return "done";
            });
        }

        @Transactional
        Future<Void> fails() {
            await(insert("a"));
            Async.await(sleep(ofMillis(1)));
            throw new IllegalStateException("after the insert");
        }

        @Transactional
        Future<Void> failsChecked() {
            return async(() -> {
                await(insert("a"));
                throw new Refused();
            });
        }

        @Transactional(rollbackFor = Refused.class)
        Future<Void> failsCheckedWithRule() {
            return async(() -> {
                await(insert("a"));
                throw new Refused();
            });
        }

        @Transactional
        Future<Void> failsBeforeItsFirstAwait() {
            throw new IllegalStateException("at once");
        }

        @Transactional
        Future<Void> failsOutsideTheBlock() {
            if (sql != null) {
                throw new IllegalStateException("thrown by the call");
            }
            return async(() -> null);
        }

        int waiting() {
            return waiting;
        }

        @Transactional
        Future<Void> isCancelled() {
            try {
                await(insert("a"));
                waiting = 1;
                Async.await(gate.future());
            } finally {
                await(insert("clean-up")); // in the transaction, and rolled back with it
                Async.await(sleep(ofMillis(20)));
                cleanedUp.complete(await(inTransaction()));
            }
            return pollux.future.Futures.ready(null);
        }

        Mono<String> transactionName() {
            return TransactionSynchronizationManager.forCurrentTransaction()
                    .mapNotNull(TransactionSynchronizationManager::getCurrentTransactionName);
        }

        @Transactional
        Future<String> named() {
            return async(() -> await(transactionName()));
        }

        @Transactional
        AsyncStream<String> namedStream() {
            return stream(out -> out.emit(await(transactionName())));
        }

        @Transactional("threadBound")
        public void failsByThread() {
            throw new IllegalStateException("by thread");
        }

        Mono<String> inTransaction() {
            return TransactionSynchronizationManager.forCurrentTransaction()
                    .map(it -> it.isActualTransactionActive() ? "in " + it.isCurrentTransactionReadOnly() : "none")
                    .onErrorReturn("none");
        }

        @Transactional
        Future<Void> nests() {
            await(insert("outer"));
            try {
                Async.await(proxied.fails());
            } catch (IllegalStateException expected) {
                // participates: the whole transaction is marked for rollback
            }
            return pollux.future.Futures.ready(null);
        }

        @Transactional
        Mono<Void> failsAsMono() {
            return insert("a").then(Mono.error(new IllegalStateException("after the insert")));
        }

        @Transactional
        Mono<Void> nestsAsMono() {
            return insert("outer").then(proxied.failsAsMono()).onErrorComplete();
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        Future<Void> ownTransaction() {
            await(insert("own"));
            return pollux.future.Futures.ready(null);
        }

        @Transactional
        Future<Void> failsAroundAnOwnTransaction() {
            await(insert("outer"));
            Async.await(proxied.ownTransaction());
            throw new IllegalStateException("outer");
        }

        @Transactional(readOnly = true)
        Future<String> readOnly() {
            return async(() -> await(inTransaction()));
        }

        @Transactional(
                transactionManager = "recording",
                timeout = 7,
                readOnly = true,
                isolation = Isolation.SERIALIZABLE,
                propagation = Propagation.REQUIRES_NEW)
        Future<Void> defined() {
            await(insert("a"));
            return pollux.future.Futures.ready(null);
        }

        @Transactional(transactionManager = "recording", timeout = 7, readOnly = true)
        AsyncStream<String> definedStream() {
            return stream(out -> out.emit("a"));
        }

        /** The recipe of docs/spring.md: a part of a method in a transaction. */
        Future<String> operates(TransactionalOperator operator, boolean fails) {
            await(insert("before"));
            String inside = await(operator.transactional(mono(() -> {
                await(insert("inside"));
                if (fails) {
                    throw new IllegalStateException("inside");
                }
                return await(inTransaction());
            })));
            return pollux.future.Futures.ready(inside + ", then " + await(inTransaction()));
        }

        Future<String> noTransaction() {
            return async(() -> await(inTransaction()));
        }

        @Transactional
        AsyncStream<String> streams() {
            return stream(out -> {
                await(insert("a"));
                out.emit("one");
                await(insert("b"));
                out.emit("two");
            });
        }

        @Transactional
        AsyncStream<String> streamFails() {
            return stream(out -> {
                await(insert("a"));
                out.emit("one");
                throw new IllegalStateException("second");
            });
        }

        @Transactional
        JoinHandle<Void> handle() {
            return Pollux.spawn(async(() -> null));
        }

        @Transactional("threadBound")
        Future<Void> byThread() {
            return async(() -> null);
        }

        @Transactional
        Future<Void> returnsNull() {
            return nothing();
        }

        private static <T> T nothing() {
            return null;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Rows.class)
    static class App {

        @EventListener
        void rolledBack(MethodRollbackEvent event) {
            ROLLED_BACK.add(
                    event.getMethod().getName() + ": " + event.getFailure().getMessage() + ", "
                            + event.getTransaction().isNewTransaction());
        }

        /** Writes down what it is asked for. */
        @Bean(autowireCandidate = false)
        ReactiveTransactionManager recording(
                @Qualifier("connectionFactoryTransactionManager") ReactiveTransactionManager real) {
            return new ReactiveTransactionManager() {
                @Override
                public Mono<ReactiveTransaction> getReactiveTransaction(TransactionDefinition definition) {
                    DEFINED.add(definition.getTimeout() + " " + definition.isReadOnly() + " "
                            + definition.getIsolationLevel() + " " + definition.getPropagationBehavior());
                    return real.getReactiveTransaction(definition);
                }

                @Override
                public Mono<Void> commit(ReactiveTransaction transaction) {
                    return real.commit(transaction);
                }

                @Override
                public Mono<Void> rollback(ReactiveTransaction transaction) {
                    return real.rollback(transaction);
                }
            };
        }

        @Bean(autowireCandidate = false)
        PlatformTransactionManager threadBound() {
            return new AbstractPlatformTransactionManager() {
                @Override
                protected Object doGetTransaction() {
                    return this;
                }

                @Override
                protected void doBegin(Object transaction, TransactionDefinition definition) {}

                @Override
                protected void doCommit(DefaultTransactionStatus status) {}

                @Override
                protected void doRollback(DefaultTransactionStatus status) {}
            };
        }
    }

    static final List<String> DEFINED = new CopyOnWriteArrayList<>();
    static final List<String> ROLLED_BACK = new CopyOnWriteArrayList<>();

    static ConfigurableApplicationContext context;
    static Rows rows;
    static TaskPool pool;

    @BeforeAll
    static void start() {
        context = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.r2dbc.url=r2dbc:h2:mem:///tx?options=DB_CLOSE_DELAY=-1", "spring.main.banner-mode=off")
                .run();
        rows = context.getBean(Rows.class);
        pool = context.getBean(TaskPool.class);
        rows.update("create table r(name varchar(40))");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @BeforeEach
    void empty() {
        rows.update("delete from r");
    }

    private static <T> T run(Future<T> future) {
        return Pollux.blockOn(pool.spawn(future).join());
    }

    @Test
    void commits() {
        assertThat(run(rows.commits())).isEqualTo("done");
        assertThat(rows.names()).containsExactly("a", "b");
    }

    @Test
    void commits_a_block() {
        assertThat(run(rows.commitsBlock())).isEqualTo("done");
        assertThat(rows.names()).containsExactly("a");
    }

    @Test
    void a_transaction_is_called_after_its_method_as_in_spring() {
        assertThat(run(rows.named())).isEqualTo(Rows.class.getName() + ".named");
        assertThat(run(rows.namedStream().first())).isEqualTo(Rows.class.getName() + ".namedStream");
    }

    /** Of our types, and of all others: the starter takes the place of Spring's interceptor. */
    @Test
    void listeners_hear_of_each_rollback_as_in_spring() {
        ROLLED_BACK.clear();
        assertThatThrownBy(() -> run(rows.fails())).hasMessage("after the insert");
        assertThatThrownBy(() -> run(rows.failsChecked())).isInstanceOf(Refused.class); // commits
        assertThatThrownBy(() -> run(rows.streamFails().toList())).hasMessage("second");
        assertThatThrownBy(() -> rows.failsAsMono().block()).hasMessage("after the insert");
        assertThatThrownBy(rows::failsByThread).hasMessage("by thread");
        assertThat(ROLLED_BACK)
                .containsExactly(
                        "fails: after the insert, true",
                        "streamFails: second, true",
                        "failsAsMono: after the insert, true",
                        "failsByThread: by thread, true");
    }

    @Test
    void rolls_back() {
        assertThatThrownBy(() -> run(rows.fails())).hasMessage("after the insert");
        assertThat(rows.names()).isEmpty();
    }

    @Test
    void a_checked_exception_commits_as_in_spring_unless_a_rule_says_otherwise() {
        assertThatThrownBy(() -> run(rows.failsChecked())).isInstanceOf(Refused.class);
        assertThat(rows.names()).containsExactly("a");
        empty();
        assertThatThrownBy(() -> run(rows.failsCheckedWithRule())).isInstanceOf(Refused.class);
        assertThat(rows.names()).isEmpty();
    }

    @Test
    void a_method_that_fails_at_once_rolls_back() {
        assertThatThrownBy(() -> run(rows.failsBeforeItsFirstAwait())).hasMessage("at once");
        Future<Void> future =
                rows.failsOutsideTheBlock(); // nothing runs before the first poll, the call itself included
        assertThatThrownBy(() -> run(future)).hasMessage("thrown by the call");
        assertThatThrownBy(() -> run(rows.returnsNull())).hasMessageContaining("returnsNull() returned null");
    }

    @Test
    void rolls_back_on_cancel_after_the_clean_up_which_is_in_the_transaction() throws Exception {
        JoinHandle<Void> task = pool.spawn(rows.isCancelled());
        while (rows.waiting() == 0) {
            Thread.onSpinWait();
        }
        task.cancel();
        assertThat(rows.cleanedUp().get()).isEqualTo("in false");
        assertThatThrownBy(() -> Pollux.blockOn(task.join())).isInstanceOf(CancellationException.class);
        assertThat(rows.names()).isEmpty();
    }

    @Test
    void a_nested_failure_that_is_caught_has_the_effect_that_it_has_with_mono() {
        rows.nestsAsMono().block();
        List<String> withMono = rows.names();
        empty();
        run(rows.nests());
        assertThat(rows.names()).isEqualTo(withMono);
    }

    @Test
    void a_new_transaction_inside_commits_by_itself() {
        assertThatThrownBy(() -> run(rows.failsAroundAnOwnTransaction())).hasMessage("outer");
        assertThat(rows.names()).containsExactly("own");
    }

    @Test
    void the_definition_reaches_the_manager() {
        assertThat(run(rows.readOnly())).isEqualTo("in true");
        assertThat(run(rows.noTransaction())).isEqualTo("none");
    }

    @Test
    void timeout_isolation_read_only_and_propagation_reach_the_manager() {
        DEFINED.clear();
        run(rows.defined());
        assertThat(run(rows.definedStream().toList())).containsExactly("a");
        assertThat(DEFINED)
                .containsExactly(
                        "7 true " + TransactionDefinition.ISOLATION_SERIALIZABLE + " "
                                + TransactionDefinition.PROPAGATION_REQUIRES_NEW,
                        "7 true " + TransactionDefinition.ISOLATION_DEFAULT + " "
                                + TransactionDefinition.PROPAGATION_REQUIRED);
    }

    @Test
    void a_transactional_operator_takes_a_part_of_a_method() {
        TransactionalOperator operator = TransactionalOperator.create(
                context.getBean("connectionFactoryTransactionManager", ReactiveTransactionManager.class));
        assertThat(run(rows.operates(operator, false))).isEqualTo("in false, then none");
        assertThat(rows.names()).containsExactly("before", "inside");
        empty();
        assertThatThrownBy(() -> run(rows.operates(operator, true))).hasMessage("inside");
        assertThat(rows.names()).containsExactly("before");
    }

    @Test
    void streams_commit_at_their_end() {
        assertThat(run(rows.streams().toList())).containsExactly("one", "two");
        assertThat(rows.names()).containsExactly("a", "b");
    }

    @Test
    void streams_roll_back_when_they_fail_or_are_left() {
        assertThatThrownBy(() -> run(rows.streamFails().toList())).hasMessage("second");
        assertThat(rows.names()).isEmpty();
        assertThat(run(rows.streams().first())).isEqualTo("one");
        assertThat(rows.names()).isEmpty();
    }

    @Test
    void a_run_of_a_transactional_method_can_be_repeated() {
        Mono<?> mono = Mono.from(ReactiveAdapterRegistry.getSharedInstance()
                .getAdapter(Future.class)
                .toPublisher(rows.commits()));
        mono.repeat(1).blockLast(ofSeconds(90));
        assertThat(rows.names()).containsExactly("a", "a", "b", "b");
    }

    @Test
    void managers_that_bind_to_threads_are_refused() {
        assertThatThrownBy(() -> rows.byThread())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs a ReactiveTransactionManager")
                .hasMessageContaining("binds a transaction to one thread");
        assertThatThrownBy(() -> rows.handle()).hasMessageContaining("return the Future instead of its JoinHandle");
    }
}
