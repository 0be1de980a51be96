package pollux.examples.shop;

import static pollux.async.Async.async;
import static pollux.async.Async.await;
import static pollux.reactor.ReactorAdapter.await;

import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.function.Function;
import pollux.future.Future;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * H2 in memory, behind R2DBC and a pool of connections.
 *
 * <p>H2 is embedded: a statement, and each row of a lazy result, is computed on the thread that asks for it. So the
 * tasks that use it run on a pool of workers, never on the threads that serve HTTP.
 */
final class Database implements AutoCloseable {

    /**
     * The key of a time in the Reactor Context that each statement takes longer; so that one can watch. Its statements
     * run on the threads of Reactor's timer, as those of a driver with threads of its own.
     */
    static final String LATENCY = "latency of the database";

    private static final int CONNECTIONS = 8;

    private final ConnectionPool pool;

    private Database(ConnectionPool pool) {
        this.pool = pool;
    }

    /** Opens an empty database of its own. */
    static Database open() {
        H2ConnectionFactory factory = new H2ConnectionFactory(H2ConnectionConfiguration.builder()
                .inMemory("shop-" + Long.toHexString(System.nanoTime()))
                .option("DB_CLOSE_DELAY=-1")
                // rows are computed when they are asked for, see Readings
                .option("LAZY_QUERY_EXECUTION=1")
                .build());
        return new Database(new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(1)
                .maxSize(CONNECTIONS)
                .build()));
    }

    /**
     * Runs some work in a transaction: committed before the future is ready, rolled back if the work fails or is given
     * up. In any case the connection goes back to the pool after that, and the future ends when it has.
     */
    <T> Future<T> inTransaction(Function<Connection, Future<T>> work) {
        return async(() -> {
            Connection connection = await(pool.create());
            try {
                await(connection.beginTransaction());
                T result = await(work.apply(connection));
                await(connection.commitTransaction());
                return result;
            } catch (Throwable failure) { // given up: a CancellationException at the await
                await(connection.rollbackTransaction());
                throw failure;
            } finally {
                await(connection.close());
            }
        });
    }

    /**
     * Reads rows as they are requested. What is not requested is not read, and when the reader goes away, the
     * transaction ends and the connection goes back to the pool.
     */
    <T> Flux<T> read(Function<Connection, Flux<T>> query) {
        return Flux.usingWhen(
                pool.create(),
                connection -> Flux.from(connection.beginTransaction()).thenMany(query.apply(connection)),
                connection -> Flux.concatDelayError(connection.rollbackTransaction(), connection.close()));
    }

    /** How many connections are in use. */
    int connectionsInUse() {
        return pool.getMetrics().orElseThrow().acquiredSize();
    }

    // ------------------------------------------------------------------ statements

    /** The rows of a query. */
    static <T> Flux<T> query(Connection connection, Function<Readable, T> row, String sql, Object... arguments) {
        return results(connection, sql, arguments).concatMap(result -> result.map(row));
    }

    /** The number of rows that a statement changed. */
    static Mono<Long> update(Connection connection, String sql, Object... arguments) {
        return results(connection, sql, arguments)
                .concatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    private static Flux<Result> results(Connection connection, String sql, Object... arguments) {
        return Flux.deferContextual(context -> {
            Duration latency = context.getOrDefault(LATENCY, Duration.ZERO);
            Flux<Result> results = Flux.defer(() -> {
                Statement statement = connection.createStatement(sql);
                for (int i = 0; i < arguments.length; i++) {
                    statement.bind(i, arguments[i]);
                }
                return Flux.from(statement.execute());
            });
            return latency.isZero() ? results : results.delaySubscription(latency);
        });
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
