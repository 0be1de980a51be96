package pollux.examples.shop;

import static pollux.reactor.ReactorAdapter.on;
import static pollux.reactor.ReactorAdapter.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import pollux.examples.shop.Readings.Reading;
import pollux.executor.Spawner;
import pollux.stream.AsyncStream;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Streams all readings as server-sent events, at the pace of the reader.
 *
 * <p>Demand travels from the socket to the cursor: Netty asks for events while the socket takes them (at most 128 at a
 * time), the stream asks the database for what it has passed on, and H2 computes a row when it is asked for one.
 */
final class RowsEndpoint {

    /** How many rows may wait between the database and the socket, besides Netty's own. */
    static final int PREFETCH = 32;

    private final Database database;
    private final Spawner workers;
    private final AtomicInteger cancelled = new AtomicInteger();

    RowsEndpoint(Database database, Spawner workers) {
        this.database = database;
        this.workers = workers;
    }

    Publisher<Void> serve(HttpServerRequest request, HttpServerResponse response) {
        return response.sse().send(on(workers).flux(rows().map(RowsEndpoint::event)));
    }

    /** All readings, in a connection of their own. */
    AsyncStream<Reading> rows() {
        return stream(
                database.read(connection -> Readings.all(connection).doOnCancel(cancelled::incrementAndGet)), PREFETCH);
    }

    private static ByteBuf event(Reading reading) {
        String event = "id: " + reading.id() + "\ndata: " + reading.note() + "\n\n";
        return Unpooled.wrappedBuffer(event.getBytes(StandardCharsets.UTF_8));
    }

    /** How often the result of the database was cancelled. */
    int cancelled() {
        return cancelled.get();
    }
}
