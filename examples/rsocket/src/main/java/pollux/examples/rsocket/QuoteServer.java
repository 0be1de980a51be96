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
import pollux.executor.Spawner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpServer;

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

    private final Spawner workers = Pollux.pool();

    private QuoteServer() {}

    /**
     * Serves until the process ends.
     *
     * @param arguments the port; 0 takes a free one
     */
    public static void main(String[] arguments) {
        CloseableChannel server = RSocketServer.create(SocketAcceptor.with(new QuoteServer()))
                .payloadDecoder(PayloadDecoder.ZERO_COPY)
                .maxInboundPayloadSize(LARGEST_FRAME)
                .bindNow(TcpServerTransport.create(
                        TcpServer.create().host("localhost").port(Integer.parseInt(arguments[0])), LARGEST_FRAME));
        say("port " + server.address().getPort());
        server.onClose().block();
    }

    /** {@code price SYMBOL} answers; {@code wait} never does. */
    @Override
    public Mono<Payload> requestResponse(Payload request) {
        String[] words = words(request);
        return on(workers).mono(() -> {
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
        Flux<Payload> ticks = on(workers).flux(out -> {
            try {
                for (long tick = 0; tick < count; tick++) {
                    outstanding.decrementAndGet();
                    out.emit(DefaultPayload.create(Long.toString(tick)));
                }
            } finally {
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
