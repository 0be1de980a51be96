package pollux.examples.shop;

import static pollux.examples.shop.Database.query;
import static pollux.examples.shop.Database.update;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A table of 100,000 rows, read one at a time.
 *
 * <p>What was found about r2dbc-h2 1.1 over H2 2.4: a result is {@code Flux.fromIterable} over H2's own result, so it follows
 * the demand of its subscriber; but H2 by default computes the whole result before it hands out the first row, and the fetch
 * size of a statement changes nothing. With {@code LAZY_QUERY_EXECUTION} (a setting of the session) H2 computes each row when
 * the iterator asks for it, as long as the query needs no sorting. Every row that H2 computes calls {@link #countRow}, so the
 * figure comes from inside the engine, not from the driver.
 */
public final class Readings {

    static final int COUNT = 100_000;

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

    static Mono<Void> create(Connection connection) {
        return Flux.fromArray(SCHEMA).concatMap(sql -> update(connection, sql)).then();
    }

    /** All rows, each computed when it is asked for. */
    static Flux<Reading> all(Connection connection) {
        return query(
                connection,
                row -> new Reading(row.get("id", Long.class), row.get("note", String.class)),
                "select count_row(id) as id, note from readings");
    }

    /**
     * One row.
     *
     * @param id its number, from 1
     * @param note its text, 100 characters
     */
    record Reading(long id, String note) {}
}
