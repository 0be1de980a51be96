package pollux.examples.rsocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a client and a server. After {@link #cut} nothing goes through, and both connections stay open. */
final class Proxy implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0);
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private volatile boolean cut;

    Proxy(int serverPort) throws IOException {
        start(() -> {
            Socket client = door.accept();
            Socket server = new Socket("localhost", serverPort);
            open.addAll(List.of(client, server));
            start(() -> forward(client, server));
            start(() -> forward(server, client));
        });
    }

    int port() {
        return door.getLocalPort();
    }

    void cut() {
        cut = true;
    }

    /** The end of one connection does not end the other one: a peer that is gone sends no end. */
    private void forward(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[8192];
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            if (!cut) {
                out.write(buffer, 0, length);
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        // the test is over
                    }
                },
                "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
