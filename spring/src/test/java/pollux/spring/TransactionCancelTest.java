package pollux.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.async.Async.stream;
import static pollux.time.Timers.timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.transaction.ReactiveTransaction;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import pollux.executor.JoinHandle;
import pollux.executor.LocalPool;
import pollux.future.Future;
import pollux.reactor.ReactorAdapter;
import pollux.stream.AsyncStream;
import pollux.sync.Promise;
import pollux.time.ManualTime;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * A cancellation at each moment of a transaction: whatever has begun ends by a commit or a rollback that runs to its
 * end, as it does with Spring's own interceptor.
 */
class TransactionCancelTest {

    /** A method of each kind. */
    interface Service {

        @Transactional
        Future<String> method();

        @Transactional
        AsyncStream<String> items();
    }

    static final class Bean implements Service {

        Promise<String> work = new Promise<>();

        @Override
        public Future<String> method() {
            return async(() -> await(work.future()));
        }

        @Override
        public AsyncStream<String> items() {
            return stream(out -> {
                out.emit("one");
                out.emit(await(work.future()));
            });
        }
    }

    /** Begins and ends when the test says so, and writes down what was done to it. */
    static final class Manager implements ReactiveTransactionManager {

        static final ReactiveTransaction TRANSACTION = new ReactiveTransaction() {};

        final List<String> log = new ArrayList<>();
        Mono<ReactiveTransaction> begin = Mono.just(TRANSACTION);
        final Sinks.Empty<Void> end = Sinks.empty();

        @Override
        public Mono<ReactiveTransaction> getReactiveTransaction(TransactionDefinition definition) {
            return begin.doOnCancel(() -> log.add("begin cancelled"));
        }

        @Override
        public Mono<Void> commit(ReactiveTransaction transaction) {
            return ending("commit");
        }

        @Override
        public Mono<Void> rollback(ReactiveTransaction transaction) {
            return ending("rollback");
        }

        private Mono<Void> ending(String name) {
            return end.asMono()
                    .doOnSubscribe(subscription -> log.add(name))
                    .doOnCancel(() -> log.add(name + " cancelled"))
                    .doOnSuccess(nothing -> log.add(name + " done"));
        }
    }

    private final ManualTime time = new ManualTime();
    private final LocalPool pool = new LocalPool(time);
    private final Manager manager = new Manager();
    private final Bean bean = new Bean();
    private final Service service = proxy();

