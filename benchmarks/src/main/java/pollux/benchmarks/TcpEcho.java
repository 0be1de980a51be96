package pollux.benchmarks;

import static pollux.async.Async.async;
import static pollux.async.Async.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;
import pollux.Pollux;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.RawFuture;
import pollux.io.TcpListener;
import pollux.io.TcpStream;

/**
 * What does a request and its answer over TCP cost, beside a loop over a selector that does nothing else?
 *
 * <p>An echo server reads into 4,096 bytes and writes all that came. Its client, the same for all, is one thread with a
 * selector: on each of 1 or 50 connections over loopback it sends 64 bytes and waits for 64, 20,000 times in all.
 * TCP_NODELAY on both sides. Op: a request. One thread serves, in every peer but {@code virtualThreads}, where as many
 * do as the scheduler has. Reactor's sockets are Netty's; Kotlin's coroutines and RxJava have none;
 * {@code completableFuture} stands for the JDK's completion handlers.
 *
 * <p>Expected: the kernel's part is nine tenths or more of it. A server that does one read, one write and its share of
 * one selection for each request is within a few per cent of {@code selectorFloor}.
 */
@OperationsPerInvocation(TcpEcho.REQUESTS)
public class TcpEcho extends Workload {
    static final int REQUESTS = 20_000;
    private static final int N = size(REQUESTS);
    private static final int MESSAGE = 64;
    private static final int BUFFER = 4096;

    @Param({"1", "50"})
    public int connections;

    private @Nullable AutoCloseable server;
    private @Nullable Client client;

    /** Ends server and client of the method that was measured. */
    @TearDown
    public void close() throws Exception {
        if (client != null) {
            client.close();
            client = null;
        }
        if (server != null) {
            server.close();
            server = null;
        }
    }

    private long echo(Starting starting) throws Exception {
        Client talking = client;
        if (talking == null) {
            Started started = starting.start(InetAddress.getLoopbackAddress());
            server = started.server;
            talking = new Client(started.address, connections);
            client = talking;
        }
        return check(N, talking.exchange(N));
    }

    /** Starts a server. */
    private interface Starting {
        Started start(InetAddress on) throws Exception;
    }

    private record Started(AutoCloseable server, InetSocketAddress address) {}

    // ------------------------------------------------------------------ the peers

    @Benchmark
    public long pollux() throws Exception {
        return echo(on -> startPollux(on, Serve::new));
    }

    @Benchmark
    public long polluxAwait() throws Exception {
        return echo(on -> startPollux(on, TcpEcho::serve));
    }

    private static Started startPollux(InetAddress on, java.util.function.Function<TcpStream, Future<Void>> serve) {
        TaskPool pool = TaskPool.builder().workers(1).build();
        TcpListener listener = Pollux.blockOn(
                pool.spawn(TcpListener.bind(new InetSocketAddress(on, 0))).join());
        pool.spawn(async(() -> {
            while (true) {
                pool.spawn(serve.apply(await(listener.accept()).noDelay(true)));
            }
        }));
        return new Started(pool, listener.localAddress());
    }

