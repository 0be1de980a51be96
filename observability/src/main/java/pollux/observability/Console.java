package pollux.observability;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A web page that shows what the tasks and workers of this process do: which pools there are, what each worker does,
 * where tasks wait and for what, and what is wrong. One line starts it:
 *
 * <pre>{@code
 * Console console = Console.start(7700); // http://127.0.0.1:7700/
 * }</pre>
 *
 * <p>The page is read-only: no request changes anything, and values and items are never shown. It loads nothing from
 * the network. While no page is open the console does nothing. While pages are open, the program is looked at once a
 * second, for all pages together, and less often if one look takes longer than 10 ms, so that looking takes at most one
 * hundredth of the time of one processor. Each answer is bounded, whatever the number of tasks.
 *
 * <p>Only the own machine can reach it, unless {@link Builder#address} says otherwise. Then the address of the page has
 * a random token in it, and without that token nothing is shown. The traffic is not encrypted.
 *
 * <p>Its threads are daemons. All methods may be called from any thread.
 */
public final class Console implements AutoCloseable {

    /** How many pages can be open at the same time. A page that is one too many is told so, and tries again. */
    static final int PAGES = 64;

    private static final int OTHER_REQUESTS = 8;

    private static final String SECURITY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                    + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> RESOURCES = Map.of(
            "", "console.html",
            "console.js", "console.js",
            "graph.js", "graph.js",
            "console.css", "console.css");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8");

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Semaphore pages = new Semaphore(PAGES);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Sampler sampler = new Sampler();
    private final String root;
    private final boolean loopback;
    private final URI url;

    private Console(Builder options) {
        InetAddress address = options.address == null ? InetAddress.getLoopbackAddress() : options.address;
        loopback = address.isLoopbackAddress();
        root = loopback ? "/" : "/" + token() + "/";
        try {
            server = HttpServer.create(new InetSocketAddress(address, options.port), 0);
        } catch (BindException taken) {
            throw new UncheckedIOException(
                    "the console cannot listen at port " + options.port + " of " + address
                            + "; use another port, or 0 for any free one",
                    taken);
        } catch (IOException failure) {
            throw new UncheckedIOException("the console cannot listen at port " + options.port, failure);
        }
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                PAGES + OTHER_REQUESTS,
                PAGES + OTHER_REQUESTS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> {
                    Thread thread = new Thread(null, work, "pollux-console-" + number.incrementAndGet(), 0, false);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().getHostAddress();
        url = URI.create("http://" + (host.contains(":") ? "[" + host.replaceAll("%.*", "") + "]" : host) + ":"
                + bound.getPort() + root);
    }

    private static String token() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /**
     * Starts a console that only the own machine can reach.
     *
     * @param port where to listen, 0 for any free port
     * @return the running console
     * @throws UncheckedIOException if the port is in use or may not be used
     * @throws IllegalArgumentException if it is no port
     */
    public static Console start(int port) {
        return builder().port(port).start();
    }

    /**
     * Returns the options of a new console.
     *
     * @return a builder: port 7700 of the own machine unless set otherwise
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes what the page would show as text, for a terminal. Needs no running console. Looks at the program once, and
     * a second time if something seems to be wrong. Control characters in names are replaced.
     *
     * @param out takes the text
     */
    public static void print(Appendable out) {
        Snapshot.Suspects first = new Snapshot.Suspects();
        Snapshot snapshot = Snapshot.take(null, first);
        if (!first.isEmpty()) {
            snapshot = Snapshot.take(first, new Snapshot.Suspects());
        }
        try {
            out.append(new ConsoleText(snapshot).toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * Returns the address of the page.
     *
     * @return the address, with the token if there is one
     */
    public URI url() {
        return url;
    }

    /** Ends all connections and stops listening. Closing twice does nothing. */
    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Returns how many times the program was looked at. */
    long snapshots() {
        return sampler.count();
    }

    // ------------------------------------------------------------------ requests

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", SECURITY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cache-Control", "no-store");
            String path = exchange.getRequestURI().getPath();
            if (!exchange.getRequestMethod().equals("GET")) {
                headers.set("Allow", "GET");
                answer(exchange, 405, "text/plain", "the console is read-only\n");
            } else if (loopback && !isOwnName(exchange.getRequestHeaders().getFirst("Host"))) {
                answer(exchange, 403, "text/plain", "open the console as localhost or 127.0.0.1\n");
            } else if (path == null || !startsWithRoot(path)) {
                answer(exchange, 404, "text/plain", "not found\n");
            } else {
                serve(exchange, path.substring(root.length()));
            }
        }
    }

    private void serve(HttpExchange exchange, String name) throws IOException {
        String resource = RESOURCES.get(name);
        if (resource != null) {
            answer(exchange, 200, TYPES.get(resource.replaceAll(".*\\.", "")), read(resource));
        } else if (name.equals("snapshot")) {
            answer(exchange, 200, "application/json", sampler.json());
        } else if (!name.equals("events")) {
            answer(exchange, 404, "text/plain", "not found\n");
        } else if (pages.tryAcquire()) {
            try {
                events(exchange);
            } finally {
                pages.release();
            }
        } else {
            exchange.getResponseHeaders().set("Retry-After", "5");
            answer(exchange, 503, "text/plain", PAGES + " pages are open; close one\n");
        }
    }

    /** Sends snapshots until the page or the console is closed. A page that does not read holds up this thread only. */
    private void events(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream body = exchange.getResponseBody();
        byte[] start = "data: ".getBytes(StandardCharsets.US_ASCII);
        byte[] end = "\n\n".getBytes(StandardCharsets.US_ASCII);
        try {
            do {
                body.write(start);
                body.write(sampler.json());
                body.write(end);
                body.flush();
            } while (!closed.await(sampler.nanosToNext() + 1_000_000, TimeUnit.NANOSECONDS));
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** Another site can give its name the address 127.0.0.1, and so make a browser ask us; the name gives it away. */
    private static boolean isOwnName(@Nullable String host) {
        String name = host == null ? "" : host.replaceAll(":\\d*$", "").toLowerCase(Locale.ROOT);
        return Set.of("localhost", "127.0.0.1", "[::1]").contains(name);
    }

    private boolean startsWithRoot(String path) {
        byte[] start = path.substring(0, Math.min(root.length(), path.length())).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(start, root.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = Console.class.getResourceAsStream(resource)) {
            return Objects.requireNonNull(in, resource).readAllBytes();
        }
    }

    private static void answer(HttpExchange exchange, int status, @Nullable String type, String text)
            throws IOException {
        answer(exchange, status, type, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, @Nullable String type, byte[] bytes)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public String toString() {
        return "Console[" + (closed.getCount() == 0 ? "closed" : "port " + url.getPort()) + "]";
    }

    /** The options of a console. Not thread-safe. */
    public static final class Builder {

        private int port = 7700;
        private @Nullable InetAddress address;

        private Builder() {}

        /**
         * Sets where to listen.
         *
         * @param port 0 to 65535; 0 for any free port
         * @return this
         * @throws IllegalArgumentException if it is no port
         */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
            }
            this.port = port;
            return this;
        }

        /**
         * Sets the address to listen at, so that other machines can open the page if they know its token, see
         * {@link Console#url}.
         *
         * @param address an address of this machine
         * @return this
         */
        public Builder address(InetAddress address) {
            this.address = Objects.requireNonNull(address, "address");
            return this;
        }

        /**
         * Starts the console.
         *
         * @return the running console
         * @throws UncheckedIOException if it cannot listen there
         */
        public Console start() {
            return new Console(this);
        }
    }
}
