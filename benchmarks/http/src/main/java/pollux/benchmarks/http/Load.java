package pollux.benchmarks.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The client: connections that stay open, one request at a time on each, and as little work as possible for itself.
 *
 * <p>The handlers take turns within each round, so that what disturbs the machine meets all of them. Prints the median
 * over the rounds of requests per second, and of the ratio to Reactor in the same round.
 */
public final class Load {

    private static final String[] HANDLERS = {"reactor", "kotlin", "pollux"};

    private Load() {}

    /**
     * Runs the load.
     *
     * @param args the port; the store; connections; rounds; seconds of each turn
     * @throws Exception if a connection fails or an answer is not 200
     */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        String store = args[1];
        int connections = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        long nanos = (long) (Double.parseDouble(args[4]) * 1e9);
        double[][] perSecond = new double[HANDLERS.length][rounds];
        for (int round = -2; round < rounds; round++) { // two to warm up
            for (int turn = 0; turn < HANDLERS.length; turn++) {
                int handler = Math.floorMod(turn + round, HANDLERS.length);
                String path = "/" + HANDLERS[handler] + "/" + store + "/orders/1";
                double measured = requests(port, path, connections, nanos) * 1e9 / nanos;
                if (round >= 0) {
                    perSecond[handler][round] = measured;
                }
            }
        }
        for (int handler = 0; handler < HANDLERS.length; handler++) {
            double[] ratios = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                ratios[round] = perSecond[handler][round] / perSecond[0][round];
            }
            Arrays.sort(perSecond[handler] = perSecond[handler].clone());
            Arrays.sort(ratios);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %-8s %8.0f requests/s   %.3f of reactor (%.3f to %.3f)%n",
                    store,
                    HANDLERS[handler],
                    perSecond[handler][rounds / 2],
                    ratios[rounds / 2],
                    ratios[0],
                    ratios[rounds - 1]);
        }
    }

    /** Counts the answers that came within a time. */
    private static long requests(int port, String path, int connections, long nanos)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(connections);
        try {
            long end = System.nanoTime() + nanos;
            List<Callable<Long>> clients = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                clients.add(() -> connection(port, path, end));
            }
            long sum = 0;
            for (java.util.concurrent.Future<Long> client : threads.invokeAll(clients)) {
                sum += client.get();
            }
            return sum;
        } finally {
            threads.shutdown();
        }
    }

    private static long connection(int port, String path, long end) throws IOException {
        byte[] request = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket("localhost", port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            long answers = 0;
            while (System.nanoTime() < end) {
                socket.getOutputStream().write(request);
                readAnswer(in);
                answers++;
            }
            return answers;
        }
    }

    private static void readAnswer(InputStream in) throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException(status);
        }
        int length = -1;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).trim());
            }
        }
        if (length < 0) {
            throw new IOException("an answer without content-length");
        }
        in.skipNBytes(length);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server has closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