    private static Future<Void> serve(TcpStream socket) {
        return async(() -> {
            try (socket) {
                ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER);
                while (await(socket.read(bytes.clear())) >= 0) {
                    await(socket.writeAll(bytes.flip()));
                }
            }
            return null;
        });
    }

    private static final class Serve extends RawFuture<Void> {
        private final TcpStream socket;
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER);
        private @Nullable Future<Integer> reading;
        private @Nullable Future<Void> writing;

        Serve(TcpStream socket) {
            this.socket = socket;
        }

        @Override
        public @Nullable Object pollRaw(Context cx) {
            while (true) {
                if (writing == null) {
                    if (reading == null) {
                        reading = socket.read(bytes.clear());
                    }
                    Object count = pollAny(reading, cx);
                    if (count == PENDING) {
                        return PENDING;
                    }
                    reading = null;
                    if ((Integer) count < 0) {
                        socket.close();
                        return null;
                    }
                    writing = socket.writeAll(bytes.flip());
                }
                if (pollAny(writing, cx) == PENDING) {
                    return PENDING;
                }
                writing = null;
            }
        }
    }

    @Benchmark
    public long selectorFloor() throws Exception {
        return echo(on -> {
            Loop loop = new Loop(on);
            Thread thread = new Thread(loop, "loop");
            thread.setDaemon(true);
            thread.start();
            return new Started(loop, loop.address);
        });
    }

    private static final class Loop implements Runnable, AutoCloseable {
        private final Selector selector = Selector.open();
        final InetSocketAddress address;

        Loop(InetAddress on) throws IOException {
            ServerSocketChannel listener = ServerSocketChannel.open().bind(new InetSocketAddress(on, 0));
            listener.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            address = (InetSocketAddress) listener.getLocalAddress();
        }

        @Override
        public void run() {
            try {
                while (selector.isOpen()) {
                    selector.select(this::serve);
                }
                // how a server ends that is asked to
            } catch (IOException | java.nio.channels.ClosedSelectorException closed) {
                return;
            }
        }

        private void serve(SelectionKey key) {
            try {
                if (key.isAcceptable()) {
                    SocketChannel taken = ((ServerSocketChannel) key.channel()).accept();
                    taken.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    taken.configureBlocking(false)
                            .register(selector, SelectionKey.OP_READ, ByteBuffer.allocateDirect(BUFFER));
                    return;
                }
                SocketChannel channel = (SocketChannel) key.channel();
                ByteBuffer bytes = (ByteBuffer) key.attachment();
                if (channel.read(bytes.clear()) < 0) {
                    channel.close();
                    return;
                }
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException gone) {
                key.cancel();
            }
        }

        @Override
        public void close() throws IOException {
            for (SelectionKey key : java.util.List.copyOf(selector.keys())) {
                key.channel().close();
            }
            selector.close();
        }
    }

    @Benchmark
    public long netty() throws Exception {
        return echo(on -> {
            EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            ServerBootstrap bootstrap = new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<NioSocketChannel>() {
                        @Override
                        protected void initChannel(NioSocketChannel channel) {
                            channel.pipeline().addLast(new Echo());
                        }
                    });
            InetSocketAddress address =
                    (InetSocketAddress) bootstrap.bind(on, 0).sync().channel().localAddress();
            return new Started(() -> loop.shutdownGracefully().sync(), address);
        });
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            context.writeAndFlush(bytes, context.voidPromise());
        }
    }

    @Benchmark
    public long completableFuture() throws Exception {
        return echo(on -> {
            EchoByCompletion started = new EchoByCompletion(on, BUFFER);
            return new Started(started, started.address());
        });
    }

    @Benchmark
    public long virtualThreads() throws Exception {
        return echo(on -> {
            ServerSocket listener = new ServerSocket(0, 100, on);
            Virtual.start(() -> {
                try {
                    while (true) {
                        Socket taken = listener.accept();
                        Virtual.start(() -> serve(taken));
                    }
                } catch (IOException closed) {
                    return;
                }
            });
            return new Started(listener, (InetSocketAddress) listener.getLocalSocketAddress());
        });
    }

    private static void serve(Socket taken) {
        try (Socket socket = taken) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] bytes = new byte[BUFFER];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                out.write(bytes, 0, count);
            }
        } catch (IOException gone) {
            return;
        }
    }

    // ------------------------------------------------------------------ the client

    /** All connections of one client, driven by the thread that calls {@link #exchange}. */
    private static final class Client implements AutoCloseable {
        private final Selector selector = Selector.open();
        private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
        private final ByteBuffer answer = ByteBuffer.allocateDirect(BUFFER);
        private final SocketChannel[] channels;
        private int toSend;
        private int answered;

        Client(InetSocketAddress server, int connections) throws IOException {
            channels = new SocketChannel[connections];
            for (int i = 0; i < connections; i++) {
                channels[i] = SocketChannel.open(server);
                channels[i].setOption(StandardSocketOptions.TCP_NODELAY, true);
                channels[i].configureBlocking(false).register(selector, SelectionKey.OP_READ, new int[1]);
            }
        }

        /** Sends so many requests in all and returns how many answers have come. */
        int exchange(int requests) throws IOException {
            toSend = requests;
            answered = 0;
            for (SocketChannel channel : channels) {
                send(channel);
            }
            while (answered < requests) {
                selector.select(this::receive, 60_000);
            }
            return answered;
        }

        private void send(SocketChannel channel) throws IOException {
            if (toSend > 0) {
                toSend--;
                channel.write(message.clear());
            }
        }

        private void receive(SelectionKey key) {
            try {
                int[] received = (int[]) key.attachment();
                SocketChannel channel = (SocketChannel) key.channel();
                int count = channel.read(answer.clear());
                if (count < 0) {
                    throw new IllegalStateException("the server has closed " + channel);
                }
                received[0] += count;
                if (received[0] == MESSAGE) {
                    received[0] = 0;
                    answered++;
                    send(channel);
                }
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : channels) {
                channel.close();
            }
            selector.close();
        }
    }
}
