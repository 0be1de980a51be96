package pollux.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import pollux.executor.BlockOn;
import pollux.executor.Spawner;
import pollux.future.Future;
import pollux.time.Timers;

/** Two ends of a connection within this process, and ways to look at them from a test's own thread. */
final class Loopback implements AutoCloseable {

    final Spawner spawner;
    final TcpListener listener;
    final TcpStream client;
    final TcpStream server;

    Loopback(Spawner spawner) {
        this.spawner = spawner;
        listener = run(spawner, TcpListener.bind(any()));
        client = run(spawner, TcpStream.connect(listener.localAddress()));
        server = run(spawner, listener.accept());
    }

    static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    <T> T run(Future<T> future) {
        return run(spawner, future);
    }

    /** Runs a future as a task and waits for its end, not longer than a test may take. */
    static <T> T run(Spawner spawner, Future<T> future) {
        return BlockOn.blockOn(
                spawner.spawn(Timers.timeout(Duration.ofSeconds(60), future)).join());
    }

    static ByteBuffer bytes(String text) {
        return UTF_8.encode(text);
    }

    static String text(ByteBuffer filled) {
        return UTF_8.decode(filled.flip()).toString();
    }

    /** Reads everything up to the end. */
    static Future<String> rest(AsyncReader reader) {
        return reader.buffered().readToEnd(1 << 24).map(bytes -> new String(bytes, UTF_8));
    }

    /** Waits for what another thread will bring about. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain");
            }
            Thread.yield();
        }
    }

    static boolean canCountDescriptors() {
        return Files.isDirectory(Path.of("/proc/self/fd"));
    }

    /** How many sockets this process has open, those of the selectors not among them. */
    static long sockets() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(Loopback::isSocket).count();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (java.io.IOException gone) {
            return false;
        }
    }

    @Override
    public void close() {
        listener.close();
        client.close();
        server.close();
    }
}
