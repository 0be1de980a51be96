package pollux.examples.shop;

import static pollux.examples.shop.Database.query;
import static pollux.examples.shop.Database.update;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A table of 100,000 rows, to be read one at a time.
 *
 * <p>What was found about r2dbc-h2 1.1 over H2 2.4: a result is {@code Flux.fromIterable} over H2's own result, so it
 * follows the demand of its subscriber. But H2 computes the whole result before it hands out the first row, whatever
 * the fetch size, unless the session has {@code LAZY_QUERY_EXECUTION} (see {@link Database#open}) and the query only
 * reads and needs no sorting; then each row is computed when the iterator asks for it. Cancelling the Flux stops the
 * iterator; what ends the statement is the rollback that follows.
 *
 * <p>For every row that H2 computes it calls {@link #countRow}: the figure comes from inside the engine, not from the
 * driver.
 */
public final class Readings {

    static final int COUNT = 100_000;

    // H2 takes a query with a function for one that only reads if the function is declared deterministic
    private static final String[] SCHEMA = {
        "create alias count_row deterministic for '" + Readings.class.getName() + ".countRow'",
        "create table readings (id bigint primary key, note varchar)",
        "insert into readings select x, rpad('reading ' || x || ' ', 100, '.') from system_range(1, " + COUNT + ")"
    };
    private static final AtomicLong ROWS_READ = new AtomicLong();

    private Readings() {}

    /**
     * Counts a row. H2 calls it.
     *
     * @param id the number of the row
     * @return the same number
     */
    public static long countRow(long id) {
        ROWS_READ.incrementAndGet();
        return id;
    }

    /** How many rows the engine has computed since the program started. */
    static long rowsRead() {
        return ROWS_READ.get();
    }

    /** Creates the table and fills it. */
    static Mono<Void> create(Connection connection) {
        return Flux.fromArray(SCHEMA).concatMap(sql -> update(connection, sql)).then();
    }

    /** All rows, each computed when it is asked for. */
    static Flux<Reading> all(Connection connection) {
        return readings(connection, "select count_row(id) as id, note from readings");
    }

    /** All rows, computed and sorted by H2 before the first one comes out. */
    static Flux<Reading> sorted(Connection connection) {
        return readings(connection, "select count_row(id) as id, note from readings order by note");
    }

    private static Flux<Reading> readings(Connection connection, String sql) {
        return query(connection, row -> new Reading(row.get("id", Long.class), row.get("note", String.class)), sql);
    }

    /**
     * One row.
     *
     * @param id its number, from 1
     * @param note its text, 100 characters
     */
    record Reading(long id, String note) {}
}
