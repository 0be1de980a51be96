package pollux.io;

import static pollux.io.Loopback.any;
import static pollux.io.Loopback.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pollux.executor.TaskPool;
import pollux.future.Context;
import pollux.future.Future;
import pollux.future.Futures;
import pollux.future.RawFuture;
import pollux.sync.AsyncSemaphore;
import pollux.time.Timers;

/**
 * Random talk with servers of its own over loopback, and with files: echoes, connections that either side resets or
 * closes by half, refused ones, reads that give up, datagrams. Each piece may be cancelled at any moment, and leaves no
 * descriptor behind.
 */
public final class IoLoad implements AutoCloseable {

    /** What was brought to its end. A cancelled piece is in none of them. */
    public static final class Books {

        /** Answers that were not what was sent; none is right. */
        public final AtomicLong wrong = new AtomicLong();

        final AtomicLong echoes = new AtomicLong();
        final AtomicLong resets = new AtomicLong();
        final AtomicLong halfCloses = new AtomicLong();
        final AtomicLong refusals = new AtomicLong();
        final AtomicLong datagrams = new AtomicLong();
        final AtomicLong files = new AtomicLong();

        /** Opens empty books. */
        public Books() {}

        /**
         * Returns the count of the rarest kind.
         *
         * @return 0 if one of them never came to its end
         */
        public long least() {
            return Stream.of(echoes, resets, halfCloses, refusals, datagrams, files)
                    .mapToLong(AtomicLong::get)
                    .min()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return echoes + " echoes, " + resets + " resets, " + halfCloses + " half-closes, " + refusals
                    + " refusals, " + datagrams + " datagrams, " + files + " files, " + wrong + " wrong";
        }
    }

    private static final byte ECHO = 'e';
    private static final byte RESET = 'r';
    private static final byte HALF = 'h';
    private static final int AT_ONCE = 48;

    private final TaskPool pool;
    private final Path folder;
    private final Books books;
    private final boolean leaks;
    private final AtomicLong names = new AtomicLong();
    private final AsyncSemaphore permits = new AsyncSemaphore(AT_ONCE);
    private final TcpListener listener;
    private final UdpSocket datagrams;
    private final InetSocketAddress unbound;
    private volatile boolean ending;

    /**
     * Starts the servers.
     *
     * @param pool where they run
     * @param folder where files may be made
     * @param books where ends are counted
     * @param leaks whether some connections are forgotten, which the checks must notice
     */
    public IoLoad(TaskPool pool, Path folder, Books books, boolean leaks) {
        this.pool = pool;
        this.folder = folder;
        this.books = books;
        this.leaks = leaks;
        listener = run(pool, TcpListener.bind(any()));
        datagrams = run(pool, UdpSocket.bind(any()));
        TcpListener closed = run(pool, TcpListener.bind(any()));
        unbound = closed.localAddress();
        closed.close();
        pool.spawn(accept());
        pool.spawn(echoDatagrams(ByteBuffer.allocate(2_000)));
    }

    /** Closes the servers. */
    @Override
    public void close() {
        listener.close();
        datagrams.close();
    }

    /** From now on both sides of a connection may be cancelled in any order, so that any answer is right. */
    public void expectAnything() {
        ending = true;
    }

    /**
     * Tells whether all pieces of work have come to an end.
     *
     * @return true if none holds a permit
     */
    public boolean isIdle() {
        return permits.availablePermits() == AT_ONCE;
    }

