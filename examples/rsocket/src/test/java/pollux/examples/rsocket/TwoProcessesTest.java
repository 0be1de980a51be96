package pollux.examples.rsocket;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.examples.rsocket.Client.connect;
import static pollux.examples.rsocket.Client.request;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.timeout;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.exceptions.CustomRSocketException;
import io.rsocket.util.DefaultPayload;
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
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** What crosses the wire between a server in one process and a task in another. */
@Timeout(300)
class TwoProcessesTest {

    private static final int LIMIT = 64;
    private static Server server;
    private static RSocket socket;

    @BeforeAll
    static void start() throws Exception {
        server = new Server("-Xmx64m", 0);
        socket = connect(server.port);
    }

    @AfterAll
    static void stop() {
        server.close();
        if (socket != null) {
            socket.dispose();
        }
    }

    @Test
    void a_request_is_answered() {
        Payload answer = Pollux.run(() -> await(socket.requestResponse(request("price POLX"))));
        assertThat(answer.getDataUtf8()).isEqualTo("42");
    }

    @Test
    void a_typed_error_arrives_with_its_code_and_text() {
        assertThatThrownBy(() -> Pollux.run(() -> await(socket.requestResponse(request("price NONE")))))
                .isInstanceOf(CustomRSocketException.class)
                .hasMessage("no such symbol: NONE")
                .extracting(e -> ((CustomRSocketException) e).errorCode())
                .isEqualTo(QuoteServer.UNKNOWN_SYMBOL);
    }

    @Test
    void cancelling_the_task_here_runs_the_clean_up_there() throws Exception {
        JoinHandle<Payload> task = Pollux.spawn(() -> await(socket.requestResponse(request("wait"))));
        server.await("waiting");
        task.cancel();
        server.await("cleaned up");
    }

    @Test
    void a_timeout_here_runs_the_clean_up_there() throws Exception {
        assertThatThrownBy(() ->
                        Pollux.run(() -> await(timeout(ofSeconds(3), future(socket.requestResponse(request("wait")))))))
                .isInstanceOf(TimeoutException.class);
        server.await("cleaned up");
    }

    /** The trace id of the task here is in the context of the task there: it travels as metadata. */
    @Test
    void a_trace_id_travels_as_metadata() {
        Future<Payload> call = async(() -> {
            String trace = await(context()).get("trace");
            return await(socket.requestResponse(DefaultPayload.create("trace", trace)));
        });
        Payload answer = Pollux.blockOn(withContext(Context.of("trace", "4bf92f35"), call));
        assertThat(answer.getDataUtf8()).isEqualTo("4bf92f35");
        Payload none = Pollux.run(() -> await(socket.requestResponse(request("trace"))));
        assertThat(none.getDataUtf8()).isEmpty();
    }

    @Test
    void a_million_items_cross_in_order_with_bounded_demand_and_a_small_heap() throws Exception {
        int count = 1_000_000;
        long seen = Pollux.run(() -> {
            long expected = 0;
            for (Payload item : each(stream(socket.requestStream(request("ticks " + count)), LIMIT))) {
                if (Long.parseLong(item.getDataUtf8()) != expected++) {
                    throw new AssertionError(item.getDataUtf8() + " instead of " + (expected - 1));
                }
            }
            return expected;
        });
        assertThat(seen).isEqualTo(count);
        assertThat(Long.parseLong(server.await("ended 1000000, largest demand ")))
                .isBetween(1L, (long) LIMIT);
    }

    @Test
    void leaving_the_loop_ends_the_generator_there() throws Exception {
        Payload first = Pollux.run(() -> {
            for (Payload item : each(stream(socket.requestStream(request("ticks 1000000000")), LIMIT))) {
                return item;
            }
            throw new AssertionError("no item");
        });
        assertThat(first.getDataUtf8()).isEqualTo("0");
        assertThat(Long.parseLong(server.await("ended 1000000000, largest demand ")))
                .isBetween(1L, (long) LIMIT);
    }

    /** Canary of the bound: a consumer that asks for everything is seen to do so. */
    @Test
    void unbounded_demand_shows() throws Exception {
        assertThat(socket.requestStream(request("ticks 1000")).count().block()).isEqualTo(1000);
        assertThat(Long.parseLong(server.await("ended 1000, largest demand "))).isGreaterThan(LIMIT);
    }

    @Test
    void a_channel_goes_both_ways() {
        Flux<Payload> numbers = flux(out -> {
            for (int number = 1; number <= 1000; number++) {
                out.emit(request(Integer.toString(number)));
            }
        });
        List<Long> sums = Pollux.run(() -> {
            List<Long> all = new ArrayList<>();
            for (Payload sum : each(stream(socket.requestChannel(numbers), 8))) {
                all.add(Long.parseLong(sum.getDataUtf8()));
            }
            return all;
        });
        assertThat(sums).hasSize(1000).endsWith(500_500L);
    }
}
