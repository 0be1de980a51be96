package pollux.examples.rsocket;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static pollux.reactor.ReactorAdapter.*;
import static pollux.time.Timers.sleep;

import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketServer;
import io.rsocket.exceptions.CustomRSocketException;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import io.rsocket.util.DefaultPayload;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.future.Future;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpServer;
import reactor.util.context.Context;

/**
 * A server of RSocket over TCP. Each handler is a block that runs on the workers of Pollux's shared pool, so that it
 * may compute without holding up a thread of Netty.
 *
 * <p>What it does is written to standard output, one line for each event, where the test reads it.
 */
public final class QuoteServer implements RSocket {

    /** The code of RSocket for the errors of an application begins here. */
    public static final int UNKNOWN_SYMBOL = 0x301;

    private static final int LARGEST_FRAME = 1 << 16;

    private final TaskPool workers = Pollux.pool();
    private final AtomicLong connections = new AtomicLong();

    private QuoteServer() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments the port; 0 takes a free one
     */
    public static void main(String[] arguments) {
        CloseableChannel server = RSocketServer.create(new QuoteServer().acceptor())
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .maxInboundPayloadSize(LARGEST_FRAME)
                .bindNow(TcpServerTransport.create(
                        TcpServer.create().host("localhost").port(Integer.parseInt(arguments[0])), LARGEST_FRAME));
        say("port " + server.address().getPort());
        server.onClose().block();
    }

    /** One object serves all connections, and counts them. */
    private SocketAcceptor acceptor() {
        return (setup, peer) -> {
            connections.incrementAndGet();
            peer.onClose().doFinally(signal -> connections.decrementAndGet()).subscribe(null, failure -> {});
            return Mono.just(this);
        };
    }

    /**
     * {@code price SYMBOL} answers; {@code wait} never does. {@code left} answers with the number of tasks, of which it
     * is one, and of connections; {@code trace} with the trace id that came as the metadata of the request.
     */
    @Override
    public Mono<Payload> requestResponse(Payload request) {
        Context trace = Context.of("trace", request.getMetadataUtf8()); // read before the bytes are given back
        String[] words = words(request);
        return on(workers).mono(() -> await(answer(words))).contextWrite(trace);
    }

    private Future<Payload> answer(String[] words) {
        return async(() -> {
            if (words[0].equals("trace")) {
                String trace = await(context()).get("trace"); // what is awaited here would be subscribed with it, too
                return DefaultPayload.create(trace);
            }
            if (words[0].equals("left")) {
                return DefaultPayload.create(workers.liveTasks() + " tasks, " + connections + " connections");
            }
            if (words[0].equals("wait")) {
                say("waiting");
                try {
                    await(sleep(ofHours(1)));
                } finally {
                    await(sleep(ofMillis(1))); // a clean-up may wait, too
                    say("cleaned up");
                }
            }
            if (!words[1].equals("POLX")) {
                throw new CustomRSocketException(UNKNOWN_SYMBOL, "no such symbol: " + words[1]);
            }
            return DefaultPayload.create("42");
        });
    }

    /** {@code ticks N}: so many numbers, made one by one as they are asked for. */
    @Override
    public Flux<Payload> requestStream(Payload request) {
        long count = Long.parseLong(words(request)[1]);
        AtomicLong outstanding = new AtomicLong();
        AtomicLong largest = new AtomicLong();
        AtomicLong made = new AtomicLong();
        Flux<Payload> ticks = on(workers).flux(out -> {
            try {
                for (long tick = 0; tick < count; tick++) {
                    outstanding.decrementAndGet();
                    made.incrementAndGet();
                    out.emit(DefaultPayload.create(Long.toString(tick)));
                }
            } finally {
                say("made for " + count + ": " + made);
                say("ended " + count + ", largest demand " + largest);
            }
        });
        return ticks.doOnRequest(n -> largest.accumulateAndGet(outstanding.addAndGet(n), Math::max));
    }

    /** Numbers in, their sums out. Demand goes through: the next number is asked for when its sum is wanted. */
    @Override
    public Flux<Payload> requestChannel(Publisher<Payload> numbers) {
        return on(workers).flux(out -> {
            long sum = 0;
            for (Payload number : each(Flux.from(numbers).map(payload -> DefaultPayload.create(text(payload))))) {
                sum += Long.parseLong(number.getDataUtf8());
                out.emit(DefaultPayload.create(Long.toString(sum)));
            }
        });
    }

    private static String[] words(Payload request) {
        return (text(request) + " ").split(" ", 3);
    }

    /** The text of a payload whose bytes belong to Netty: they are given back. */
    private static String text(Payload payload) {
        try {
            return payload.getDataUtf8();
        } finally {
            payload.release();
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
