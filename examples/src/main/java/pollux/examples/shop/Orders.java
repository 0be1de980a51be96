package pollux.examples.shop;

import static pollux.examples.shop.Database.query;
import static pollux.examples.shop.Database.update;

import io.r2dbc.spi.Connection;
import java.math.BigDecimal;
import java.util.NoSuchElementException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The orders of the shop: statements, each a Mono or a Flux that does nothing until it is subscribed to. */
final class Orders {

    static final int COUNT = 20;

    // Each order has goods of its own: where two transactions want one row, H2 lets the second wait on its thread.
    private static final String[] SCHEMA = {
        "create table orders (id bigint primary key, customer varchar)",
        "create table lines (order_id bigint, sku varchar, quantity int, price decimal(9, 2))",
        "create table stock (sku varchar primary key, available int)",
        "create table receipts (order_id bigint primary key, customer varchar, total decimal(9, 2), payment varchar)",
        "insert into orders select x, 'customer ' || x from system_range(0, " + COUNT + ")",
        "insert into lines select o.id, 'sku-' || o.id || '-' || n.x, n.x, 9.95 * n.x"
                + " from orders o, system_range(1, 3) n",
        "insert into stock select sku, 100 from lines"
    };

    private static final String[] ONE_MORE = {
        "insert into orders values ($1, 'customer ' || $1)",
        "insert into lines select $1, 'sku-' || $1 || '-' || x, x, 9.95 * x from system_range(1, 3)",
        "insert into stock select sku, 100 from lines where order_id = $1"
    };

    private Orders() {}

    /** Creates the tables and fills them. */
    static Mono<Void> create(Connection connection) {
        return Flux.fromArray(SCHEMA).concatMap(sql -> update(connection, sql)).then();
    }

    /** Adds an order like the others. */
    static Mono<Void> add(Connection connection, long id) {
        return Flux.fromArray(ONE_MORE)
                .concatMap(sql -> update(connection, sql, id))
                .then();
    }

    /** What is committed, of all orders. */
    static Mono<Page.Totals> totals(Connection connection) {
        return query(
                        connection,
                        row -> new Page.Totals(row.get(0, Long.class), row.get(1, Long.class)),
                        "select (select count(*) from receipts), (select sum(100 - available) from stock)")
                .single();
    }

    /** Finds an order that is not paid. */
    static Mono<Order> open(Connection connection, long id) {
        return query(
                        connection,
                        row -> new Order(row.get("id", Long.class), row.get("customer", String.class)),
                        "select id, customer from orders where id = $1 and id not in (select order_id from receipts)",
                        id)
                .singleOrEmpty()
                .switchIfEmpty(Mono.error(() -> new NoSuchElementException("there is no open order " + id)));
    }

    /** The lines of an order. */
    static Flux<Line> lines(Connection connection, long id) {
        return query(
                connection,
                row -> new Line(
                        row.get("sku", String.class),
                        row.get("quantity", Integer.class),
                        row.get("price", BigDecimal.class)),
                "select sku, quantity, price from lines where order_id = $1 order by sku",
                id);
    }

    /** Takes the goods of a line out of the stock. */
    static Mono<Line> reserve(Connection connection, Line line) {
        return update(
                        connection,
                        "update stock set available = available - $1 where sku = $2 and available >= $1",
                        line.quantity(),
                        line.sku())
                .map(changed -> {
                    if (changed == 0) {
                        throw new IllegalStateException("not enough of " + line.sku());
                    }
                    return line;
                });
    }

    static Mono<Receipt> save(Connection connection, Receipt receipt) {
        return update(
                        connection,
                        "insert into receipts values ($1, $2, $3, $4)",
                        receipt.order(),
                        receipt.customer(),
                        receipt.total(),
                        receipt.payment())
                .thenReturn(receipt);
    }

    /** The receipt of an order, if it is paid. */
    static Mono<Receipt> receipt(Connection connection, long id) {
        return query(
                        connection,
                        row -> new Receipt(
                                row.get("order_id", Long.class),
                                row.get("customer", String.class),
                                row.get("total", BigDecimal.class),
                                row.get("payment", String.class)),
                        "select * from receipts where order_id = $1",
                        id)
                .singleOrEmpty();
    }

    /** How many pieces of an order's goods are in stock. */
    static Mono<Long> available(Connection connection, long id) {
        return query(
                        connection,
                        row -> row.get(0, Long.class),
                        "select sum(available) from stock where sku in (select sku from lines where order_id = $1)",
                        id)
                .single();
    }
}
