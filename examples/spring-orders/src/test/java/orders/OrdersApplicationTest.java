package orders;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;

/** The service over HTTP. */
@Timeout(300)
class OrdersApplicationTest {

    static ConfigurableApplicationContext context;
    static WebTestClient client;
    static String url;

    @BeforeAll
    static void start() {
        context = new SpringApplicationBuilder(OrdersApplication.class)
                .properties("spring.main.banner-mode=off")
                .run("--server.port=0");
        url = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
        client = WebTestClient.bindToServer()
                .baseUrl(url)
                .responseTimeout(ofSeconds(90))
                .build();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    static int available(String sku) {
        return context.getBean(DatabaseClient.class)
                .sql("select available from stock where sku = :sku")
                .bind("sku", sku)
                .map(row -> row.get(0, Integer.class))
                .one()
                .block();
    }

    @Test
    void an_order_with_its_lines() {
        client.get()
                .uri("/orders/1")
                .exchange()
                .expectBody()
                .json("{\"id\":1,\"customer\":\"ann\",\"lines\":[{\"sku\":\"tea\"},{\"sku\":\"cup\"}]}");
        client.get().uri("/orders/99").exchange().expectStatus().isNotFound();
    }

    @Test
    void a_checkout_survives_a_failure_and_a_silence_of_the_payment_service() {
        int tea = available("tea");
        client.post()
                .uri("/orders/1/checkout")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.payment")
                .isEqualTo("payment of 17 for order 1");
        assertThat(available("tea")).isEqualTo(tea - 2);
        List<String> live = WebClient.create(url)
                .get()
                .uri("/receipts")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .retrieve()
                .bodyToFlux(String.class)
                .take(1)
                .collectList()
                .block(ofSeconds(90));
        assertThat(live).singleElement().asString().contains("payment of 17");
    }

    @Test
    void a_refused_checkout_leaves_no_trace() {
        client.post().uri("/orders/3/checkout").exchange().expectStatus().isEqualTo(409);
        client.post().uri("/orders/99/checkout").exchange().expectStatus().isNotFound();
        assertThat(available("gold")).isZero();
    }

    @Test
    void the_report_runs_at_each_tick() {
        Report report = context.getBean(Report.class);
        while (report.ticks() < 2) {
            Thread.onSpinWait();
        }
    }
}
