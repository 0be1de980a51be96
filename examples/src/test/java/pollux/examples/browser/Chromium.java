package pollux.examples.browser;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A browser without a window, driven over its debugging protocol. */
public final class Chromium implements AutoCloseable {

    private static final Path BINARY = Path.of("/usr/bin/chromium");

    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private int id;

    /** Skips the test, and says why, where there is no browser. */
    public static void require() {
        Assumptions.assumeTrue(
                Files.isExecutable(BINARY), "skipped: no " + BINARY + "; install it with apt-get install -y chromium");
    }

    /** Where pictures for the documentation go: what {@code -Dimages=} says, an absolute path, or null. */
    public static @Nullable Path images() throws IOException {
        String images = System.getProperty("images");
        return images == null ? null : Files.createDirectories(Path.of(images));
    }

    /**
     * Starts a browser. Its files lie in the build directory and stay there: some of its processes write a little longer
     * than the browser lives, so a directory that a test deletes may not be empty.
     */
    public Chromium(int width, int height) throws IOException, InterruptedException {
        Path profile = Files.createTempDirectory(
                Files.createDirectories(Path.of("target", "browser")).toAbsolutePath(), "profile");
        process = new ProcessBuilder(
                        BINARY.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--hide-scrollbars",
                        "--remote-debugging-port=0",
                        "--window-size=" + width + "," + height,
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(profile.resolve("log").toFile())
                .start();
        HttpClient client = HttpClient.newHttpClient();
        List<String> port = waitForPort(profile.resolve("DevToolsActivePort"));
        String tabs = client.send(
                        java.net.http.HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + port.get(0) + "/json/list"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString())
                .body();
        String tab = tabs.replaceAll("(?s).*?\"webSocketDebuggerUrl\": \"(ws:[^\"]*/page/[^\"]*)\".*", "$1");
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(tab), new Listener())
                .join();
    }

    private List<String> waitForPort(Path file) throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 120_000_000_000L) {
            if (Files.exists(file) && Files.readAllLines(file).size() >= 2) {
                return Files.readAllLines(file);
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.onSpinWait();
        }
        throw new IOException("chromium does not start");
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    /** Opens a page in a theme: light or dark. */
    public void open(URI page, String theme) throws InterruptedException {
        send(
                "Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + theme + "\"}]}");
        send("Page.navigate", "{\"url\":\"" + page + "\"}");
    }

    public void click(String selector) throws InterruptedException {
        waitUntil("document.querySelector('" + selector + "')");
        run("document.querySelector('" + selector + "').click()");
    }

    /** Waits until an expression is true. */
    public void waitUntil(String expression) throws InterruptedException {
        String found = run("new Promise(done => { const look = () => (" + expression
                + ") ? done('found') : setTimeout(look, 30); look();"
                + " setTimeout(() => done('never: ' + document.body.innerText), 60000) })");
        if (!found.contains("\"value\":\"found\"")) {
            throw new AssertionError(expression + " is not true: " + found);
        }
    }

    /** Returns the value of an expression as text. */
    public String value(String expression) throws InterruptedException {
        return run("String(" + expression + ")").replaceAll("(?s).*\"value\":\"(.*)\"}}}", "$1");
    }

    /** Sends a command and returns the text of its answer. */
    public String send(String method, String parameters) throws InterruptedException {
        int number = ++id;
        socket.sendText("{\"id\":" + number + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
                .join();
        while (true) {
            String message = messages.poll(150, TimeUnit.SECONDS);
            if (message == null) {
                throw new IllegalStateException("no answer to " + method);
            }
            if (message.startsWith("{\"id\":" + number + ",")) {
                return message;
            }
        }
    }

    /** Runs an expression of JavaScript without quotation marks; waits for it if it is a promise. */
    public String run(String expression) throws InterruptedException {
        return send(
                "Runtime.evaluate",
                "{\"expression\":\"" + expression.replace("\"", "'")
                        + "\",\"awaitPromise\":true,\"returnByValue\":true}");
    }

    /** Waits until the text of the page contains some text. */
    public void waitFor(String text) throws InterruptedException {
        String found = run(
                "new Promise(done => { const look = () => document.body && document.body.innerText.toLowerCase().includes('"
                        + text.toLowerCase() + "') ? done('found') : setTimeout(look, 50); look();"
                        + " setTimeout(() => done('missing: ' + (document.body || {}).innerText), 60000) })");
        if (!found.contains("\"value\":\"found\"")) {
            throw new AssertionError(text + " is not on the page: " + found);
        }
    }

    /** Writes a picture of the page, with 32 steps of each colour, which makes a smaller file. */
    public void screenshot(Path file) throws IOException, InterruptedException {
        String answer = send("Page.captureScreenshot", "{\"format\":\"png\"}");
        byte[] png = Base64.getDecoder().decode(answer.replaceAll("(?s).*\"data\":\"([^\"]*)\".*", "$1"));
        BufferedImage taken = ImageIO.read(new ByteArrayInputStream(png));
        BufferedImage image = new BufferedImage(taken.getWidth(), taken.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = taken.getRGB(x, y);
                image.setRGB(x, y, rgb & 0xf8f8f8 | rgb >> 5 & 0x070707);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }

    @Override
    public void close() {
        socket.abort();
        List<ProcessHandle> parts = process.descendants().toList();
        process.destroy();
        process.onExit().join();
        parts.forEach(ProcessHandle::destroyForcibly);
    }
}
