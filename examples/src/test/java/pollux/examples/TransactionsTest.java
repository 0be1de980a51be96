package pollux.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.h2.H2ConnectionOption;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.reactor.ReactorAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a block writes through any entry belongs to the transaction around it, on a database. The connection of the
 * transaction is in the Reactor context, as Spring keeps it; a statement that finds none there takes a connection of
 * its own, which commits by itself.
 */
@Timeout(180)
class TransactionsTest {

    private static final ConnectionFactory DATABASE = new H2ConnectionFactory(H2ConnectionConfiguration.builder()
            .inMemory("transactions")
            .property(H2ConnectionOption.DB_CLOSE_DELAY, "-1")
            .build());

    static {
        Flux.usingWhen(
                        DATABASE.create(),
                        connection -> Flux.from(connection
                                        .createStatement("CREATE TABLE entry (name VARCHAR(200))")
                                        .execute())
                                .flatMap(result -> result.getRowsUpdated()),
                        Connection::close)
                .blockLast();
    }

    /** Inserts a row, on the connection of the surrounding transaction if there is one. */
    private static Mono<Object> insert(String name) {
        return Mono.deferContextual(context -> context.hasKey(Connection.class)
                ? insert(context.get(Connection.class), name)
                : Mono.usingWhen(DATABASE.create(), own -> insert(own, name), Connection::close));
    }

    private static Mono<Object> insert(Connection connection, String name) {
        return Flux.from(connection
                        .createStatement("INSERT INTO entry VALUES ($1)")
                        .bind("$1", name)
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .<Object>map(count -> count)
                .single();
    }

    private static <T> Mono<T> transactional(Mono<T> body) {
        return Mono.usingWhen(
                DATABASE.create(),
                connection -> Mono.usingWhen(
                        Mono.from(connection.beginTransaction()).thenReturn(connection),
                        open -> body.contextWrite(context -> context.put(Connection.class, open)),
                        Connection::commitTransaction,
                        (open, failure) -> open.rollbackTransaction(),
                        Connection::rollbackTransaction),
                Connection::close);
    }

    private static long rows(String name) {
        return Flux.usingWhen(
                        DATABASE.create(),
                        connection -> Flux.from(connection
                                        .createStatement("SELECT COUNT(*) FROM entry WHERE name = $1")
                                        .bind("$1", name)
                                        .execute())
                                .flatMap(result -> result.map((row, meta) -> row.get(0, Long.class))),
                        Connection::close)
                .blockLast();
    }

    static Stream<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        Entries.all()
                .forEach((entry, read) -> Entries.publishers()
                        .forEach((kind, shape) -> cases.add(Arguments.of(entry + " of a " + kind, read, shape))));
        return cases.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void commits(
            String name,
            Function<Publisher<Object>, Future<Object>> read,
            Function<Mono<Object>, Publisher<Object>> shape) {
        Mono<Object> body = ReactorAdapter.monoDefer(() -> read.apply(shape.apply(insert("kept: " + name))));
        transactional(body).block();
        assertThat(rows("kept: " + name)).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void rollsBack(
            String name,
            Function<Publisher<Object>, Future<Object>> read,
            Function<Mono<Object>, Publisher<Object>> shape) {
        Mono<Object> body = ReactorAdapter.monoDefer(() -> read.apply(shape.apply(insert(name)))
                .then(written -> Futures.<Object>failed(new IllegalStateException("after the write"))));
        assertThatThrownBy(() -> transactional(body).block()).hasMessage("after the write");
        assertThat(rows(name)).isZero();
    }

    /** The canary: a write outside of the transaction stays, and the count shows it. */
    @Test
    void aLostContextIsNoticed() {
        Mono<Object> body = ReactorAdapter.monoDefer(() -> new pollux.reactive.spi.PublisherFuture<Object, Object>(
                        insert("canary"), pollux.reactive.spi.PublisherFuture.Mode.AT_MOST_ONE)
                .then(written -> Futures.<Object>failed(new IllegalStateException("after the write"))));
        assertThatThrownBy(() -> transactional(body).block()).hasMessage("after the write");
        assertThat(rows("canary")).isEqualTo(1);
    }
}