    private Service proxy() {
        ProxyFactory factory = new ProxyFactory(bean);
        TransactionInterceptor original =
                new TransactionInterceptor(manager, new AnnotationTransactionAttributeSource());
        factory.addAdvice(new AsyncTransactionInterceptor(original, new DefaultListableBeanFactory(), event -> {}));
        return (Service) factory.getProxy();
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private <T> T ended(JoinHandle<T> task) {
        pool.runUntilStalled();
        assertThat(task.isDone()).isTrue();
        return pool.runUntil(task.join());
    }

    @Test
    void a_commit_under_way_is_waited_for() {
        JoinHandle<String> task = pool.spawn(service.method());
        bean.work.complete("done");
        pool.runUntilStalled();
        task.cancel();
        pool.runUntilStalled();
        assertThat(manager.log).containsExactly("commit");
        assertThat(task.isDone()).isFalse();
        manager.end.tryEmitEmpty();
        assertThat(ended(task)).isEqualTo("done");
        assertThat(manager.log).containsExactly("commit", "commit done");
    }

    @Test
    void a_commit_under_way_is_waited_for_by_a_limit() {
        JoinHandle<String> task = pool.spawn(timeout(Duration.ofSeconds(1), service.method()));
        bean.work.complete("done");
        pool.runUntilStalled();
        time.advance(Duration.ofSeconds(2));
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        assertThat(ended(task)).isEqualTo("done");
        assertThat(manager.log).containsExactly("commit", "commit done");
    }

    @Test
    void a_commit_under_way_is_waited_for_although_the_subscriber_has_left() {
        Disposable subscriber = ReactorAdapter.on(pool).mono(service.method()).subscribe();
        bean.work.complete("done");
        pool.runUntilStalled();
        subscriber.dispose();
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        pool.runUntilStalled();
        assertThat(manager.log).containsExactly("commit", "commit done");
    }

    @Test
    void a_commit_that_fails_after_the_cancellation_fails() {
        JoinHandle<String> task = pool.spawn(service.method());
        bean.work.complete("done");
        pool.runUntilStalled();
        task.cancel();
        pool.runUntilStalled();
        manager.end.tryEmitError(new IllegalStateException("refused"));
        assertThatThrownBy(() -> ended(task)).hasMessage("refused");
    }

    @Test
    void a_rollback_under_way_is_waited_for() {
        JoinHandle<String> task = pool.spawn(service.method());
        bean.work.fail(new IllegalStateException("failed"));
        pool.runUntilStalled();
        task.cancel();
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        assertThatThrownBy(() -> ended(task)).hasMessage("failed");
        assertThat(manager.log).containsExactly("rollback", "rollback done");
    }

    @Test
    void a_method_that_is_cancelled_rolls_back() {
        JoinHandle<String> task = pool.spawn(service.method());
        pool.runUntilStalled();
        task.cancel();
        pool.runUntilStalled();
        assertThat(manager.log).containsExactly("rollback");
        task.cancel();
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        assertThatThrownBy(() -> ended(task)).isInstanceOf(CancellationException.class);
        assertThat(manager.log).containsExactly("rollback", "rollback done");
    }

    @Test
    void a_stream_that_is_left_while_it_commits_commits() {
        Disposable subscriber =
                Flux.from(ReactorAdapter.on(pool).flux(service.items())).subscribe();
        pool.runUntilStalled();
        bean.work.complete("two");
        pool.runUntilStalled();
        assertThat(manager.log).containsExactly("commit");
        subscriber.dispose();
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        pool.runUntilStalled();
        assertThat(manager.log).containsExactly("commit", "commit done");
    }

    @Test
    void a_stream_that_is_left_twice_rolls_back() {
        JoinHandle<String> task = pool.spawn(service.items().first());
        pool.runUntilStalled();
        assertThat(manager.log).containsExactly("rollback");
        task.cancel();
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        assertThat(ended(task)).isEqualTo("one");
        assertThat(manager.log).containsExactly("rollback", "rollback done");
    }

    @Test
    void a_transaction_that_waits_to_begin_is_given_up() {
        manager.begin = Mono.never();
        JoinHandle<String> task = pool.spawn(service.method());
        pool.runUntilStalled();
        task.cancel();
        assertThatThrownBy(() -> ended(task)).isInstanceOf(CancellationException.class);
        assertThat(manager.log).containsExactly("begin cancelled");
    }

    @Test
    void a_transaction_that_has_begun_when_the_cancellation_comes_is_rolled_back() {
        Sinks.One<ReactiveTransaction> begin = Sinks.one();
        manager.begin = begin.asMono();
        JoinHandle<String> task = pool.spawn(service.method());
        pool.runUntilStalled();
        begin.tryEmitValue(Manager.TRANSACTION); // the task has not seen it
        task.cancel();
        pool.runUntilStalled();
        manager.end.tryEmitEmpty();
        assertThatThrownBy(() -> ended(task)).isInstanceOf(CancellationException.class);
        assertThat(manager.log).containsExactly("rollback", "rollback done");
    }

    @Test
    void a_transaction_that_begins_behind_its_cancellation_is_rolled_back() {
        List<Subscriber<? super ReactiveTransaction>> begin = new ArrayList<>();
        manager.begin = Mono.fromDirect(subscriber -> {
            begin.add(subscriber);
            subscriber.onSubscribe(Operators.emptySubscription()); // a cancellation does not stop it
        });
        JoinHandle<String> task = pool.spawn(service.method());
        pool.runUntilStalled();
        task.cancel();
        assertThatThrownBy(() -> ended(task)).isInstanceOf(CancellationException.class);
        begin.get(0).onNext(Manager.TRANSACTION);
        manager.end.tryEmitEmpty();
        assertThat(manager.log).containsExactly("begin cancelled", "rollback", "rollback done");
    }

    @Test
    void a_transaction_that_cannot_begin_fails() {
        manager.begin = Mono.error(new IllegalStateException("no connection"));
        JoinHandle<String> task = pool.spawn(service.method());
        assertThatThrownBy(() -> ended(task)).hasMessage("no connection");
        assertThat(manager.log).isEmpty();
    }
}
