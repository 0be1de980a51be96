package pollux.examples.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A caller of the shop, who can also wait for it.
 *
 * <p>Waiting is not timed: between two looks at what it waits for, the caller has a request answered. The deadline only
 * guards against hanging.
 */
final class Caller {

    static final Duration HANG = Duration.ofSeconds(60);

    private static final int REQUESTS_AT_REST = 50;

    private final HttpClient client = HttpClient.newHttpClient();
    private final String url;

    Caller(String url) {
        this.url = url;
    }

    HttpResponse<String> checkout(long order) throws IOException, InterruptedException {
        return post("/orders/" + order + "/checkout");
    }

    /** Cancelling the result closes the connection. */
    CompletableFuture<HttpResponse<String>> startCheckout(long order) {
        return startCheckout("/orders/" + order + "/checkout");
    }

    CompletableFuture<HttpResponse<String>> startCheckout(String path) {
        return client.sendAsync(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(HANG);
    }

    HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return client.send(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    /** Starts to read server-sent events; to be closed. */
    Stream<String> events(String path) throws IOException, InterruptedException {
        return client.send(request(path).build(), BodyHandlers.ofLines())
                .body()
                .filter(line -> line.startsWith("data: "));
    }

    /** Returns when a condition holds. */
    void await(BooleanSupplier condition) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > HANG.toNanos()) {
                throw new IOException("what was waited for did not happen within " + HANG);
            }
            client.send(request("/figures").build(), BodyHandlers.discarding());
        }
    }

    /** Returns when the server has answered many requests and the database has read no row meanwhile. */
    void awaitRest() throws IOException, InterruptedException {
        long read;
        do {
            read = Readings.rowsRead();
            for (int i = 0; i < REQUESTS_AT_REST && read == Readings.rowsRead(); i++) {
                client.send(request("/figures").build(), BodyHandlers.discarding());
            }
        } while (read != Readings.rowsRead());
    }
}
