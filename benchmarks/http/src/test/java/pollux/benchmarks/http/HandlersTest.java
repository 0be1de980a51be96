package pollux.benchmarks.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

/** What is compared answers the same. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class HandlersTest {

    @Value("${local.server.port}")
    private int port;

    @ParameterizedTest
    @CsvSource({"reactor,h2", "kotlin,h2", "pollux,h2", "reactor,memory", "kotlin,memory", "pollux,memory"})
    void answers(String handler, String store) throws Exception {
        HttpResponse<String> found = get(handler, store, 1);
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.headers().firstValue("content-length")).isPresent();
        assertThat(found.body())
                .isEqualTo("{\"id\":1,\"customer\":\"ann\",\"lines\":["
                        + "{\"id\":1,\"orderId\":1,\"sku\":\"tea\",\"quantity\":2},"
                        + "{\"id\":2,\"orderId\":1,\"sku\":\"cup\",\"quantity\":1}]}");
        assertThat(get(handler, store, 9).statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String handler, String store, long id) throws Exception {
        URI uri = URI.create("http://localhost:" + port + "/" + handler + "/" + store + "/orders/" + id);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
