package pollux.benchmarks.http;

import java.util.List;
import java.util.Map;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Query;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the handlers read: a database, or maps that answer at once and leave the handler alone with its own cost. */
public interface Store {

    /** Reads an order; empty if there is none. */
    Mono<Order> order(long id);

    /** Reads a customer. */
    Mono<Customer> customer(long id);

    /** Reads the lines of an order. */
    Flux<Line> lines(long order);

    /** The embedded database, over R2DBC. */
    @Component("h2")
    final class Database implements Store {

        private final R2dbcEntityTemplate template;

        Database(R2dbcEntityTemplate template) {
            this.template = template;
        }

        @Override
        public Mono<Order> order(long id) {
            return template.selectOne(Query.query(Criteria.where("id").is(id)), Order.class);
        }

        @Override
        public Mono<Customer> customer(long id) {
            return template.selectOne(Query.query(Criteria.where("id").is(id)), Customer.class);
        }

        @Override
        public Flux<Line> lines(long order) {
            return template.select(Query.query(Criteria.where("orderId").is(order)), Line.class);
        }
    }

    /** The same rows in memory. */
    @Component("memory")
    final class Memory implements Store {

        private final Map<Long, Order> orders = Map.of(1L, new Order(1L, 1), 2L, new Order(2L, 2));
        private final Map<Long, Customer> customers = Map.of(1L, new Customer(1L, "ann"), 2L, new Customer(2L, "bob"));
        private final Map<Long, List<Line>> lines = Map.of(
                1L, List.of(new Line(1L, 1, "tea", 2), new Line(2L, 1, "cup", 1)),
                2L, List.of(new Line(3L, 2, "tea", 1)));

        @Override
        public Mono<Order> order(long id) {
            return Mono.justOrEmpty(orders.get(id));
        }

        @Override
        public Mono<Customer> customer(long id) {
            return Mono.justOrEmpty(customers.get(id));
        }

        @Override
        public Flux<Line> lines(long order) {
            return Flux.fromIterable(lines.getOrDefault(order, List.of()));
        }
    }
}
