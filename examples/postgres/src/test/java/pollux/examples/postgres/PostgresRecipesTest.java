package pollux.examples.postgres;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.sleep;
import static pollux.time.Timers.timeout;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pollux.Pollux;
import pollux.executor.JoinHandle;
import pollux.future.Future;
import pollux.stream.AsyncStream;

/** Against a server that the test starts; what the server does is asked by JDBC. */
@Timeout(300)
class PostgresRecipesTest {

    private static EmbeddedPostgres server;
    private static PostgresqlConnectionFactory factory;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.builder().start();
        factory = factory(server.getPort());
    }

    private static PostgresqlConnectionFactory factory(int port) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host("localhost")
                .port(port)
                .username("postgres")
                .password("postgres")
                .database("postgres")
                .build());
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static long ask(String query) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static void tell(String statement) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement told = connection.createStatement()) {
            told.execute(statement);
        }
    }

    /** Asks until the answer is this one; the time limit of the test is the bound. */
    private static void until(String query, long answer) throws SQLException {
        while (ask(query) != answer) {
            Pollux.blockOn(sleep(ofMillis(20)));
        }
    }

    private static final String LISTENING =
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()";

    @Test
    void notifications_are_a_stream_and_leaving_it_closes_the_connection() throws Exception {
        JoinHandle<List<String>> three =
                Pollux.spawn(PostgresRecipes.listen(factory, "prices").take(3).toList());
        until(LISTENING, 1);
        for (int i = 0; i < 5; i++) {
            tell("NOTIFY prices, '" + i + "'");
        }
        assertThat(Pollux.blockOn(three.join())).containsExactly("0", "1", "2");
        until(LISTENING, 0);
    }

    @Test
    void a_cancelled_listener_leaves_no_connection_behind() throws Exception {
        JoinHandle<Void> listening =
                Pollux.spawn(PostgresRecipes.listen(factory, "nothing").forEach(item -> {}));
        until(LISTENING.replace("LISTEN%", "LISTEN nothing%"), 1);
        listening.cancel();
        until(LISTENING.replace("LISTEN%", "LISTEN nothing%"), 0);
    }

    @Test
    void the_server_makes_rows_as_they_are_asked_for() throws Exception {
        tell("CREATE SEQUENCE made");
        String query = "SELECT nextval('made') FROM generate_series(1, 1000000)";
        AsyncStream<Long> rows = PostgresRecipes.rows(factory, query, 50, row -> row.get(0, Long.class));
        assertThat(Pollux.blockOn(rows.take(10).toList())).endsWith(10L);
        until("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%made%' AND pid <> pg_backend_pid()", 0);
        assertThat(ask("SELECT last_value FROM made")).isBetween(10L, 200L);

        // the canary: a server that is asked for many makes many
        AsyncStream<Long> all = PostgresRecipes.rows(factory, query, 100_000, row -> row.get(0, Long.class));
        assertThat(Pollux.blockOn(all.take(10).toList())).hasSize(10);
        until("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%made%' AND pid <> pg_backend_pid()", 0);
        assertThat(ask("SELECT last_value FROM made")).isGreaterThan(1_000L);
    }

    @Test
    void all_rows_of_a_large_result_come_in_order() {
        AsyncStream<Integer> rows = PostgresRecipes.rows(
                factory, "SELECT n FROM generate_series(1, 100000) n", 500, row -> row.get(0, Integer.class));
        long sum = Pollux.blockOn(rows.fold(0L, (last, n) -> {
            if (n != last + 1) {
                throw new AssertionError(n + " after " + last);
            }
            return (long) n;
        }));
        assertThat(sum).isEqualTo(100_000);
    }

    private static final String SLEEPING =
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active'"
                    + " AND pid <> pg_backend_pid()";

    private static Future<Void> sleepThere() {
        return async(() -> {
            PostgresqlConnection connection = await(factory.create());
            try {
                Future<Void> statement = completion(connection
                        .createStatement("SELECT pg_sleep(600)")
                        .execute()
                        .flatMap(result -> result.getRowsUpdated()));
                return await(PostgresRecipes.cancellable(connection, statement));
            } finally {
                await(connection.close());
            }
        });
    }

    @Test
    void a_cancel_and_a_timeout_stop_the_statement_on_the_server() throws Exception {
        JoinHandle<Void> task = Pollux.spawn(sleepThere());
        until(SLEEPING, 1);
        task.cancel();
        until(SLEEPING, 0);
        assertThatThrownBy(() -> Pollux.blockOn(timeout(ofMillis(500), sleepThere())))
                .isInstanceOf(TimeoutException.class);
        until(SLEEPING, 0);
    }

    @Test
    void an_error_of_the_server_is_the_failure() {
        AsyncStream<Integer> rows =
                PostgresRecipes.rows(factory, "SELECT nothing FROM nowhere", 50, row -> row.get(0, Integer.class));
        assertThatThrownBy(() -> Pollux.blockOn(rows.toList()))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void a_server_that_is_killed_ends_the_listener_with_a_failure() throws Exception {
        try (EmbeddedPostgres other = EmbeddedPostgres.builder().start()) {
            List<String> seen = new ArrayList<>();
            JoinHandle<Void> listening = Pollux.spawn(
                    PostgresRecipes.listen(factory(other.getPort()), "prices").forEach(seen::add));
            try (Connection connection = other.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                ResultSet result = statement.executeQuery(LISTENING);
                result.next();
                while (result.getLong(1) == 0) {
                    result = statement.executeQuery(LISTENING);
                    result.next();
                }
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                        + " AND pid <> pg_backend_pid()");
            }
            assertThatThrownBy(() -> Pollux.blockOn(listening.join())).isInstanceOf(R2dbcException.class);
        }
    }
}
