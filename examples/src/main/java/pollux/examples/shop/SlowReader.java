package pollux.examples.shop;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An HTTP client that takes one row from its socket when it is told to, and nothing otherwise. */
final class SlowReader implements Closeable {

    private static final int RECEIVE_BUFFER = 16 * 1024;
    private static final int HANG_MILLIS = 30_000;

    private final Socket socket = new Socket();
    private final BufferedReader lines;

    SlowReader(int port) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.setSoTimeout(HANG_MILLIS);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.getOutputStream()
                .write("GET /rows HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1024);
    }

    /** Reads one row; answers its number, or -1 at the end. */
    long read() throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                return Long.parseLong(line.substring(4));
            }
            if (line.equals("0")) {
                return -1; // the last chunk is empty; its size is a line of its own
            }
        }
        throw new IOException("the server closed the connection before the last chunk");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
