package pollux.examples.postgres;

import static pollux.reactor.ReactorAdapter.*;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/** Notifications, cursors and cancellation on R2DBC, each as a block that reads from top to bottom. */
public final class PostgresRecipes {

    private PostgresRecipes() {}

    /**
     * Returns the notifications of a channel, from the first poll on, on a connection of their own.
     *
     * <p><b>Cancellation:</b> closes the connection, and with it the LISTEN.
     *
     * <p><b>Backpressure:</b> none on the server; what is not asked for waits in this process.
     *
     * @param factory makes the connection
     * @param channel the name of the channel, which is part of a statement: not from outside
     * @return a stream of what the notifications carry
     */
    public static AsyncStream<String> listen(PostgresqlConnectionFactory factory, String channel) {
        return stream(out -> {
            PostgresqlConnection connection = await(factory.create());
            try {
                await(completion(connection
                        .createStatement("LISTEN " + channel)
                        .execute()
                        .flatMap(PostgresqlResult::getRowsUpdated)));
                for (Notification notification : each(connection.getNotifications())) {
                    out.emit(String.valueOf(notification.getParameter()));
                }
            } finally {
                await(connection.close());
            }
        });
    }

    /**
     * Returns the rows of a query through a cursor: the server makes the next rows when they are asked for.
     *
     * <p>Each FETCH is read to its end before its first row goes on. Demand of a few rows at a time is not passed to
     * the driver: r2dbc-postgresql 1.1.1 loses rows where {@code request} meets its own thread, with Reactor's
     * {@code publishOn(scheduler, 1)} as well.
     *
     * <p><b>Cancellation:</b> closes the connection, and with it the cursor.
     *
     * <p><b>Backpressure:</b> the server is ahead by at most {@code fetchSize} rows.
     *
     * @param <T> the type of the items
     * @param factory makes the connection
     * @param query the statement
     * @param fetchSize how many rows a question to the server is for, at least 1
     * @param read makes an item of a row
     * @return a stream of the rows
     */
    public static <T> AsyncStream<T> rows(
            PostgresqlConnectionFactory factory, String query, int fetchSize, Function<Row, T> read) {
        return stream(out -> {
            PostgresqlConnection connection = await(factory.create());
            try {
                await(connection.beginTransaction()); // a cursor lives in one
                await(completion(connection
                        .createStatement("DECLARE rows NO SCROLL CURSOR FOR " + query)
                        .execute()
                        .flatMap(PostgresqlResult::getRowsUpdated)));
                while (true) {
                    List<T> fetched = await(connection
                            .createStatement("FETCH " + fetchSize + " FROM rows")
                            .execute()
                            .concatMap(result -> result.map((row, data) -> read.apply(row)))
                            .collectList());
                    if (fetched.isEmpty()) {
                        break;
                    }
                    for (T item : fetched) {
                        out.emit(item);
                    }
                }
            } finally {
                await(connection.close());
            }
        });
    }

    /**
     * Runs a statement that the server stops when the task here is cancelled, or is out of time. Cancelling the
     * subscription ends the wait; that the server stops as well takes a request of its own.
     *
     * <p><b>Cancellation:</b> sends a cancel request on a second connection, which is how Postgres is told.
     *
     * @param <T> the type of the value
     * @param connection the connection that the statement runs on
     * @param statement the statement
     * @return a future of its value
     */
    public static <T> Future<T> cancellable(PostgresqlConnection connection, Future<T> statement) {
        return async(() -> {
            try {
                return await(statement);
            } catch (CancellationException cancelled) {
                await(connection.cancelRequest());
                throw cancelled;
            }
        });
    }
}