    /**
     * Makes a piece of work.
     *
     * @param random decides which, used only within this call
     * @return a future that ends whatever the other side does
     */
    public Future<?> next(SplittableRandom random) {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 1_000)];
        random.nextBytes(bytes);
        int kind = random.nextInt(10);
        return new Owning<>(permits.acquire(), permit -> begin(kind, bytes));
    }

    private Future<Void> begin(int kind, byte[] bytes) {
        return switch (kind) {
            case 0, 1 -> connection(stream -> echo(stream, bytes));
            case 2 -> connection(stream -> askFor(RESET, stream, bytes));
            case 3 -> connection(stream -> askFor(HALF, stream, bytes));
            case 4 -> connection(stream -> reset(stream, bytes));
            case 5 -> connection(IoLoad::readInVain);
            case 6 -> refused();
            case 7, 8 -> datagram(bytes);
            default -> file(bytes);
        };
    }

    // ------------------------------------------------------------------ the servers

    private Future<Void> accept() {
        return listener.accept().then(taken -> {
            pool.spawn(new Owning<>(Futures.ready(taken), stream -> serve(stream, ByteBuffer.allocate(4_096))));
            return accept();
        });
    }

    private Future<Void> serve(TcpStream stream, ByteBuffer bytes) {
        return stream.read(bytes.limit(1)).then(count -> switch (count < 0 ? 0 : bytes.get(0)) {
            case ECHO -> echoAll(stream, bytes);
            case RESET -> reset(stream, new byte[0]);
            case HALF -> stream.shutdown().then(nothing -> drain(stream, bytes));
            default -> Futures.ready(null);
        });
    }

    private static Future<Void> echoAll(TcpStream stream, ByteBuffer bytes) {
        return stream.read(bytes.clear())
                .then(count -> count < 0
                        ? stream.shutdown()
                        : stream.writeAll(bytes.flip()).then(nothing -> echoAll(stream, bytes)));
    }

    private static Future<Void> drain(TcpStream stream, ByteBuffer bytes) {
        return stream.read(bytes.clear()).then(count -> count < 0 ? Futures.ready(null) : drain(stream, bytes));
    }

    private Future<Void> echoDatagrams(ByteBuffer bytes) {
        return datagrams
                .receive(bytes.clear())
                .then(sender -> datagrams.send(bytes.flip(), sender))
                .then(count -> echoDatagrams(bytes));
    }

    // ------------------------------------------------------------------ the clients

    private Future<Void> connection(Function<TcpStream, Future<Void>> use) {
        Future<TcpStream> connect = TcpStream.connect(listener.localAddress());
        return leaks ? connect.then(use) : new Owning<>(connect, use);
    }

    private Future<Void> echo(TcpStream stream, byte[] bytes) {
        TcpStream.Halves halves = stream.split();
        Future<Void> write = halves.writer()
                .writeAll(ByteBuffer.wrap(new byte[] {ECHO}))
                .then(nothing -> halves.writer().writeAll(ByteBuffer.wrap(bytes)))
                .then(nothing -> halves.writer().shutdown());
        Future<byte[]> read = halves.reader().buffered().readToEnd(1 << 20);
        return Futures.join(write, read, (nothing, answer) -> {
            count(Arrays.equals(bytes, answer), books.echoes);
            return null;
        });
    }

    private void count(boolean right, AtomicLong as) {
        if (right) {
            as.incrementAndGet();
        } else if (!ending) {
            books.wrong.incrementAndGet();
        }
    }

    /** The server ends the connection, or its half of it, in the middle of what is written. */
    private Future<Void> askFor(byte what, TcpStream stream, byte[] bytes) {
        bytes[0] = what;
        Future<Void> end = stream.writeAll(ByteBuffer.wrap(bytes))
                .then(nothing -> stream.read(ByteBuffer.allocate(10)))
                .map(count -> {
                    count(count < 0 && what == HALF, books.halfCloses);
                    return null;
                });
        return end.recover(failure -> {
            count(failure instanceof IOException && what == RESET, books.resets);
            return Futures.ready(null);
        });
    }

    private static Future<Void> reset(TcpStream stream, byte[] bytes) {
        return stream.writeAll(ByteBuffer.wrap(bytes)).map(nothing -> {
            try {
                stream.option(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            return null;
        });
    }

    private static Future<Void> readInVain(TcpStream stream) {
        return Timers.timeout(Duration.ofMillis(1), stream.read(ByteBuffer.allocate(1)))
                .<Void>map(count -> null)
                .recover(
                        failure -> failure instanceof TimeoutException ? Futures.ready(null) : Futures.failed(failure));
    }

    private Future<Void> refused() {
        return new Owning<>(
                TcpStream.connect(unbound).recover(refusal -> {
                    books.refusals.incrementAndGet();
                    return Futures.ready(null);
                }),
                connected -> Futures.ready(null));
    }

    private Future<Void> datagram(byte[] bytes) {
        long name = names.incrementAndGet();
        ByteBuffer sent = ByteBuffer.allocate(2_000)
                .putLong(name)
                .put(bytes, 0, Math.min(bytes.length, 1_000))
                .flip();
        ByteBuffer answer = ByteBuffer.allocate(2_000);
        return new Owning<>(
                UdpSocket.bind(any()),
                socket -> socket.send(sent, datagrams.localAddress())
                        .then(count -> Timers.timeout(Duration.ofMillis(20), socket.receive(answer)))
                        .<Void>map(sender -> {
                            if (answer.flip().getLong(0) == name) { // else it was for who had this port before
                                count(answer.equals(sent.rewind()), books.datagrams);
                            }
                            return null;
                        }));
    }

    private Future<Void> file(byte[] bytes) {
        Path path = folder.resolve("soak-" + names.incrementAndGet());
        ByteBuffer into = ByteBuffer.allocate(bytes.length);
        return new Owning<>(
                AsyncFile.open(
                        path,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE),
                file -> file.writeAll(ByteBuffer.wrap(bytes))
                        .then(nothing -> file.position(0).readExactly(into))
                        .map(nothing -> {
                            count(Arrays.equals(bytes, into.array()), books.files);
                            return null;
                        }));
    }

    // ------------------------------------------------------------------ descriptors

    /**
     * Tells whether {@link #descriptors} works here.
     *
     * @return true on Linux
     */
    public static boolean canCountDescriptors() {
        return Loopback.canCountDescriptors();
    }

    /**
     * Counts the open sockets of this process, and its files in a folder.
     *
     * @param folder where the files are
     * @return how many descriptors
     */
    public static long descriptors(Path folder) {
        return targets(folder).count();
    }

    /**
     * Lists the open sockets of this process, and its files in a folder.
     *
     * @param folder where the files are
     * @return what the system says of each: a path, or the addresses, state and queues of a socket
     */
    public static List<String> open(Path folder) {
        List<String> sockets = Stream.of("tcp", "tcp6", "udp", "udp6")
                .flatMap(kind -> lines(Path.of("/proc/self/net", kind)).map(line -> kind + " " + line))
                .toList();
        return targets(folder)
                .map(target -> sockets.stream()
                        .filter(line -> target.startsWith("socket:")
                                && line.contains(" " + target.substring(8, target.length() - 1) + " "))
                        .findFirst()
                        .orElse(target))
                .toList();
    }

    private static Stream<String> targets(Path folder) {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all
                    .map(IoLoad::target)
                    .filter(target -> target.startsWith("socket:") || target.startsWith(folder.toString()))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException absent) {
            return Stream.empty();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Opens something, uses it, and closes it however that ends. */
    private static final class Owning<R extends AutoCloseable, T> extends RawFuture<T> {

        private final Future<R> opening;
        private final Function<? super R, ? extends Future<T>> use;
        private @Nullable R owned;
        private @Nullable Future<T> using;

        Owning(Future<R> opening, Function<? super R, ? extends Future<T>> use) {
            this.opening = opening;
            this.use = use;
        }

        @Override
        @SuppressWarnings("unchecked") // the value of a Future<R>
        public @Nullable Object pollRaw(Context cx) {
            boolean over = true;
            try {
                if (using == null) {
                    Object opened = pollAny(opening, cx);
                    if (opened == PENDING) {
                        over = false;
                        return PENDING;
                    }
                    owned = (R) opened;
                    using = use.apply(owned);
                }
                Object answer = pollAny(using, cx);
                over = answer != PENDING;
                return answer;
            } finally {
                if (over) {
                    close();
                }
            }
        }

        @Override
        public boolean cancel() {
            boolean over = (using == null ? opening : using).cancel();
            if (over) {
                close();
            }
            return over;
        }

        private void close() {
            try {
                if (owned != null) {
                    owned.close();
                }
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }
    }
}
