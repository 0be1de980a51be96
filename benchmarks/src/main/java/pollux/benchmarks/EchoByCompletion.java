package pollux.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executors;

/** The server of {@link TcpEcho} on the JDK's own asynchronous channels, with one thread. */
final class EchoByCompletion implements CompletionHandler<AsynchronousSocketChannel, Void>, AutoCloseable {

    private final AsynchronousChannelGroup group;
    private final AsynchronousServerSocketChannel listener;
    private final int buffer;

    EchoByCompletion(InetAddress on, int buffer) throws IOException {
        this.buffer = buffer;
        group = AsynchronousChannelGroup.withFixedThreadPool(1, Executors.defaultThreadFactory());
        listener = AsynchronousServerSocketChannel.open(group).bind(new InetSocketAddress(on, 0), 100);
        listener.accept(null, this);
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public void completed(AsynchronousSocketChannel taken, Void nothing) {
        try {
            taken.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        new Connection(taken, ByteBuffer.allocateDirect(buffer)).read();
        listener.accept(null, this);
    }

    @Override
    public void failed(Throwable closed, Void nothing) {}

    @Override
    public void close() throws IOException {
        group.shutdownNow();
    }

    /** Reads and writes in turn; what has ended says which it was. */
    private record Connection(AsynchronousSocketChannel channel, ByteBuffer bytes)
            implements CompletionHandler<Integer, Boolean> {

        void read() {
            channel.read(bytes.clear(), true, this);
        }

        @Override
        public void completed(Integer count, Boolean wasRead) {
            if (count < 0) {
                failed(null, wasRead);
                return;
            }
            if (wasRead) {
                bytes.flip();
            }
            if (bytes.hasRemaining()) {
                channel.write(bytes, false, this);
            } else {
                read();
            }
        }

        @Override
        public void failed(Throwable gone, Boolean wasRead) {
            try {
                channel.close();
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
