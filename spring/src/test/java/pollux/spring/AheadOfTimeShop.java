package pollux.spring;

import static pollux.async.Async.stream;
import static pollux.reactor.ReactorAdapter.await;

import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.stream.AsyncStream;

/** The application of {@link AheadOfTimeTest}; its process ends when its input does. Its main class may not be nested. */
@App.Plain
@EnableAsync
@RestController
public class AheadOfTimeShop {

    record Order(String item) {}

    static class Rows {

        private final DatabaseClient sql;

        Rows(DatabaseClient sql) {
            this.sql = sql;
        }

        @Transactional
        public Future<Long> one() {
            return Futures.ready(await(sql.sql("select cast(1 as bigint)")
                    .map(row -> row.get(0, Long.class))
                    .one()));
        }

        @org.springframework.scheduling.annotation.Async
        public Future<Long> refused() {
            return Futures.ready(1L);
        }
    }

    @Bean
    static Rows rows(DatabaseClient sql) {
        return new Rows(sql);
    }

    private final ObjectProvider<Rows> rows;

    AheadOfTimeShop(ObjectProvider<Rows> rows) {
        this.rows = rows;
    }

    @GetMapping("/order")
    Future<Order> order() {
        return Futures.ready(new Order("row " + await(rows.getObject().one()) + " on "
                + Thread.currentThread().getName()));
    }

    @GetMapping("/refused")
    Future<String> refused() {
        try {
            return Futures.ready("accepted " + await(rows.getObject().refused()));
        } catch (IllegalStateException refused) {
            return Futures.ready(refused.getMessage());
        }
    }

    @GetMapping("/items")
    AsyncStream<Order> items() {
        return stream(out -> {
            out.emit(new Order("a"));
            await(Futures.yieldNow());
            out.emit(new Order("b"));
        });
    }

    public static void main(String[] args) throws IOException {
        var context = SpringApplication.run(AheadOfTimeShop.class, args);
        System.out.println("port=" + context.getEnvironment().getProperty("local.server.port"));
        System.in.read();
        context.close();
    }
}
